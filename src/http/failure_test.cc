#include "http/failure.h"

#include <gtest/gtest.h>

#include <set>

namespace msiv2 {
namespace {

using Kind = HttpFailure::Kind;

constexpr Leg kLeg{Step::kMetadata, ErrorCode::kImdsUnreachable, ErrorCode::kInvalidMetadata, "IMDS"};

HttpFailure Make(Kind kind, std::string message = "") {
  HttpFailure failure;
  failure.kind = kind;
  failure.message = std::move(message);
  failure.native_code = 28;
  return failure;
}

struct Row {
  Kind kind;
  ErrorCode code;
  bool retryable;
  const char* message;
};

TEST(FailureError, MapsEachKind) {
  const Row rows[] = {
      {Kind::kInvalidRequest, ErrorCode::kImdsUnreachable, false, "the request to IMDS could not be sent"},
      {Kind::kConnect, ErrorCode::kImdsUnreachable, true, "no connection to IMDS"},
      {Kind::kProxy, ErrorCode::kProxyFailed, true, "no connection to IMDS"},
      {Kind::kTimeout, ErrorCode::kImdsUnreachable, true, "IMDS did not answer in time"},
      {Kind::kReset, ErrorCode::kImdsUnreachable, true, "IMDS closed the connection before it answered"},
      {Kind::kTls, ErrorCode::kTlsFailed, true, "the TLS connection to IMDS failed"},
      {Kind::kKeySign, ErrorCode::kKeySignFailed, true,
       "the key refused to sign for the TLS connection to IMDS"},
      {Kind::kBodyTooLarge, ErrorCode::kInvalidMetadata, false, "the answer of IMDS is too large"},
      {Kind::kMalformed, ErrorCode::kInvalidMetadata, true, "the answer of IMDS is not HTTP"},
      {Kind::kTruncated, ErrorCode::kInvalidMetadata, true, "the answer of IMDS was cut short"},
      {Kind::kLocal, ErrorCode::kLocalResourcesExhausted, true,
       "this process has no descriptor or memory left for a connection to IMDS"},
      {Kind::kDeadline, ErrorCode::kTimeout, true, "the deadline passed while waiting for IMDS"},
      {Kind::kCanceled, ErrorCode::kCanceled, true, "the caller cancelled while waiting for IMDS"},
  };
  for (const Row& row : rows) {
    const Error error = FailureError(Make(row.kind), kLeg, 3);
    EXPECT_EQ(error.code, row.code) << row.message;
    EXPECT_EQ(error.step, Step::kMetadata) << row.message;
    EXPECT_EQ(error.message, row.message);
    EXPECT_EQ(error.retryable, row.retryable) << row.message;
    EXPECT_EQ(error.native_code, 28);
    EXPECT_EQ(error.tls_alert, -1);
    EXPECT_EQ(error.attempts, 3);
  }
}

TEST(FailureError, NamesTheTlsAlert) {
  HttpFailure failure = Make(Kind::kTls, "sslv3 alert\x1b");
  failure.tls_alert = 44;
  const Error error = FailureError(failure, kLeg, 1);
  EXPECT_EQ(error.tls_alert, 44);
  EXPECT_EQ(error.message,
            "the TLS connection to IMDS failed with alert 44 certificate_revoked: sslv3 alert");
}

// U2.
TEST(FailureError, AProxyErrorHasItsStatusAndItsCure) {
  const std::pair<int, bool> rows[] = {{0, true},   {403, false}, {407, false}, {408, true},
                                       {429, true}, {499, false}, {500, true},  {502, true}};
  for (const auto& [status, retryable] : rows) {
    HttpFailure failure = Make(Kind::kProxy, "the proxy http://p:1 of HTTPS_PROXY refused");
    failure.proxy_status = status;
    const Error error = FailureError(failure, kLeg, 1);
    EXPECT_EQ(error.http_status, status);
    EXPECT_EQ(error.retryable, retryable) << status;
    EXPECT_EQ(error.message, "no connection to IMDS: the proxy http://p:1 of HTTPS_PROXY refused");
    EXPECT_NE(error.Cure().find("proxy"), std::string_view::npos);
    EXPECT_EQ(error.Cure().find("AADSTS"), std::string_view::npos);
    failure.permanent = true;
    EXPECT_FALSE(FailureError(failure, kLeg, 1).retryable);
  }
}

// F2.
TEST(FailureError, HidesSecretsInTheWordsOfAnyTransport) {
  KnownSecrets secrets;
  secrets.Add("two words");
  const Error error =
      FailureError(Make(Kind::kConnect, "no proxy\n'http://u:two words@h' <two\tWORDS>"), kLeg, 1, secrets);
  EXPECT_EQ(error.message, "no connection to IMDS: no proxy 'http://[hidden]@h' <[hidden]>");
}

TEST(TlsAlertName, KnowsTheAlertsOfRfc8446) {
  EXPECT_EQ(TlsAlertName(0), "close_notify");
  EXPECT_EQ(TlsAlertName(42), "bad_certificate");
  EXPECT_EQ(TlsAlertName(48), "unknown_ca");
  EXPECT_EQ(TlsAlertName(116), "certificate_required");
  EXPECT_EQ(TlsAlertName(120), "no_application_protocol");
  const std::set<int> known = {0,  10, 20, 21, 22, 40, 42,  43,  44,  45,  46,  47,  48,  49, 50,
                               51, 70, 71, 80, 86, 90, 100, 109, 110, 112, 113, 115, 116, 120};
  for (int alert = -1; alert < 256; ++alert) {
    EXPECT_EQ(TlsAlertName(alert) != "unknown", known.contains(alert)) << alert;
  }
}

}  // namespace
}  // namespace msiv2
