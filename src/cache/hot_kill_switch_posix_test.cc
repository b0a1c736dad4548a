#include <gtest/gtest.h>
#include <stdlib.h>

#include <memory>

#include "cache/hot_token_index.h"

namespace msiv2::cache {
namespace {

constexpr char kName[] = "MSIV2_TEST_KILL_SWITCH";
const std::chrono::system_clock::time_point kAnyTime{std::chrono::hours(490000)};

TEST(HotKillSwitch, AnAnswerIsValidOnlyWhileTheSwitchIsUnset) {
  ::unsetenv(kName);
  const CachedTokenPtr token = std::make_shared<CachedToken>();
  HotToken answer{token, 7, kAnyTime + std::chrono::hours(1)};
  answer.kill_switch = UnsetVariable::Of(kName);
  ASSERT_TRUE(answer.kill_switch);
  HotTokenIndex hot;
  hot.Put(TokenRequest::AttestedPop("https://a"), answer);
  hot.Put(TokenRequest::AttestedPop("https://b"), answer);
  for (const char* resource : {"https://a", "https://b"}) {  // from the table, and the newest
    EXPECT_EQ(hot.Find(TokenRequest::AttestedPop(resource), {7, kAnyTime}).cached, token);
    ASSERT_EQ(::setenv(kName, "1", 1), 0);
    EXPECT_EQ(hot.Find(TokenRequest::AttestedPop(resource), {7, kAnyTime}).cached, nullptr);
    ASSERT_EQ(::unsetenv(kName), 0);
  }
}

}  // namespace
}  // namespace msiv2::cache
