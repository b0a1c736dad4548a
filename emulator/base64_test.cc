#include "emulator/base64.h"

#include <gtest/gtest.h>

namespace msiv2::emulator {
namespace {

// The vectors of RFC 4648 section 10.
TEST(EmulatorBase64, MatchesTheVectorsOfTheRfc) {
  EXPECT_EQ(EncodeBase64(""), "");
  EXPECT_EQ(EncodeBase64("f"), "Zg==");
  EXPECT_EQ(EncodeBase64("fo"), "Zm8=");
  EXPECT_EQ(EncodeBase64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(DecodeBase64("Zg=="), "f");
  EXPECT_EQ(DecodeBase64("Zm8="), "fo");
  EXPECT_EQ(DecodeBase64("Zm9vYmFy"), "foobar");
}

TEST(EmulatorBase64, RefusesEverythingButOneStrictLine) {
  for (const char* text : {"", "Zg", "Zg=", "Zg==\n", " Zg==", "Zm9v\nYmFy",
                           "Zh==", "Zm9=", "Z===", "Zg==Zg==", "-_-_", "Zm9v!A==", "===="}) {
    EXPECT_FALSE(DecodeBase64(text)) << text;
  }
}

TEST(EmulatorBase64, TheUrlFormHasItsOwnAlphabetAndNoPadding) {
  EXPECT_EQ(EncodeBase64Url("\xfb\xff\xfe"), "-__-");
  EXPECT_EQ(EncodeBase64Url("f"), "Zg");
  EXPECT_EQ(DecodeBase64Url("-__-"), "\xfb\xff\xfe");
  EXPECT_EQ(DecodeBase64Url("Zg"), "f");
  for (const char* text : {"", "+//+", "Zg==", "Z", "Zh", "Z g", "Zg\n"}) {
    EXPECT_FALSE(DecodeBase64Url(text)) << text;
  }
}

}  // namespace
}  // namespace msiv2::emulator
