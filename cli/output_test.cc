#include "cli/output.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/claims.h"
#include "cli/text.h"

namespace msiv2::cli {
namespace {

using std::chrono::sys_days;
using testing::HasSubstr;
using testing::Not;

TEST(Text, TimesAreRfc3339) {
  using namespace std::chrono_literals;
  EXPECT_EQ(Rfc3339(sys_days(2026y / 1 / 2) + 3h + 4min + 5s + 900ms), "2026-01-02T03:04:05Z");
  EXPECT_EQ(Rfc3339(std::chrono::system_clock::time_point{}), "1970-01-01T00:00:00Z");
}

TEST(Text, DurationsAreReadable) {
  EXPECT_EQ(Milliseconds(std::chrono::microseconds(140)), "0.1 ms");
  EXPECT_EQ(Milliseconds(std::chrono::milliseconds(236)), "236.0 ms");
  EXPECT_EQ(Milliseconds(std::chrono::milliseconds(1500)), "1.5 s");
}

TEST(Text, OriginEndsBeforePathQueryAndFragment) {
  EXPECT_EQ(OriginOf("https://a.example/b?c"), "https://a.example");
  EXPECT_EQ(OriginOf("https://a.example:8443?c"), "https://a.example:8443");
  EXPECT_EQ(OriginOf("https://a.example#x"), "https://a.example");
  EXPECT_EQ(OriginOf("https://a.example"), "https://a.example");
}

// The JWT of RFC 7519 section 3.1.
constexpr char kRfcToken[] =
    "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
    "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

TEST(ClaimsOfAToken, AreReadFromTheRfcExample) {
  const auto claims = Claims(SecretString(kRfcToken));
  ASSERT_TRUE(claims.has_value());
  EXPECT_EQ(claims->at("iss"), "joe");
  EXPECT_EQ(claims->at("exp"), 1300819380);
}

TEST(ClaimsOfAToken, AreNothingForAnOpaqueOrBrokenToken) {
  for (const char* text : {"", "opaque", "a.b", "..", "a.!!.c", "a.W10.c", "a.eyJ.c"}) {
    EXPECT_FALSE(Claims(SecretString(text)).has_value()) << text;
  }
}

TokenResult BearerToken() {
  auto token = std::make_shared<AccessToken>();
  token->secret = SecretString(kRfcToken);
  token->resource = "https://vault.azure.net";
  token->client_id = "c";
  token->tenant_id = "t";
  token->expires_on = std::chrono::system_clock::time_point(std::chrono::seconds(1300819380));
  token->key_strength = KeyStrength::kKeyGuard;
  token->key_origin = KeyOrigin::kEmulated;
  return {token, /*from_cache=*/true};
}

std::string Printed(TokenFormat format) {
  std::ostringstream out;
  PrintToken(out, BearerToken(), format);
  return out.str();
}

TEST(PrintedToken, TextHoldsNoPartOfTheToken) {
  const std::string text = Printed(TokenFormat::kText);
  EXPECT_THAT(text, Not(HasSubstr("eyJ")));
  EXPECT_THAT(text, HasSubstr("keyguard (emulated)"));
  EXPECT_THAT(text, HasSubstr("2011-03-22T18:43:00Z"));
}

TEST(PrintedToken, HeaderIsTheAuthorizationHeader) {
  EXPECT_EQ(Printed(TokenFormat::kHeader), "Authorization: Bearer " + std::string(kRfcToken) + "\n");
}

TEST(PrintedToken, JsonHasNullForAMissingBinding) {
  const auto json = nlohmann::json::parse(Printed(TokenFormat::kJson));
  EXPECT_EQ(json.at("access_token"), kRfcToken);
  EXPECT_EQ(json.at("expires_on"), "2011-03-22T18:43:00Z");
  EXPECT_EQ(json.at("expires_on_epoch"), 1300819380);
  EXPECT_EQ(json.at("strength"), "keyguard (emulated)");
  EXPECT_EQ(json.at("origin"), "emulated");
  EXPECT_EQ(json.at("source"), "cache");
  EXPECT_TRUE(json.at("cnf").is_null());
  EXPECT_TRUE(json.at("certificate").is_null());
}

Error ServiceRefusal() {
  Error error(ErrorCode::kTokenRequestFailed, "no \x80 luck");
  error.http_status = 401;
  error.service_error = "invalid_client";
  error.aadsts = {1000610};
  error.correlation_id = "1234";
  error.attempts = 3;
  return error;
}

TEST(PrintedError, NamesStepCauseAndCure) {
  std::ostringstream err;
  PrintError(err, ServiceRefusal());
  EXPECT_THAT(err.str(), HasSubstr("step 7 (token) failed: token_request_failed\n"));
  EXPECT_THAT(err.str(), HasSubstr("[HTTP 401] [after 3 attempts]\n"));
  EXPECT_THAT(err.str(), HasSubstr("  cure   Act on the AADSTS code"));
  EXPECT_THAT(err.str(), HasSubstr("correlation id  1234\n"));
}

TEST(PrintedError, JsonHasEveryFieldAndSurvivesBadText) {
  std::ostringstream out;
  PrintErrorJson(out, ServiceRefusal());
  const auto error = nlohmann::json::parse(out.str()).at("error");
  EXPECT_EQ(error.at("code"), "token_request_failed");
  EXPECT_EQ(error.at("step"), "token");
  EXPECT_EQ(error.at("step_number"), 7);
  EXPECT_EQ(error.at("kind"), "MsiV2Exception");
  EXPECT_EQ(error.at("http_status"), 401);
  EXPECT_EQ(error.at("service_error"), "invalid_client");
  EXPECT_EQ(error.at("aadsts"), nlohmann::json::array({1000610}));
  EXPECT_EQ(error.at("correlation_id"), "1234");
  EXPECT_EQ(error.at("retryable"), false);
  EXPECT_EQ(error.at("message"), "no \xEF\xBF\xBD luck");
}

}  // namespace
}  // namespace msiv2::cli
