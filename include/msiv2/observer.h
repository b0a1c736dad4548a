// The Observer port: what happens during acquisitions, in typed fields. Ready-made observers:
// observers/log.h, observers/prometheus.h.
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

/// CacheKind says which cache a hit or a miss belongs to.
enum class CacheKind {
  kToken,        ///< tokens: around step 7
  kCertificate,  ///< binding certificates: around steps 1 to 6
  kAttestation,  ///< attestation JWTs: inside step 4
};

/// Name returns "token", "certificate" or "attestation". The view is static.
std::string_view Name(CacheKind cache) noexcept;

/// MissReason says why a cache had no answer.
enum class MissReason {
  kAbsent,         ///< no suitable entry is cached
  kEnded,          ///< the cached entry has expired, or has at most five minutes left
  kDue,            ///< the cached entry is still usable, and is renewed in the background
  kForced,         ///< the request has `force_refresh`
  kClaims,         ///< a resource's claims challenge asks for a new certificate, or a new MSI v1 token
  kNoCertificate,  ///< no certificate is current: none yet, expired, refused, or the host's identity changed
  kReplaced,       ///< IMDS is asked for another certificate: one was refused, or a challenge asks for one
  kOff,            ///< `ClientOptions::token_cache` is false
};

/// Name returns the reason in snake case, for example "no_certificate". The view is static.
std::string_view Name(MissReason reason) noexcept;

/// RenewalOutcome says how a background renewal ended.
enum class RenewalOutcome {
  kDone,      ///< the token or certificate is renewed, or is no longer needed
  kFailed,    ///< it is retried after a back-off
  kTooEarly,  ///< the service still returns the old one; it is asked again after an hour
  kUnused,    ///< no request has used it since it was fetched; it is renewed when one does
};

/// Name returns the outcome in snake case, for example "too_early". The view is static.
std::string_view Name(RenewalOutcome outcome) noexcept;

/// Event is one thing that happened during an acquisition. Its views live only until OnEvent returns.
///
/// No field holds a token, JWT, CSR or key material. Identifiers of host and identity are in `identifiers`
/// and may be in `error->message`, which can quote a service. No other field holds them.
struct Event {
  enum class Kind {
    kStepStarted,
    kStepEnded,       ///< took `elapsed`; `error` is null on success
    kRetry,           ///< attempt number `attempt` failed and another follows after `delay`
    kRemediation,     ///< `error` ruled out the certificate; remedy number `attempt` follows after `delay`
    kRotation,        ///< another certificate is now current, with `tokens` tokens; see `identifiers`
    kRenewalStarted,  ///< background renewal of a token (Step::kToken) or a certificate (kCertificate)
    kRenewalEnded,    ///< `renewal` says how it ended
    kCacheHit,        ///< `cache` had the answer
    kCacheMiss,       ///< `cache` had no answer, because of `miss`
    kNotice,          ///< something that an operator should know, for example unlocked key memory
  };

  Kind kind = Kind::kStepStarted;
  Step step = Step::kRequest;
  std::string_view where{};  ///< host and port, or the key provider; never a query or an identifier
  std::chrono::nanoseconds elapsed{0};
  std::string_view detail{};       ///< human-readable: what came back, or why; contains no identifier
  std::string_view identifiers{};  ///< client, tenant and thumbprint for debug level; never a secret
  const Error* error = nullptr;
  std::string_view correlation_id{};  ///< of the acquisition; empty for a token from the cache

  int attempt = 0;                             ///< from 1
  std::chrono::nanoseconds delay{0};           ///< until the next attempt or remedy
  int http_status = 0;                         ///< kRetry: of the failed attempt; 0 if `failure` says why
  std::optional<HttpFailure::Kind> failure{};  ///< kRetry: why there was no answer
  CacheKind cache = CacheKind::kToken;
  MissReason miss = MissReason::kAbsent;
  std::size_t tokens = 0;
  RenewalOutcome renewal = RenewalOutcome::kDone;
};

/// Name returns the event's name in snake case, for example "step_ended". The view is static.
std::string_view Name(Event::Kind kind) noexcept;

/// CredentialOutcome says how an acquisition ended, in the reference's four words (REM-6). A retry is a
/// remedy here: another certificate in place of a refused one. Repeated HTTP requests are not retries in this
/// sense.
enum class CredentialOutcome {
  kNotFound,        ///< no token, and no remedy was tried: MsiCount::error says why
  kRetryFailed,     ///< no token, despite a remedy
  kRetrySucceeded,  ///< a token, thanks to a remedy
  kSuccess,         ///< a token at the first attempt
};

/// Name returns the reference's word, for example "Retry Failed". The view is static.
std::string_view Name(CredentialOutcome outcome) noexcept;

/// MsiCount is one increment of the reference's counter `MsalMsiCounter`, with its tags. There is one for
/// each acquisition that the caches could not answer, when it ends, with or without success. A background
/// refresh of a token is an acquisition too. Not counted: callers that waited for another caller's
/// acquisition, and certificate rotations, which Event::Kind::kRotation reports.
struct MsiCount {
  std::string_view source = "ImdsV2";         ///< MsiSource: "ImdsV2", or Name(IdentitySource) for MSI v1
  TokenType token_type = TokenType::kBearer;  ///< TokenType: what was asked for
  bool bypass_cache = false;                  ///< bypassCache: IMDS was asked with `bypass_cache=true`
  KeyStrength key_strength =
      KeyStrength::kNone;  ///< KeyType; kNone if the acquisition ended before there was a key
  KeyOrigin key_origin = KeyOrigin::kPlatform;
  CredentialOutcome outcome = CredentialOutcome::kNotFound;

  // In addition to the reference's tags:
  std::chrono::nanoseconds elapsed{0};
  const Error* error = nullptr;  ///< null if there is a token; lives only until OnMsiCount returns
  std::string_view correlation_id{};
};

/// KeyTypeTag returns the value of the tag KeyType: "InMemory", "Hardware" or "KeyGuard". The value for an
/// emulated key ends with " (emulated)". Empty for kNone.
std::string KeyTypeTag(const MsiCount& count);

/// Observer receives events and counts. Threads: may be called from several threads at once. It must return
/// quickly, must not throw and must not call back into the client. Fork: an observer of the parent receives
/// nothing in a child, unless the child gives it to a client of its own. Then locks that the parent's threads
/// held at the fork must not matter to it.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void OnEvent(const Event& event) noexcept = 0;

  /// OnMsiCount receives each count. A count is not an Event, because it is about a whole acquisition and its
  /// tags are those of the reference. An observer that counts nothing need not override OnMsiCount.
  virtual void OnMsiCount(const MsiCount& count) noexcept { static_cast<void>(count); }
};

}  // namespace msiv2
