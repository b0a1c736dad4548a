#include "cache/binding_aliases.h"

#include <gtest/gtest.h>

#include <utility>

namespace msiv2::cache {
namespace {

TEST(BindingAliasesTest, AKeyResolvesToTheOneThatItJoined) {
  BindingAliases aliases;
  EXPECT_EQ(aliases.Owner("identity"), "");
  aliases.Own("identity", "by client id");
  EXPECT_EQ(aliases.Owner("identity"), "by client id");
  EXPECT_EQ(aliases.Resolve("by object id"), "by object id");
  aliases.Join("by object id", "by client id");
  EXPECT_EQ(aliases.Resolve("by object id"), "by client id");
  EXPECT_EQ(aliases.Resolve("by client id"), "by client id");
  aliases.Leave("by object id");
  EXPECT_EQ(aliases.Resolve("by object id"), "by object id");
}

TEST(BindingAliasesTest, AKeyThatGetsAnotherIdentityLetsGoOfWhatWasTheOlds) {
  BindingAliases aliases;
  aliases.Own("first", "key");
  aliases.Own("third", "other");
  aliases.Join("asked", "key");
  aliases.Join("elsewhere", "other");
  aliases.Own("second", "key");
  EXPECT_EQ(aliases.Owner("first"), "");
  EXPECT_EQ(aliases.Owner("second"), "key");
  EXPECT_EQ(aliases.Resolve("asked"), "asked");
  EXPECT_EQ(aliases.Resolve("elsewhere"), "other");
}

TEST(BindingAliasesTest, ADisownedKeyKeepsNobody) {
  BindingAliases aliases;
  aliases.Own("identity", "key");
  aliases.Join("asked", "key");
  aliases.Disown("key");
  EXPECT_EQ(aliases.Owner("identity"), "");
  EXPECT_EQ(aliases.Resolve("asked"), "asked");
}

TEST(BindingAliasesTest, TheGenerationGrowsWithEveryChange) {
  BindingAliases aliases;
  auto last = aliases.Generation();
  const auto grown = [&] { return std::exchange(last, aliases.Generation()) != aliases.Generation(); };
  aliases.Own("identity", "key");
  EXPECT_TRUE(grown());
  aliases.Own("identity", "key");
  EXPECT_FALSE(grown());
  aliases.Join("asked", "key");
  EXPECT_TRUE(grown());
  aliases.Leave("asked");
  EXPECT_TRUE(grown());
  aliases.Disown("key");
  EXPECT_TRUE(grown());
}

}  // namespace
}  // namespace msiv2::cache
