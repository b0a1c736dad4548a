#include "base/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace msiv2 {
namespace {

TEST(Utf8, ReadsWellFormedCharacters) {
  for (const std::string text : {"a", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf",
                                 "\xee\x80\x80", "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"}) {
    const auto character = ReadUtf8(text + "\x80");
    EXPECT_TRUE(character.is_valid) << text;
    EXPECT_EQ(character.length, text.size()) << text;
  }
}

struct IllFormed {
  std::string text;
  std::size_t length;
};

// Unicode, section 3.9, "substitution of maximal subparts".
TEST(Utf8, MeasuresIllFormedCharacters) {
  const IllFormed rows[] = {
      {"\x80", 1},              // no first byte
      {"\xbf\x80", 1},          //
      {"\xc0\x80", 1},          // too long
      {"\xc1\xbf", 1},          //
      {"\xe0\x9f\xbf", 1},      //
      {"\xf0\x8f\xbf\xbf", 1},  //
      {"\xed\xa0\x80", 1},      // a surrogate
      {"\xf4\x90\x80\x80", 1},  // above U+10FFFF
      {"\xf5\x80\x80\x80", 1},  //
      {"\xff", 1},              //
      {"\xc3", 1},              // cut short
      {"\xe4\xb8", 2},          //
      {"\xf0\x9f\x98", 3},      //
      {"\xe4\xb8x", 2},         //
      {"\xf0\x9f\x98\xc0", 3},  //
  };
  for (const IllFormed& row : rows) {
    const auto character = ReadUtf8(row.text);
    EXPECT_FALSE(character.is_valid) << row.text;
    EXPECT_EQ(character.length, row.length) << row.text;
  }
}

}  // namespace
}  // namespace msiv2
