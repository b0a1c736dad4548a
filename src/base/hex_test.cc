#include "base/hex.h"

#include <gtest/gtest.h>

namespace msiv2 {
namespace {

TEST(HexTest, EveryByteIsTwoLowerCaseDigits) {
  EXPECT_EQ(HexEncode(Bytes{0x00, 0x09, 0x0a, 0x10, 0x7f, 0xff}), "00090a107fff");
  EXPECT_EQ(HexEncode({}), "");
}

}  // namespace
}  // namespace msiv2
