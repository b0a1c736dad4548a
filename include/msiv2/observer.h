// The Observer port.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "msiv2/error.h"

namespace msiv2 {

/// Event is one thing that happened during an acquisition. Its views live for the call of OnEvent only.
struct Event {
  enum class Kind {
    kStepStarted,
    kStepEnded,       ///< `error` is null on success
    kRetry,           ///< an attempt failed and another follows after `elapsed`
    kRemediation,     ///< the certificate was refused or its key died: another is minted after `elapsed`
    kRotation,        ///< another certificate serves from now on; `identifiers` names its thumbprint
    kRenewalStarted,  ///< work in the background: of a token (Step::kToken) or a certificate (kCertificate)
    kRenewalEnded,    ///< `detail` says how
    kCacheHit,
    kCacheMiss,
    kNotice,  ///< something an operator should know, for example unlocked key memory
  };

  Kind kind = Kind::kStepStarted;
  Step step = Step::kRequest;
  std::string_view where{};  ///< host and port, or the key provider; never a query or an identifier
  std::chrono::nanoseconds elapsed{0};
  std::string_view detail{};       ///< what came back; no token, JWT, CSR, key or identifier
  std::string_view identifiers{};  ///< client, tenant and thumbprint for debug level; never a secret
  const Error* error = nullptr;
  std::string_view correlation_id{};  ///< of the acquisition; empty for a cache hit, which sends nothing
};

/// Name returns the event's name in snake case, for example "step_ended". The view is static.
std::string_view Name(Event::Kind kind) noexcept;

/// Observer is told what happens. Threads: may be called from several threads at once. It must return
/// quickly and must not throw or call back into the client.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void OnEvent(const Event& event) noexcept = 0;
};

}  // namespace msiv2
