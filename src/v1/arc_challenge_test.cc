#include "v1/arc_challenge.h"

#include <gtest/gtest.h>

#include "v1/arc_files.h"

namespace msiv2::v1 {
namespace {

Result<std::string> Parse(const std::string& header) {
  return ParseArcChallenge({401, {{"WWW-Authenticate", header}}, ""});
}

TEST(ArcChallenge, NamesAFile) {
  EXPECT_EQ(*Parse("Basic realm=/var/opt/azcmagent/tokens/a.key"), "/var/opt/azcmagent/tokens/a.key");
  EXPECT_EQ(*Parse("basic Realm=\"/var/opt/azcmagent/tokens/a.key\""), "/var/opt/azcmagent/tokens/a.key");
  EXPECT_EQ(*Parse(" Basic realm=C:\\ProgramData\\x y\\a.key "), "C:\\ProgramData\\x y\\a.key");
}

TEST(ArcChallenge, AMissingOrOddChallengeIsRefused) {
  const auto none = ParseArcChallenge({401, {}, ""});
  ASSERT_FALSE(none);
  EXPECT_EQ(Name(none.error().code), "managed_identity_request_failed");
  EXPECT_NE(none.error().message.find("no challenge"), std::string::npos);
  EXPECT_EQ(none.error().http_status, 401);
  for (const char* odd : {"Basic realm", "Basic realm=a=b", "realm=/a.key", "Bearer realm=/a.key",
                          "Basic scope=/a.key", "Basic x realm=/a.key", "="}) {
    const auto parsed = Parse(odd);
    ASSERT_FALSE(parsed) << odd;
    EXPECT_NE(parsed.error().message.find("invalid challenge"), std::string::npos) << odd;
  }
}

}  // namespace
}  // namespace msiv2::v1
