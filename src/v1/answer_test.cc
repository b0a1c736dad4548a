#include "v1/answer.h"

#include <gtest/gtest.h>

#include <vector>

namespace msiv2::v1 {
namespace {

const std::chrono::sys_seconds kNow{std::chrono::seconds(1795348800)};

Result<SourceToken> Parse(int status, const std::string& body,
                          IdentitySource source = IdentitySource::kAppService,
                          const char* secret = "the-secret") {
  KnownSecrets secrets;
  secrets.Add(secret);
  return ParseTokenAnswer(source, {status, {}, body}, secrets, kNow);
}

bool Holds(const Error& error, std::string_view part) {
  return error.message.find(part) != std::string::npos;
}

TEST(SourceTokenAnswer, AnAnswerOfASourceIsRead) {
  const auto token = Parse(200, R"({"access_token":"at","expires_on":"1795352400","resource":"r",
                                    "token_type":"Bearer","client_id":"c"})");
  ASSERT_TRUE(token) << token.error().message;
  EXPECT_EQ(token->access_token.Reveal(), "at");
  EXPECT_EQ(token->lifetime.expires_on, kNow + std::chrono::hours(1));
  EXPECT_EQ(token->client_id, "c");
  EXPECT_TRUE(Parse(200, R"({"access_token":"at","expires_in":60,"token_type":"bearer"})"));
  EXPECT_TRUE(Parse(200, R"({"access_token":"at","expires_in":60})"));
}

TEST(SourceTokenAnswer, AUselessAnswerIsRefusedByItsOwnCode) {
  struct Row {
    const char* body;
    const char* code;
  };
  const Row rows[] = {
      {"", "managed_identity_request_failed"},
      {" \r\n", "managed_identity_request_failed"},
      {"missing starting and ending quotes: \"access_token\"}", "managed_identity_response_parse_failure"},
      {"[]", "managed_identity_response_parse_failure"},
      {"null", "managed_identity_response_parse_failure"},
      {"{}", "managed_identity_response_parse_failure"},
      {R"({"access_token":"","expires_in":60})", "managed_identity_response_parse_failure"},
      {R"({"access_token":17,"expires_in":60})", "managed_identity_response_parse_failure"},
      {R"({"access_token":"a\r\nb","expires_in":60})", "managed_identity_response_parse_failure"},
      {R"({"access_token":"at"})", "invalid_timestamp_format"},
      {R"({"access_token":"at","expires_in":0})", "invalid_timestamp_format"},
      {R"({"access_token":"at","expires_in":60,"token_type":"mtls_pop"})", "token_type_mismatch"},
  };
  for (const Row& row : rows) {
    const auto token = Parse(200, row.body);
    ASSERT_FALSE(token) << row.body;
    EXPECT_EQ(Name(token.error().code), row.code) << row.body;
    EXPECT_EQ(token.error().http_status, 200);
    EXPECT_EQ(token.error().source, "AppService");
    EXPECT_EQ(token.error().kind, ErrorKind::kService);
    EXPECT_EQ(token.error().step, Step::kToken);
  }
}

// A10.
TEST(SourceTokenAnswer, AnAmbiguousAnswerOfASourceIsRefused) {
  for (const std::string& body :
       {std::string(R"({"access_token":"at","expires_in":60})") + '\0',
        std::string(R"({"access_token":"at","expires_in":60,"access_token":"b"})"),
        std::string(R"({"access_token":"at","expires_in":60,"expires_in":9999})"),
        std::string(R"({"access_token":"at","expires_in":60,"client_id":"a\u0000b"})")}) {
    const auto token = Parse(200, body);
    ASSERT_FALSE(token) << body;
    EXPECT_EQ(token.error().code, ErrorCode::kManagedIdentityResponseParseFailure) << body;
  }
}

// U12.
TEST(SourceTokenAnswer, AJwtOfEntraThatHadExpiredByTheAnswersDateIsRefused) {
  // Header {"alg":"RS256"}, payload {"exp":1795345200}, by the base64 tool; that is 11:00 on this day.
  const std::string body =
      R"({"expires_in":3600,"access_token":"eyJhbGciOiJSUzI1NiJ9.eyJleHAiOjE3OTUzNDUyMDB9.c2ln"})";
  const auto parse = [&](IdentitySource source, const HttpHeaders& headers) {
    return ParseTokenAnswer(source, {200, headers, body}, {}, kNow);
  };
  const HttpHeaders late = {{"Date", "Sun, 22 Nov 2026 12:00:00 GMT"}};
  const auto refused = parse(IdentitySource::kWorkloadIdentity, late);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kTokenRequestFailed);
  EXPECT_TRUE(parse(IdentitySource::kWorkloadIdentity, {}));
  EXPECT_TRUE(parse(IdentitySource::kAppService, late)) << "its Date is this host's own clock";
}

// The eleven shapes of the reference's list.
TEST(ErrorBody, SaysWhatTheSourceSaid) {
  struct Row {
    const char* body;
    std::vector<const char*> parts;
  };
  const char* const unexpected = "its error response has an unexpected form";
  const Row rows[] = {
      {R"({"statusCode":500,"message":"Error message","correlationId":"GUID"})", {"Error message", "GUID"}},
      {R"({"message":"Error message","correlationId":"GUID"})", {"Error message", "GUID"}},
      {R"({"error":"errorCode","error_description":"Error message"})", {"errorCode", "Error message"}},
      {R"({"error_description":"Error message"})", {"Error message"}},
      {R"({"message":"Error message"})", {"Error message"}},
      {R"({"error":{"code":"errorCode"}})", {"errorCode"}},
      {R"({"error":{"message":"Error message"}})", {"Error message"}},
      {R"({"error":{"code":"errorCode","message":"Error message"}})", {"errorCode", "Error message"}},
      {R"({"error":{"code":"errorCode","message":"Error message","innererror":{"trace":"trace"}}})",
       {"errorCode", "Error message"}},
      {R"({"notExpectedJson":"someValue"})", {unexpected}},
      {"notExpectedJson", {unexpected, "notExpectedJson"}},
  };
  for (const Row& row : rows) {
    const auto token = Parse(500, row.body);
    ASSERT_FALSE(token);
    EXPECT_EQ(Name(token.error().code), "managed_identity_request_failed");
    EXPECT_EQ(token.error().http_status, 500);
    EXPECT_EQ(token.error().source, "AppService");
    for (const char* part : row.parts) EXPECT_TRUE(Holds(token.error(), part)) << token.error().message;
    const bool is_unexpected = row.parts.front() == unexpected;
    EXPECT_EQ(Holds(token.error(), unexpected), is_unexpected) << token.error().message;
  }
  const auto empty = Parse(500, "");
  EXPECT_TRUE(Holds(empty.error(), "no response body was received"));
}

TEST(ErrorBody, SaysWhoIssuedTheCorrelationId) {
  for (const IdentitySource source : {IdentitySource::kAppService, IdentitySource::kImds}) {
    const auto token = Parse(500, R"({"message":"m","correlationId":"GUID"})", source);
    EXPECT_TRUE(Holds(token.error(),
                      "GUID issued by the '" + std::string(Name(source)) + "' managed identity source"))
        << token.error().message;
  }
}

TEST(ErrorBody, NeverRepeatsTheSecretOrAToken) {
  const auto token = Parse(
      401, R"({"error":"bad the-secret","error_description":"header the-secret is wrong: the-secret"})");
  EXPECT_FALSE(Holds(token.error(), "the-secret")) << token.error().message;
  EXPECT_EQ(token.error().service_error.find("the-secret"), std::string::npos);
  const auto escaped =
      Parse(400, R"({"message":"bad se\/cr\u0065t"})", IdentitySource::kAppService, "se/cret");
  EXPECT_TRUE(Holds(escaped.error(), "bad [hidden]")) << escaped.error().message;
  const auto plain = Parse(400, "bad the-secret the-secret");
  EXPECT_TRUE(Holds(plain.error(), "bad [hidden]")) << plain.error().message;
  const auto jwt = Parse(400, "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0." + std::string(300, 'A'));
  EXPECT_FALSE(Holds(jwt.error(), "eyJ")) << jwt.error().message;
  EXPECT_TRUE(Holds(Parse(400, "plain words", IdentitySource::kAppService, "").error(), "plain words"));
}

TEST(Refusal, KeepsStatusServiceErrorAndWhetherToTryAgain) {
  const auto token = Parse(429, R"({"error":"throttled"})");
  EXPECT_EQ(token.error().service_error, "throttled");
  for (const int status : {404, 408, 429, 500, 503, 504}) {
    EXPECT_TRUE(Parse(status, "").error().retryable) << status;
  }
  for (const int status : {201, 302, 400, 401, 403, 410, 502}) {
    EXPECT_FALSE(Parse(status, "").error().retryable) << status;
  }
  EXPECT_TRUE(Parse(410, "", IdentitySource::kImds).error().retryable);
  for (const int status : {500, 502, 503}) {
    EXPECT_TRUE(Parse(status, "", IdentitySource::kWorkloadIdentity).error().retryable) << status;
  }
  for (const int status : {404, 408, 429}) {
    EXPECT_FALSE(Parse(status, "", IdentitySource::kWorkloadIdentity).error().retryable) << status;
  }
  EXPECT_TRUE(Holds(Parse(400, "", IdentitySource::kImds).error(), "may not be assigned to this host"));
  EXPECT_TRUE(Holds(Parse(504, "", IdentitySource::kImds).error(), "gateway"));
  EXPECT_FALSE(Holds(Parse(400, "").error(), "may not be assigned"));
}

}  // namespace
}  // namespace msiv2::v1
