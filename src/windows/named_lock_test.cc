#include "windows/named_lock.h"

#include <gtest/gtest.h>

namespace msiv2::windows {
namespace {

// printf %s KEYGUARDRSAKEY | openssl sha256
TEST(LockNameTest, IsTheDigestOfTheNameInUpperCase) {
  EXPECT_EQ(LockName("MSAL_MI_K_", "KeyGuardRSAKey"), "MSAL_MI_K_8c2314881e5a3dd76e8b410bb95f3b6f");
}

// printf %s MY-ALIAS | openssl sha256
TEST(LockNameTest, WhiteSpaceAroundAndCaseDoNotMatter) {
  EXPECT_EQ(LockName("MSAL_MI_P_", "  my-alias \t"), "MSAL_MI_P_f68317b9e06159009c81037da7661f0a");
  EXPECT_EQ(LockName("MSAL_MI_P_", "MY-ALIAS"), LockName("MSAL_MI_P_", "my-alias"));
}

TEST(LockNameTest, EmptyAndVeryLongNamesHaveNames) {
  EXPECT_EQ(LockName("MSAL_MI_P_", "").size(), 42U);
  EXPECT_EQ(LockName("MSAL_MI_P_", std::string(10000, 'x')).size(), 42U);
}

TEST(NamedLockTest, ReleasesOnceAlsoAfterAMove) {
  int released = 0;
  {
    NamedLock first(LockGrant::kOwned, [&] { ++released; });
    const NamedLock second(std::move(first));
    EXPECT_TRUE(second.IsOwned());
    EXPECT_EQ(released, 0);
  }
  EXPECT_EQ(released, 1);
}

TEST(NamedLockTest, AnAbandonedLockIsOwnedAndABusyOneIsNot) {
  EXPECT_TRUE(NamedLock(LockGrant::kAbandoned).IsOwned());
  EXPECT_FALSE(NamedLock(LockGrant::kBusy).IsOwned());
  EXPECT_FALSE(NamedLock(LockGrant::kUnavailable).IsOwned());
  EXPECT_EQ(Name(LockGrant::kAbandoned), "abandoned");
}

}  // namespace
}  // namespace msiv2::windows
