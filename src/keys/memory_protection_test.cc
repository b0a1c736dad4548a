#include "keys/memory_protection.h"

#include <gtest/gtest.h>

#include <set>

namespace msiv2 {
namespace {

TEST(MemoryProtectionTest, EachHasAName) {
  EXPECT_EQ(Name(MemoryProtection::kLocked), "locked");
  EXPECT_EQ(Name(MemoryProtection::kUnlocked), "unlocked");
  EXPECT_EQ(Name(MemoryProtection::kApplication), "application");
  EXPECT_EQ(Name(MemoryProtection::kNone), "none");
}

TEST(MemoryProtectionTest, EachShortfallHasACauseAndACureOfItsOwn) {
  EXPECT_FALSE(ShortfallOf(MemoryProtection::kLocked));
  std::set<std::string_view> causes;
  std::set<std::string_view> cures;
  for (const auto protection :
       {MemoryProtection::kUnlocked, MemoryProtection::kApplication, MemoryProtection::kNone}) {
    const auto shortfall = ShortfallOf(protection);
    ASSERT_TRUE(shortfall) << Name(protection);
    causes.insert(shortfall->cause);
    cures.insert(shortfall->cure);
    const bool asks_for_limit = shortfall->cure.find("memory lock limit") != std::string_view::npos;
    EXPECT_EQ(asks_for_limit, protection == MemoryProtection::kUnlocked)
        << "a higher limit helps nothing else: " << Name(protection);
  }
  EXPECT_EQ(causes.size(), 3u);
  EXPECT_EQ(cures.size(), 3u);
}

}  // namespace
}  // namespace msiv2
