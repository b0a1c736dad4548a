#include "http/failure.h"

#include <array>
#include <utility>

#include "base/foreign_text.h"

namespace msiv2 {
namespace {

// RFC 8446 section 6. 21 and 100 are from TLS 1.2 (RFC 5246 section 7.2).
constexpr std::array<std::pair<int, std::string_view>, 29> kAlerts = {{
    {0, "close_notify"},
    {10, "unexpected_message"},
    {20, "bad_record_mac"},
    {21, "decryption_failed"},
    {22, "record_overflow"},
    {40, "handshake_failure"},
    {42, "bad_certificate"},
    {43, "unsupported_certificate"},
    {44, "certificate_revoked"},
    {45, "certificate_expired"},
    {46, "certificate_unknown"},
    {47, "illegal_parameter"},
    {48, "unknown_ca"},
    {49, "access_denied"},
    {50, "decode_error"},
    {51, "decrypt_error"},
    {70, "protocol_version"},
    {71, "insufficient_security"},
    {80, "internal_error"},
    {86, "inappropriate_fallback"},
    {90, "user_canceled"},
    {100, "no_renegotiation"},
    {109, "missing_extension"},
    {110, "unsupported_extension"},
    {112, "unrecognized_name"},
    {113, "bad_certificate_status_response"},
    {115, "unknown_psk_identity"},
    {116, "certificate_required"},
    {120, "no_application_protocol"},
}};

struct Verdict {
  ErrorCode code;
  std::string message;
  bool retryable;
};

// Returns true if a later attempt may succeed: the proxy is down, busy or has no route. A refusal of this
// client is final.
bool ProxyMayDoBetter(const HttpFailure& failure) {
  const int status = failure.proxy_status;
  return !failure.permanent && (status == 0 || status == 408 || status == 429 || status >= 500);
}

std::string TlsMessage(const HttpFailure& failure, const std::string& peer, const std::string& cause) {
  std::string message = "the TLS connection to " + peer + " failed";
  if (failure.tls_alert >= 0) {
    message += " with alert " + std::to_string(failure.tls_alert) + " " +
               std::string(TlsAlertName(failure.tls_alert));
  }
  return message + cause;
}

Verdict Judge(const HttpFailure& failure, const Leg& leg, const std::string& cause) {
  using Kind = HttpFailure::Kind;
  const std::string peer(leg.peer);
  switch (failure.kind) {
    case Kind::kInvalidRequest:
      return {leg.no_answer, "the request to " + peer + " could not be sent" + cause, false};
    case Kind::kConnect:
      return {leg.no_answer, "no connection to " + peer + cause, true};
    case Kind::kProxy:
      return {ErrorCode::kProxyFailed, "no connection to " + peer + cause, ProxyMayDoBetter(failure)};
    case Kind::kTimeout:
      return {leg.no_answer, peer + " did not answer in time" + cause, true};
    case Kind::kReset:
      return {leg.no_answer, peer + " closed the connection before it answered" + cause, true};
    case Kind::kTls:
      return {ErrorCode::kTlsFailed, TlsMessage(failure, peer, cause), true};
    case Kind::kKeySign:
      return {ErrorCode::kKeySignFailed, "the key refused to sign for the TLS connection to " + peer + cause,
              true};
    case Kind::kBodyTooLarge:
      return {leg.bad_answer, "the answer of " + peer + " is too large" + cause, false};
    case Kind::kMalformed:
      return {leg.bad_answer, "the answer of " + peer + " is not HTTP" + cause, true};
    case Kind::kTruncated:
      return {leg.bad_answer, "the answer of " + peer + " was cut short" + cause, true};
    case Kind::kLocal:
      return {ErrorCode::kLocalResourcesExhausted,
              "this process has no descriptor or memory left for a connection to " + peer + cause, true};
    case Kind::kDeadline:
      return {ErrorCode::kTimeout, "the deadline passed while waiting for " + peer, true};
    case Kind::kCanceled:
      return {ErrorCode::kCanceled, "the caller cancelled while waiting for " + peer, true};
  }
  return {leg.no_answer, "no answer from " + peer + cause, true};
}

}  // namespace

Error FailureError(const HttpFailure& failure, const Leg& leg, int attempts, const KnownSecrets& secrets) {
  const std::string words = ForeignText(failure.message, secrets);
  Verdict verdict = Judge(failure, leg, words.empty() ? words : ": " + words);
  Error error(verdict.code, leg.step, std::move(verdict.message));
  error.retryable = verdict.retryable;
  error.http_status = failure.proxy_status;
  error.native_code = failure.native_code;
  error.tls_alert = failure.tls_alert;
  error.attempts = attempts;
  return error;
}

std::string_view TlsAlertName(int alert) noexcept {
  for (const auto& [number, name] : kAlerts) {
    if (number == alert) return name;
  }
  return "unknown";
}

}  // namespace msiv2
