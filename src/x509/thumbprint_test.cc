#include "x509/thumbprint.h"

#include <gtest/gtest.h>

namespace msiv2::x509 {
namespace {

TEST(X5tS256, IsBase64UrlWithoutPadding) {
  EXPECT_EQ(X5tS256(AsBytes("abc")), "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
}

}  // namespace
}  // namespace msiv2::x509
