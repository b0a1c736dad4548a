#include "cache/binding_aliases.h"

#include <gtest/gtest.h>

namespace msiv2::cache {
namespace {

TEST(BindingAliasesTest, TheFirstKeyOfAnIdentityOwnsIt) {
  BindingAliases aliases;
  EXPECT_EQ(aliases.Owner("identity"), "");
  EXPECT_EQ(aliases.Own("identity", "by client id"), "by client id");
  EXPECT_EQ(aliases.Own("identity", "by object id"), "by client id");
  EXPECT_EQ(aliases.Owner("identity"), "by client id");
}

TEST(BindingAliasesTest, AKeyResolvesToTheOneThatItJoined) {
  BindingAliases aliases;
  EXPECT_EQ(aliases.Resolve("by object id"), "by object id");
  aliases.Join("by object id", "by client id");
  EXPECT_EQ(aliases.Resolve("by object id"), "by client id");
  EXPECT_EQ(aliases.Resolve("by client id"), "by client id");
  aliases.Leave("by object id");
  EXPECT_EQ(aliases.Resolve("by object id"), "by object id");
}

TEST(BindingAliasesTest, ADisownedIdentityMayFindAnotherKey) {
  BindingAliases aliases;
  aliases.Own("identity", "a");
  aliases.Own("other", "b");
  aliases.Disown("a");
  EXPECT_EQ(aliases.Owner("identity"), "");
  EXPECT_EQ(aliases.Owner("other"), "b");
}

}  // namespace
}  // namespace msiv2::cache
