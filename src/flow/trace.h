// Telling the Observer what each step does.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "http/retry.h"
#include "msiv2/clock.h"
#include "msiv2/observer.h"
#include "msiv2/result.h"

namespace msiv2::flow {

/// Outcome is how a step's result is described in events: `detail` at info level, without identifiers,
/// and `identifiers` for debug level. Neither ever holds a secret.
struct Outcome {
  std::string detail;
  std::string identifiers;
};

/// Trace reports the events of one acquisition. Copyable; refers to the observer and the clock.
class Trace {
 public:
  /// Trace reports to `observer`, which may be null.
  Trace(Observer* observer, const Clock& clock, std::string correlation_id)
      : observer_(observer), clock_(&clock), correlation_id_(std::move(correlation_id)) {}

  const std::string& correlation_id() const noexcept { return correlation_id_; }

  /// Run runs one step between its two events and gives its error, if any, the step and correlation id.
  /// `describe` turns the step's value into an Outcome.
  template <typename Work, typename Describe>
  auto Run(Step step, const std::string& where, Work&& work, Describe&& describe) const -> decltype(work()) {
    const auto started = Started(step, where);
    auto result = work();
    if (result) {
      if (observer_ != nullptr) Ended(step, where, started, describe(*result));
    } else {
      Failed(step, where, started, result.error());
    }
    return result;
  }

  /// Started reports that a step begins, and returns when it did, for Ended or Failed.
  std::chrono::steady_clock::time_point Started(Step step, const std::string& where) const;
  /// Ended reports that the step which began at `started` succeeded.
  void Ended(Step step, const std::string& where, std::chrono::steady_clock::time_point started,
             const Outcome& outcome) const;
  /// Failed gives `error` the step, and the correlation id if it has none, and reports it.
  void Failed(Step step, const std::string& where, std::chrono::steady_clock::time_point started,
              Error& error) const;

  /// Retrying reports that a leg is tried again.
  void Retrying(Step step, const std::string& where, const RetryNotice& notice) const;
  /// Remedying reports that a new certificate is minted after `delay`, as remedy number `number` of the call,
  /// because of `failure`.
  void Remedying(int number, std::chrono::nanoseconds delay, const Error& failure) const;
  /// Rotated reports that the certificate with thumbprint `x5t_s256` is current from now on, and with how
  /// many tokens.
  void Rotated(std::size_t tokens, const std::string& x5t_s256) const;
  /// Renewal reports that a renewal in the background begins (no outcome), or how it ended. `step` says of
  /// what.
  void Renewal(Step step, std::optional<RenewalOutcome> outcome) const;
  /// Hit and Miss report what a cache answered.
  void Hit(CacheKind cache, std::string_view detail) const;
  void Miss(CacheKind cache, MissReason reason) const;

 private:
  void Emit(Event event) const;

  Observer* observer_;
  const Clock* clock_;
  std::string correlation_id_;
};

/// InMinutes returns a human-readable duration, for example "10079 min".
std::string InMinutes(std::chrono::system_clock::duration duration);

}  // namespace msiv2::flow
