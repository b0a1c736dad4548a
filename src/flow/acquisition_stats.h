// Counting acquisitions for the Observer.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "msiv2/clock.h"
#include "msiv2/observer.h"

namespace msiv2::flow {

/// AcquisitionStats gathers what the MsiCount of one acquisition is made of. Written by the one thread that
/// runs the acquisition.
class AcquisitionStats {
 public:
  /// AcquisitionStats counts for `observer`; for none if that is null. It and `clock` outlive this. `source`
  /// is static.
  AcquisitionStats(Observer* observer, const Clock& clock, std::string_view source,
                   std::string correlation_id)
      : observer_(observer), clock_(clock), source_(source), correlation_id_(std::move(correlation_id)) {}

  /// Bypassing notes that IMDS is asked with `bypass_cache`.
  void Bypassing() noexcept { bypass_cache_ = true; }
  /// UsesKey notes which key the acquisition uses.
  void UsesKey(KeyStrength strength, KeyOrigin origin) noexcept;
  /// Remedying notes that remedy number `number` of the call begins.
  void Remedying(int number) noexcept { remedies_ = number; }

  /// Count reports the acquisition, which began at `started` and ended with `error`, null for a token. Called
  /// once.
  void Count(TokenType type, std::chrono::steady_clock::time_point started, const Error* error) const;

 private:
  Observer* const observer_;
  const Clock& clock_;
  const std::string_view source_;
  const std::string correlation_id_;
  bool bypass_cache_ = false;
  KeyStrength key_strength_ = KeyStrength::kNone;
  KeyOrigin key_origin_ = KeyOrigin::kPlatform;
  int remedies_ = 0;
};

}  // namespace msiv2::flow
