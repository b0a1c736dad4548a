// Telling the Observer what each step does.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

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
  Trace(Observer* observer, const Clock& clock, std::string correlation_id)
      : observer_(observer), clock_(&clock), correlation_id_(std::move(correlation_id)) {}

  const std::string& correlation_id() const noexcept { return correlation_id_; }

  /// Run runs one step between its two events and gives its error, if any, the step and correlation id.
  /// `describe` turns the step's value into an Outcome.
  template <typename Work, typename Describe>
  auto Run(Step step, const std::string& where, Work&& work, Describe&& describe) const -> decltype(work()) {
    Emit({.kind = Event::Kind::kStepStarted, .step = step, .where = where});
    const auto started = clock_->MonotonicNow();
    auto result = work();
    const auto elapsed = clock_->MonotonicNow() - started;
    if (result) {
      const Outcome outcome = describe(*result);
      Emit({.kind = Event::Kind::kStepEnded,
            .step = step,
            .where = where,
            .elapsed = elapsed,
            .detail = outcome.detail,
            .identifiers = outcome.identifiers});
      return result;
    }
    result.error().step = step;
    if (result.error().correlation_id.empty()) result.error().correlation_id = correlation_id_;
    Emit({.kind = Event::Kind::kStepEnded,
          .step = step,
          .where = where,
          .elapsed = elapsed,
          .error = &result.error()});
    return result;
  }

  /// Retrying reports that a leg is tried again after `delay`, because of `reason`.
  void Retrying(Step step, const std::string& where, std::chrono::nanoseconds delay,
                const std::string& reason) const;
  /// Remedying reports that a new certificate is minted after `delay`, because of `reason`.
  void Remedying(std::chrono::nanoseconds delay, const std::string& reason) const;
  /// Rotated reports that the certificate with thumbprint `x5t_s256` serves from now on, and with how many
  /// tokens.
  void Rotated(std::size_t tokens, const std::string& x5t_s256) const;
  /// Renewal reports that a renewal in the background begins, or how it ended. `step` says of what.
  void Renewal(Step step, bool begins, std::string_view detail) const;
  /// Cache reports a hit or a miss of the token cache or the binding cache. It allocates nothing.
  void Cache(bool hit, Step step, std::string_view detail) const;

 private:
  void Emit(Event event) const;

  Observer* observer_;
  const Clock* clock_;
  std::string correlation_id_;
};

}  // namespace msiv2::flow
