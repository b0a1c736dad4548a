#include "entra/token.h"

#include <gtest/gtest.h>

namespace msiv2::entra {
namespace {

using std::chrono::seconds;

TokenCall Call() {
  TokenCall call;
  call.endpoint = "https://mtlsauth.microsoft.com";
  call.tenant_id = "11111111-2222-4333-8444-555555555555";
  call.client_id = "6f1d0a3c-1111-4222-8333-0123456789ab";
  call.resource = "https://vault.azure.net";
  call.request_id = "0f0e0d0c-0b0a-4908-8706-050403020100";
  BindingCertificate::Fields fields;
  fields.x5t_s256 = "thumbprint";
  call.certificate = std::make_shared<const BindingCertificate>(std::move(fields));
  return call;
}

TEST(TokenRequest, HasTheWireForm) {
  const TokenCall call = Call();
  const HttpRequest request = BuildTokenRequest(call);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.url,
            "https://mtlsauth.microsoft.com/11111111-2222-4333-8444-555555555555/oauth2/v2.0/token");
  const HttpHeaders headers = {{"Accept", "application/json"},
                               {"Content-Type", "application/x-www-form-urlencoded"},
                               {"client-request-id", "0f0e0d0c-0b0a-4908-8706-050403020100"},
                               {"return-client-request-id", "true"}};
  EXPECT_EQ(request.headers, headers);
  EXPECT_EQ(request.body,
            "client_id=6f1d0a3c-1111-4222-8333-0123456789ab&grant_type=client_credentials"
            "&scope=https%3A%2F%2Fvault.azure.net%2F.default&token_type=mtls_pop");
  EXPECT_EQ(request.client_certificate, call.certificate);
  EXPECT_EQ(request.max_tls, TlsVersion::kTls12);
  EXPECT_TRUE(request.use_proxy);
  EXPECT_EQ(request.connect_timeout, seconds(5));
  EXPECT_EQ(request.attempt_timeout, seconds(30));
  EXPECT_EQ(request.max_body_bytes, 1048576u);
}

TEST(TokenRequest, CarriesClaimsTypeCeilingTimeoutsAndPort) {
  TokenCall call = Call();
  call.endpoint = "https://127.0.0.1:8443";
  call.type = TokenType::kBearer;
  call.claims = R"({"access_token":{"xms_cc":{"values":["cp1"]}}})";
  call.max_tls = TlsVersion::kTls13;
  call.timeouts.connect = seconds(3);
  call.timeouts.attempt = seconds(4);
  const HttpRequest request = BuildTokenRequest(call);
  EXPECT_EQ(request.url, "https://127.0.0.1:8443/11111111-2222-4333-8444-555555555555/oauth2/v2.0/token");
  EXPECT_EQ(request.body,
            "client_id=6f1d0a3c-1111-4222-8333-0123456789ab&grant_type=client_credentials"
            "&scope=https%3A%2F%2Fvault.azure.net%2F.default&token_type=bearer"
            "&claims=%7B%22access_token%22%3A%7B%22xms_cc%22%3A%7B%22values%22%3A%5B%22cp1%22%5D%7D%7D%7D");
  EXPECT_EQ(request.max_tls, TlsVersion::kTls13);
  EXPECT_EQ(request.connect_timeout, seconds(3));
  EXPECT_EQ(request.attempt_timeout, seconds(4));
}

std::string Body(const std::string& type = "mtls_pop", const std::string& lifetime = "86399",
                 const std::string& more = "") {
  return R"({"token_type":")" + type + R"(","expires_in":)" + lifetime + R"(,"access_token":"aaa.bbb.ccc")" +
         more + "}";
}

TEST(EntraTokenAnswer, AnAnswerOfEntraIsRead) {
  const auto token = ParseTokenResponse({200, {}, Body()}, TokenType::kMtlsPop);
  ASSERT_TRUE(token) << token.error().message;
  EXPECT_EQ(token->access_token.Reveal(), "aaa.bbb.ccc");
  EXPECT_EQ(token->type, TokenType::kMtlsPop);
  EXPECT_EQ(token->expires_in, seconds(86399));
  EXPECT_EQ(token->refresh_in, std::nullopt);
}

TEST(EntraTokenAnswer, MayHoldLifetimesAsTextAndARefreshTime) {
  const auto token = ParseTokenResponse({200, {}, Body("mtls_pop", "\"3600\"", R"(,"refresh_in":"1800")")},
                                        TokenType::kMtlsPop);
  ASSERT_TRUE(token);
  EXPECT_EQ(token->expires_in, seconds(3600));
  EXPECT_EQ(token->refresh_in, seconds(1800));
}

// F5. The forms are those of the sources of MSI v1.
TEST(EntraTokenAnswer, MayHoldFractionsAndBlanksInItsLifetimes) {
  for (const char* form : {"3599.0", "3599.9", "3.599e3", "\"3599.9\"", "\" 3599 \"", "\"\\t3599\\n\""}) {
    const auto token = ParseTokenResponse(
        {200, {}, Body("mtls_pop", form, std::string(R"(,"refresh_in":"1200.5","ext_expires_in":)") + form)},
        TokenType::kMtlsPop);
    ASSERT_TRUE(token) << form << token.error().message;
    EXPECT_EQ(token->expires_in, seconds(3599)) << form;
    EXPECT_EQ(token->refresh_in, seconds(1200)) << form;
  }
}

TEST(EntraTokenAnswer, ARefreshTimeOutsideTheLifeIsDropped) {
  for (const char* value : {"0", "-1", "3600", "99999999999999999999", "\"x\"", "null", "[]", "0.5"}) {
    const auto token = ParseTokenResponse(
        {200, {}, Body("mtls_pop", "3600", std::string(R"(,"refresh_in":)") + value)}, TokenType::kMtlsPop);
    ASSERT_TRUE(token) << value;
    EXPECT_EQ(token->refresh_in, std::nullopt) << value;
  }
}

struct TypeRow {
  const char* got;
  TokenType asked;
  bool accepted;
};

TEST(EntraTokenAnswer, IsOfTheTypeThatWasAskedForBothWays) {
  const TypeRow rows[] = {
      {"mtls_pop", TokenType::kMtlsPop, true},   {"MTLS_POP", TokenType::kMtlsPop, true},
      {"Bearer", TokenType::kBearer, true},      {"bearer", TokenType::kBearer, true},
      {"Bearer", TokenType::kMtlsPop, false},    {"mtls_pop", TokenType::kBearer, false},
      {"pop", TokenType::kMtlsPop, false},       {"pop", TokenType::kBearer, false},
      {"mtls_pop ", TokenType::kMtlsPop, false},
  };
  for (const TypeRow& row : rows) {
    const auto token = ParseTokenResponse({200, {}, Body(row.got)}, row.asked);
    ASSERT_EQ(token.has_value(), row.accepted) << row.got;
    if (row.accepted) continue;
    EXPECT_EQ(token.error().code, ErrorCode::kTokenTypeMismatch);
    EXPECT_EQ(token.error().step, Step::kToken);
    EXPECT_EQ(token.error().http_status, 200);
    EXPECT_EQ(token.error().message.find("aaa.bbb.ccc"), std::string::npos);
  }
  EXPECT_EQ(ParseTokenResponse({200, {}, Body("Bearer")}, TokenType::kMtlsPop).error().message,
            "asked for token_type mtls_pop, Entra answered Bearer");
  EXPECT_EQ(ParseTokenResponse({200, {}, Body("a type whose name is far longer than forty characters")},
                               TokenType::kBearer)
                .error()
                .message,
            "asked for token_type bearer, Entra answered a type whose name is far longer than ...");
}

TEST(EntraTokenAnswer, NeedsEveryField) {
  const std::pair<std::string, const char*> cases[] = {
      {"", "the answer of Entra is not a JSON object"},
      {"[]", "the answer of Entra is not a JSON object"},
      {"{}", "access_token is missing"},
      {R"({"access_token":"","token_type":"mtls_pop","expires_in":1})", "access_token is missing"},
      {R"({"access_token":7,"token_type":"mtls_pop","expires_in":1})", "access_token is missing"},
      {R"({"access_token":"a","expires_in":1})", "token_type is missing"},
      {R"({"access_token":"a","token_type":"","expires_in":1})", "token_type is missing"},
      {R"({"access_token":"a","token_type":"mtls_pop"})", "expires_in is missing or out of range"},
  };
  for (const auto& [body, message] : cases) {
    const auto refused = ParseTokenResponse({200, {}, body}, TokenType::kMtlsPop);
    ASSERT_FALSE(refused) << body;
    EXPECT_EQ(refused.error().code, ErrorCode::kTokenRequestFailed);
    EXPECT_EQ(refused.error().message, message) << body;
    EXPECT_EQ(refused.error().http_status, 200);
  }
  for (const char* lifetime : {"0", "-1", "\"\"", "\"x\"", "\"1 1\"", "null", "0.5", "\" \"", "31622401",
                               "9223372036854775807", "99999999999999999999"}) {
    const auto refused = ParseTokenResponse({200, {}, Body("mtls_pop", lifetime)}, TokenType::kMtlsPop);
    ASSERT_FALSE(refused) << lifetime;
    EXPECT_EQ(refused.error().code, ErrorCode::kTokenRequestFailed);
    EXPECT_EQ(refused.error().http_status, 200);
  }
}

TEST(EntraTokenAnswer, MayBeValidForAYearAndARefreshTimeMayBeItsLastSecond) {
  const auto token = ParseTokenResponse({200, {}, Body("mtls_pop", "31622400", R"(,"refresh_in":31622399)")},
                                        TokenType::kMtlsPop);
  ASSERT_TRUE(token) << token.error().message;
  EXPECT_EQ(token->expires_in, std::chrono::hours(366 * 24));
  EXPECT_EQ(token->refresh_in, token->expires_in - seconds(1));
}

TEST(EntraTokenAnswer, CannotSmuggleAHeaderInItsToken) {
  for (const char* token : {R"(a\r\nX-Evil: 1)", R"(a b)", R"(a\u0000b)", R"(a\u00e9)", R"(\u007f)"}) {
    const std::string body =
        std::string(R"({"token_type":"mtls_pop","expires_in":60,"access_token":")") + token + "\"}";
    const auto refused = ParseTokenResponse({200, {}, body}, TokenType::kMtlsPop);
    ASSERT_FALSE(refused) << token;
    EXPECT_EQ(refused.error().code, ErrorCode::kTokenRequestFailed);
    EXPECT_EQ(refused.error().http_status, 200);
  }
  EXPECT_TRUE(ParseTokenResponse(
      {200, {}, R"({"token_type":"mtls_pop","expires_in":60,"access_token":"!~"})"}, TokenType::kMtlsPop))
      << "the first and the last character that may follow a scheme";
}

// U12.
TEST(EntraTokenAnswer, AJwtThatHadExpiredByTheAnswersDateIsRefused) {
  // Header {"alg":"RS256"}, payload {"exp":1795345200}, by the base64 tool. The time is 11:00 on this day.
  const std::string body =
      R"({"expires_in":3600,"access_token":"eyJhbGciOiJSUzI1NiJ9.eyJleHAiOjE3OTUzNDUyMDB9.c2ln","token_type":)";
  for (const auto& [type, name] :
       {std::pair{TokenType::kMtlsPop, "\"mtls_pop\"}"}, std::pair{TokenType::kBearer, "\"Bearer\"}"}}) {
    const auto parse = [&, asked = type, text = body + name](const HttpHeaders& headers) {
      return ParseTokenResponse({200, headers, text}, asked);
    };
    const auto refused = parse({{"Date", "Sun, 22 Nov 2026 12:00:00 GMT"}});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kTokenRequestFailed);
    EXPECT_EQ(refused.error().step, Step::kToken);
    EXPECT_EQ(refused.error().http_status, 200);
    EXPECT_TRUE(parse({{"Date", "Sun, 22 Nov 2026 10:59:59 GMT"}}));
    EXPECT_TRUE(parse({})) << "no Date, no check";
  }
}

// A10.
TEST(EntraTokenAnswer, AnAmbiguousAnswerOfEntraIsRefused) {
  const std::pair<std::string, const char*> cases[] = {
      {Body() + '\0', "the answer of Entra holds a NUL character"},
      {Body("mtls_pop", "60", R"(,"access_token":"other")"), "the answer of Entra names a member twice"},
      {Body("mtls_pop", "60", R"(,"token_type":"Bearer")"), "the answer of Entra names a member twice"},
      {Body("mtls_pop", "60", R"(,"more":{"a":[{"b":1,"b":1}]})"),
       "the answer of Entra names a member twice"},
      {Body("mtls_pop", "60", R"(,"resource":"x\u0000y")"), "the answer of Entra holds a NUL character"},
  };
  for (const auto& [body, message] : cases) {
    const auto refused = ParseTokenResponse({200, {}, body}, TokenType::kMtlsPop);
    ASSERT_FALSE(refused) << body;
    EXPECT_EQ(refused.error().code, ErrorCode::kTokenRequestFailed);
    EXPECT_EQ(refused.error().message, message);
    EXPECT_EQ(refused.error().http_status, 200);
  }
}

TEST(TokenRefusal, CarriesEntrasOwnWordsAndWhatTheyMeanHere) {
  const auto refused = ParseTokenResponse(
      {400,
       {},
       R"({"error":"invalid_request","error_description":"AADSTS392200: Client certificate is missing.\r\nTrace ID: t",)"
       R"("error_codes":[392200],"correlation_id":"0f0e0d0c-0b0a-4908-8706-050403020100"})"},
      TokenType::kMtlsPop);
  ASSERT_FALSE(refused);
  const Error& error = refused.error();
  EXPECT_EQ(error.code, ErrorCode::kTokenRequestFailed);
  EXPECT_EQ(error.step, Step::kToken);
  EXPECT_EQ(error.http_status, 400);
  EXPECT_EQ(error.service_error, "invalid_request");
  EXPECT_EQ(error.aadsts, std::vector<std::int64_t>{392200});
  EXPECT_EQ(error.correlation_id, "0f0e0d0c-0b0a-4908-8706-050403020100");
  EXPECT_FALSE(error.retryable);
  EXPECT_EQ(error.message,
            "Entra answered with status 400: invalid_request: AADSTS392200: Client certificate is missing. "
            "Trace ID: t (392200: no client certificate reached Entra; look for a TLS-terminating middlebox "
            "or proxy)");
}

TEST(TokenRefusal, MayComeFromSomethingThatIsNotEntra) {
  const auto html = ParseTokenResponse({502, {}, "<html>\x1b Bad Gateway\nmore"}, TokenType::kMtlsPop);
  EXPECT_EQ(html.error().message, "Entra answered with status 502: Bad Gateway more");
  EXPECT_TRUE(html.error().retryable);
  const auto empty = ParseTokenResponse({302, {{"Location", "https://x"}}, ""}, TokenType::kMtlsPop);
  EXPECT_EQ(empty.error().message, "Entra answered with status 302");
  EXPECT_EQ(empty.error().correlation_id, "");
  const auto odd =
      ParseTokenResponse({400, {}, R"({"error":5,"error_codes":["392200",null,{}],"correlation_id":"x\ny"})"},
                         TokenType::kMtlsPop);
  EXPECT_EQ(odd.error().service_error, "");
  EXPECT_EQ(odd.error().aadsts, std::vector<std::int64_t>{392200});
  EXPECT_EQ(odd.error().correlation_id, "");
}

TEST(TokenRefusal, SaysWhetherARetryCanHelp) {
  for (const int status : {429, 500, 503, 599}) {
    EXPECT_TRUE(ParseTokenResponse({status, {}, "{}"}, TokenType::kMtlsPop).error().retryable) << status;
  }
  for (const int status : {201, 302, 400, 401, 403, 404, 408, 410}) {
    EXPECT_FALSE(ParseTokenResponse({status, {}, "{}"}, TokenType::kMtlsPop).error().retryable) << status;
  }
}

TEST(TokenRefusal, ExplainsTheCodesThatThisFlowMeets) {
  for (const std::int64_t code :
       {392200, 392196, 392204, 500181, 1000901, 1000610, 1000611, 1000612, 1000613, 1000614}) {
    EXPECT_FALSE(ExplainAadsts(code).empty()) << code;
  }
  EXPECT_TRUE(ExplainAadsts(7000215).empty());
}

}  // namespace
}  // namespace msiv2::entra
