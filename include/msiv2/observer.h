// The Observer port: what happens during acquisitions, in typed fields. Ready ones: observers/log.h,
// observers/prometheus.h.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "msiv2/error.h"
#include "msiv2/http.h"
#include "msiv2/key.h"
#include "msiv2/token.h"

namespace msiv2 {

/// CacheKind says which cache a hit or a miss is of.
enum class CacheKind {
  kToken,        ///< tokens: around step 7
  kCertificate,  ///< binding certificates: around steps 1 to 6
  kAttestation,  ///< attestation JWTs: inside step 4
};

/// Name returns "token", "certificate" or "attestation". The view is static.
std::string_view Name(CacheKind cache) noexcept;

/// MissReason says why a cache did not answer.
enum class MissReason {
  kAbsent,         ///< nothing is kept that will do
  kEnded,          ///< what is kept has ended, or has no more than five minutes left
  kDue,            ///< what is kept still serves, and is renewed in the background
  kForced,         ///< the request has `force_refresh`
  kClaims,         ///< a resource's claims challenge asks for a new certificate, or token of MSI v1
  kNoCertificate,  ///< no certificate serves: none yet, ended, refused, or the host's identity changed
  kReplaced,       ///< IMDS is asked for another certificate: one was refused, or a challenge asks for it
  kOff,            ///< `ClientOptions::token_cache` is false
};

/// Name returns the reason in snake case, for example "no_certificate". The view is static.
std::string_view Name(MissReason reason) noexcept;

/// RenewalOutcome says how a renewal in the background ended.
enum class RenewalOutcome {
  kDone,      ///< what it was for is renewed, or is not wanted any more
  kFailed,    ///< it is tried again after a rest
  kTooEarly,  ///< the service still hands out the old one: it is asked again after an hour
  kUnused,    ///< nobody has asked for it since it was fetched: it is renewed when somebody does
};

/// Name returns the outcome in snake case, for example "too_early". The view is static.
std::string_view Name(RenewalOutcome outcome) noexcept;

/// Event is one thing that happened during an acquisition. Its views live for the call of OnEvent only.
///
/// No field holds a token, JWT, CSR or key material. Identifiers of host and identity stand in
/// `identifiers` and may stand in `error->message`, which can quote a service; in no other field.
struct Event {
  enum class Kind {
    kStepStarted,
    kStepEnded,       ///< took `elapsed`; `error` is null on success
    kRetry,           ///< attempt number `attempt` failed and another follows after `delay`
    kRemediation,     ///< `error` condemned the certificate: remedy number `attempt` follows after `delay`
    kRotation,        ///< another certificate serves from now on, with `tokens` tokens; see `identifiers`
    kRenewalStarted,  ///< work in the background: of a token (Step::kToken) or a certificate (kCertificate)
    kRenewalEnded,    ///< `renewal` says how
    kCacheHit,        ///< `cache` answered
    kCacheMiss,       ///< `cache` did not answer, because of `miss`
    kNotice,          ///< something an operator should know, for example unlocked key memory
  };

  Kind kind = Kind::kStepStarted;
  Step step = Step::kRequest;
  std::string_view where{};  ///< host and port, or the key provider; never a query or an identifier
  std::chrono::nanoseconds elapsed{0};
  std::string_view detail{};       ///< the same for people: what came back, or why; no identifier
  std::string_view identifiers{};  ///< client, tenant and thumbprint for debug level; never a secret
  const Error* error = nullptr;
  std::string_view correlation_id{};  ///< of the acquisition; empty for a token out of the cache

  int attempt = 0;                    ///< from 1
  std::chrono::nanoseconds delay{0};  ///< before what follows
  int http_status = 0;                ///< kRetry: of the attempt that failed; 0 where `failure` says why
  std::optional<HttpFailure::Kind> failure{};  ///< kRetry: why there was no answer
  CacheKind cache = CacheKind::kToken;
  MissReason miss = MissReason::kAbsent;
  std::size_t tokens = 0;
  RenewalOutcome renewal = RenewalOutcome::kDone;
};

/// Name returns the event's name in snake case, for example "step_ended". The view is static.
std::string_view Name(Event::Kind kind) noexcept;

/// CredentialOutcome says what became of an acquisition, in the reference's four words (REM-6). A retry is
/// a remedy here: another certificate in place of a refused one. Repeated HTTP requests are not.
enum class CredentialOutcome {
  kNotFound,        ///< no token, and no remedy was tried: MsiCount::error says why
  kRetryFailed,     ///< no token, in spite of a remedy
  kRetrySucceeded,  ///< a token, thanks to a remedy
  kSuccess,         ///< a token at the first try
};

/// Name returns the reference's word, for example "Retry Failed". The view is static.
std::string_view Name(CredentialOutcome outcome) noexcept;

/// MsiCount is one increment of the reference's counter `MsalMsiCounter`, with its tags. There is one for
/// each acquisition that the caches could not answer, when it ends, however it ends; a token that is
/// refreshed in the background is one. Not counted: callers who waited for another's acquisition, and
/// certificates that are rotated, of which Event::Kind::kRotation tells.
struct MsiCount {
  std::string_view source = "ImdsV2";         ///< MsiSource: that, or Name(MsiSource) for MSI v1
  TokenType token_type = TokenType::kBearer;  ///< TokenType: what was asked for
  bool bypass_cache = false;                  ///< bypassCache: IMDS was asked with `bypass_cache=true`
  KeyTier key_tier = KeyTier::kNone;          ///< KeyType; kNone when it ended before there was a key
  KeyOrigin key_origin = KeyOrigin::kPlatform;
  CredentialOutcome outcome = CredentialOutcome::kNotFound;

  // Beside the reference's tags:
  std::chrono::nanoseconds elapsed{0};
  const Error* error = nullptr;  ///< null when there is a token; lives for the call of OnMsiCount only
  std::string_view correlation_id{};
};

/// KeyTypeTag returns the value of the tag KeyType: "InMemory", "Hardware" or "KeyGuard", with " (emulated)"
/// behind it where that is so; empty for kNone.
std::string KeyTypeTag(const MsiCount& count);

/// Observer is told what happens. Threads: may be called from several threads at once. It must return
/// quickly and must not throw or call back into the client. Fork: one of the parent hears nothing in a child,
/// unless the child gives it to a client of its own; then what its threads had locked must not matter to it.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void OnEvent(const Event& event) noexcept = 0;

  /// OnMsiCount is told of each count. It is no Event, because it is about a whole acquisition and its tags
  /// are those of the reference; an observer that counts nothing leaves it out.
  virtual void OnMsiCount(const MsiCount& count) noexcept { static_cast<void>(count); }
};

}  // namespace msiv2
