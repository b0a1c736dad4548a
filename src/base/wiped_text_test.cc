#include "base/wiped_text.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace msiv2 {
namespace {

TEST(AppendWiped, AppendsAndKeepsWhatWasThere) {
  std::string text;
  std::string expected;
  for (int i = 0; i < 100; ++i) {
    const std::string part(static_cast<std::size_t>(i), static_cast<char>('a' + i % 26));
    AppendWiped(text, part);
    expected += part;
    ASSERT_EQ(text, expected);
  }
}

TEST(AppendWiped, GrowsToWhatIsNeededAtOnce) {
  std::string text = "Basic ";
  AppendWiped(text, std::string(1000, 'k'));
  EXPECT_EQ(text, "Basic " + std::string(1000, 'k'));
}

TEST(WipedText, IsATextLikeAnyOther) {
  WipedText text = "a";
  for (int i = 0; i < 1000; ++i) text += "bcd";
  EXPECT_EQ(text.size(), 3001U);
  EXPECT_EQ(std::string_view(text).substr(0, 4), "abcd");
  const WipedText copy = text;
  EXPECT_EQ(copy, text);
}

}  // namespace
}  // namespace msiv2
