#include "base/ascii.h"

#include <gtest/gtest.h>

namespace msiv2 {
namespace {

TEST(Ascii, LowersAsciiLettersOnly) {
  EXPECT_EQ(ToLower("AZaz09-_\xc3\x84"), "azaz09-_\xc3\x84");
  EXPECT_EQ(ToUpper("AZaz09-_{`\xc3\xa4"), "AZAZ09-_{`\xc3\xa4");
  EXPECT_TRUE(EqualsIgnoreCase("MtLs_PoP", "mtls_pop"));
  EXPECT_FALSE(EqualsIgnoreCase("abc", "abcd"));
  EXPECT_FALSE(EqualsIgnoreCase("@", "`")) << "they differ by the case bit, but neither is a letter";
  EXPECT_TRUE(EqualsIgnoreCase("", ""));
}

TEST(Ascii, FindsAPartInAnyCase) {
  EXPECT_TRUE(ContainsIgnoreCase("Microsoft-IMDS/1", "imds"));
  EXPECT_TRUE(ContainsIgnoreCase("x", ""));
  EXPECT_FALSE(ContainsIgnoreCase("", "x"));
  EXPECT_FALSE(ContainsIgnoreCase("IMD", "IMDS"));
}

TEST(Ascii, KnowsControlCharacters) {
  for (const char c : {'\0', '\t', '\n', '\x1b', '\x1f', '\x7f'}) EXPECT_TRUE(IsControl(c)) << int{c};
  for (const char c : {' ', '~', 'a', '\x80', '\xff'}) EXPECT_FALSE(IsControl(c)) << int{c};
}

// Each character at each place of a text of each length: IsPrintable reads eight at a time.
TEST(Ascii, KnowsPrintableAndVisibleText) {
  for (std::size_t length = 1; length <= 20; ++length) {
    for (std::size_t place = 0; place < length; ++place) {
      for (int code = 0; code < 256; ++code) {
        for (const char other : {'!', '~'}) {
          std::string text(length, other);
          text[place] = static_cast<char>(code);
          ASSERT_EQ(IsPrintable(text), code >= ' ' && code <= '~')
              << code << " at " << place << " of " << length;
          ASSERT_EQ(IsVisible(text), code > ' ' && code <= '~')
              << code << " at " << place << " of " << length;
        }
      }
    }
  }
  EXPECT_TRUE(IsPrintable("") && IsVisible(""));
  EXPECT_FALSE(IsPrintable(std::string(9, '\x7f')) || IsPrintable(std::string(9, '\xff')));
}

TEST(Ascii, KnowsDigits) {
  EXPECT_TRUE(IsDigit('0') && IsDigit('9'));
  EXPECT_FALSE(IsDigit('/') || IsDigit(':') || IsDigit('a'));
  EXPECT_TRUE(IsHexDigit('0') && IsHexDigit('f') && IsHexDigit('F'));
  EXPECT_FALSE(IsHexDigit('g') || IsHexDigit('G') || IsHexDigit('@') || IsHexDigit('`'));
}

TEST(Ascii, TrimsBlanksAtBothEnds) {
  EXPECT_EQ(Trim(" \t\r\n a b \r\n"), "a b");
  EXPECT_EQ(Trim(" \t\r\n"), "");
  EXPECT_EQ(Trim(""), "");
}

TEST(Ascii, SplitsIntoTrimmedPartsThatAreNotEmpty) {
  EXPECT_EQ(Split(" a, b;;c ,", ",;"), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(Split("a b", ","), std::vector<std::string>{"a b"});
  EXPECT_TRUE(Split("", ",").empty());
  EXPECT_TRUE(Split(",;, ;", ",;").empty());
}

TEST(Ascii, MakesForeignTextPrintable) {
  EXPECT_EQ(Printable("a\x1b[2J\r\nb\x7f\xc3\xa4~ "), "a?[2J??b???~ ");
  EXPECT_EQ(Printable(std::string_view("a\0b", 3)), "a?b");
  EXPECT_EQ(Printable("abcd", 4), "abcd");
  EXPECT_EQ(Printable("abcde", 4), "abcd...");
  EXPECT_EQ(Printable(std::string(1000, 'x')).size(), 303u);
}

}  // namespace
}  // namespace msiv2
