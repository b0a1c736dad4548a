#include "base/hex.h"

#include <gtest/gtest.h>

namespace msiv2 {
namespace {

TEST(HexTest, EveryByteIsTwoLowerCaseDigits) {
  EXPECT_EQ(HexEncode(Bytes{0x00, 0x09, 0x0a, 0x10, 0x7f, 0xff}), "00090a107fff");
  EXPECT_EQ(HexEncode({}), "");
}

TEST(HexTest, ASha256HasSixtyFourDigitsOfEitherCase) {
  EXPECT_TRUE(IsSha256Hex(std::string(32, 'a') + std::string(31, 'F') + "0"));
  EXPECT_FALSE(IsSha256Hex(""));
  EXPECT_FALSE(IsSha256Hex(std::string(63, 'a')));
  EXPECT_FALSE(IsSha256Hex(std::string(65, 'a')));
  EXPECT_FALSE(IsSha256Hex(std::string(63, 'a') + "g"));
}

}  // namespace
}  // namespace msiv2
