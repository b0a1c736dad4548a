#include "base/base64.h"

#include <gtest/gtest.h>

namespace msiv2 {
namespace {

struct Row {
  const char* plain;
  const char* encoded;
};

// RFC 4648 section 10.
constexpr Row kVectors[] = {{"", ""},
                            {"f", "Zg=="},
                            {"fo", "Zm8="},
                            {"foo", "Zm9v"},
                            {"foob", "Zm9vYg=="},
                            {"fooba", "Zm9vYmE="},
                            {"foobar", "Zm9vYmFy"}};

TEST(Base64, AgreesWithTheVectorsOfRfc4648) {
  for (const Row& row : kVectors) {
    EXPECT_EQ(Base64Encode(AsBytes(row.plain)), row.encoded);
    const auto decoded = Base64Decode(row.encoded);
    ASSERT_TRUE(decoded) << row.encoded;
    EXPECT_EQ(AsText(*decoded), row.plain);
  }
}

TEST(Base64Url, LeavesThePaddingOut) {
  for (const Row& row : kVectors) {
    std::string unpadded = row.encoded;
    while (unpadded.ends_with('=')) unpadded.pop_back();
    EXPECT_EQ(Base64UrlEncode(AsBytes(row.plain)), unpadded);
    const auto decoded = Base64UrlDecode(unpadded);
    ASSERT_TRUE(decoded) << unpadded;
    EXPECT_EQ(AsText(*decoded), row.plain);
  }
}

TEST(Base64, Base64AndBase64UrlDifferInTwoCharacters) {
  const Bytes bytes = {0xfb, 0xff, 0xbf};
  EXPECT_EQ(Base64Encode(bytes), "+/+/");
  EXPECT_EQ(Base64UrlEncode(bytes), "-_-_");
  EXPECT_EQ(Base64Decode("+/+/"), bytes);
  EXPECT_EQ(Base64UrlDecode("-_-_"), bytes);
  EXPECT_FALSE(Base64Decode("-_-_"));
  EXPECT_FALSE(Base64UrlDecode("+/+/"));
}

TEST(Base64, IsStrict) {
  for (const char* text : {"Z", "Zg", "Zg=", "Zg===", "====", "=", "==", "Z===", "Zg==Zg==", "Zh==", "Zm9=",
                           "Zm9v\n", " Zm9v", "Zm 9v", "Zm9v====", "Zm\x80v", "Zm9v.", "=Zm9"}) {
    EXPECT_FALSE(Base64Decode(text)) << text;
  }
  EXPECT_FALSE(Base64Decode(std::string_view("Zm\0v", 4)));
  for (const char* text : {"Z", "Zh", "Zm9", "Zg==", "Zm8=", "Zm9v\n", "Zm 9v", "Zm9vY"}) {
    EXPECT_FALSE(Base64UrlDecode(text)) << text;
  }
}

TEST(Base64, ReadsBackEveryByte) {
  Bytes bytes;
  for (int i = 0; i < 256; ++i) {
    bytes.push_back(static_cast<std::uint8_t>(i));
    EXPECT_EQ(Base64Decode(Base64Encode(bytes)), bytes);
    EXPECT_EQ(Base64UrlDecode(Base64UrlEncode(bytes)), bytes);
  }
}

}  // namespace
}  // namespace msiv2
