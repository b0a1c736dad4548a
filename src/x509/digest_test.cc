#include "x509/digest.h"

#include <gtest/gtest.h>

namespace msiv2::x509 {
namespace {

// FIPS 180-2 appendix B.1, and the digest of the empty text.
TEST(Sha256, KnowsTheStandardsExamples) {
  EXPECT_EQ(Sha256Hex(AsBytes("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Sha256Hex({}), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(X5tS256, IsBase64UrlWithoutPadding) {
  EXPECT_EQ(X5tS256(AsBytes("abc")), "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
}

}  // namespace
}  // namespace msiv2::x509
