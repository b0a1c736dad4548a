// The names of enumerators in results, events and the command line.
#include "msiv2/http.h"
#include "msiv2/key.h"
#include "msiv2/observer.h"
#include "msiv2/token.h"

namespace msiv2 {

std::string_view Name(KeyStrength strength) noexcept {
  switch (strength) {
    case KeyStrength::kNone:
      return "none";
    case KeyStrength::kSoftware:
      return "software";
    case KeyStrength::kHardware:
      return "hardware";
    case KeyStrength::kKeyGuard:
      return "keyguard";
  }
  return "none";
}

std::string_view Name(KeyOrigin origin) noexcept {
  return origin == KeyOrigin::kPlatform ? "platform" : "emulated";
}

std::string_view Name(TokenType type) noexcept { return type == TokenType::kMtlsPop ? "mtls_pop" : "Bearer"; }

std::string_view Name(Event::Kind kind) noexcept {
  switch (kind) {
    case Event::Kind::kStepStarted:
      return "step_started";
    case Event::Kind::kStepEnded:
      return "step_ended";
    case Event::Kind::kRetry:
      return "retry";
    case Event::Kind::kRemediation:
      return "remediation";
    case Event::Kind::kRotation:
      return "rotation";
    case Event::Kind::kRenewalStarted:
      return "renewal_started";
    case Event::Kind::kRenewalEnded:
      return "renewal_ended";
    case Event::Kind::kCacheHit:
      return "cache_hit";
    case Event::Kind::kCacheMiss:
      return "cache_miss";
    case Event::Kind::kNotice:
      return "notice";
  }
  return "notice";
}

std::string_view Name(CacheKind cache) noexcept {
  switch (cache) {
    case CacheKind::kToken:
      return "token";
    case CacheKind::kCertificate:
      return "certificate";
    case CacheKind::kAttestation:
      return "attestation";
  }
  return "token";
}

std::string_view Name(MissReason reason) noexcept {
  switch (reason) {
    case MissReason::kAbsent:
      return "absent";
    case MissReason::kEnded:
      return "ended";
    case MissReason::kDue:
      return "due";
    case MissReason::kForced:
      return "forced";
    case MissReason::kClaims:
      return "claims";
    case MissReason::kNoCertificate:
      return "no_certificate";
    case MissReason::kReplaced:
      return "replaced";
    case MissReason::kOff:
      return "off";
  }
  return "absent";
}

std::string_view Name(CredentialOutcome outcome) noexcept {
  switch (outcome) {
    case CredentialOutcome::kNotFound:
      return "Not found";
    case CredentialOutcome::kRetryFailed:
      return "Retry Failed";
    case CredentialOutcome::kRetrySucceeded:
      return "Retry Succeeded";
    case CredentialOutcome::kSuccess:
      return "Success";
  }
  return "Not found";
}

std::string KeyTypeTag(const MsiCount& count) {
  const std::string emulated = count.key_origin == KeyOrigin::kEmulated ? " (emulated)" : "";
  switch (count.key_strength) {
    case KeyStrength::kNone:
      return "";
    case KeyStrength::kSoftware:
      return "InMemory" + emulated;
    case KeyStrength::kHardware:
      return "Hardware" + emulated;
    case KeyStrength::kKeyGuard:
      return "KeyGuard" + emulated;
  }
  return "";
}

std::string_view Name(HttpFailure::Kind kind) noexcept {
  switch (kind) {
    case HttpFailure::Kind::kInvalidRequest:
      return "invalid request";
    case HttpFailure::Kind::kConnect:
      return "connect";
    case HttpFailure::Kind::kProxy:
      return "proxy";
    case HttpFailure::Kind::kTimeout:
      return "timeout";
    case HttpFailure::Kind::kReset:
      return "reset";
    case HttpFailure::Kind::kTls:
      return "tls";
    case HttpFailure::Kind::kKeySign:
      return "key signature";
    case HttpFailure::Kind::kBodyTooLarge:
      return "body too large";
    case HttpFailure::Kind::kMalformed:
      return "malformed answer";
    case HttpFailure::Kind::kTruncated:
      return "truncated answer";
    case HttpFailure::Kind::kLocal:
      return "local resources";
    case HttpFailure::Kind::kDeadline:
      return "deadline";
    case HttpFailure::Kind::kCanceled:
      return "canceled";
  }
  return "connect";
}

std::string_view Name(RenewalOutcome outcome) noexcept {
  switch (outcome) {
    case RenewalOutcome::kDone:
      return "done";
    case RenewalOutcome::kFailed:
      return "failed";
    case RenewalOutcome::kTooEarly:
      return "too_early";
    case RenewalOutcome::kUnused:
      return "unused";
  }
  return "";
}

}  // namespace msiv2
