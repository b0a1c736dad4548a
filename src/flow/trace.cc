#include "flow/trace.h"

namespace msiv2::flow {

void Trace::Emit(Event event) const {
  if (observer_ == nullptr) return;
  event.correlation_id = correlation_id_;
  observer_->OnEvent(event);
}

void Trace::Retrying(Step step, const std::string& where, std::chrono::nanoseconds delay,
                     const std::string& reason) const {
  Emit({.kind = Event::Kind::kRetry, .step = step, .where = where, .elapsed = delay, .detail = reason});
}

void Trace::Remedying(std::chrono::nanoseconds delay, const std::string& reason) const {
  Emit({.kind = Event::Kind::kRemediation, .step = Step::kToken, .elapsed = delay, .detail = reason});
}

void Trace::Rotated(std::size_t tokens, const std::string& x5t_s256) const {
  const std::string detail =
      "a new certificate serves, with " + std::to_string(tokens) + " tokens of its own";
  const std::string identifiers = "x5t#S256 " + x5t_s256;
  Emit({.kind = Event::Kind::kRotation,
        .step = Step::kCertificate,
        .detail = detail,
        .identifiers = identifiers});
}

void Trace::Renewal(Step step, bool begins, std::string_view detail) const {
  const auto kind = begins ? Event::Kind::kRenewalStarted : Event::Kind::kRenewalEnded;
  Emit({.kind = kind, .step = step, .detail = detail});
}

void Trace::Cache(bool hit, Step step, std::string_view detail) const {
  Emit({.kind = hit ? Event::Kind::kCacheHit : Event::Kind::kCacheMiss, .step = step, .detail = detail});
}

}  // namespace msiv2::flow
