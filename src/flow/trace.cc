#include "flow/trace.h"

namespace msiv2::flow {
namespace {

Step StepOf(CacheKind cache) {
  switch (cache) {
    case CacheKind::kToken:
      return Step::kToken;
    case CacheKind::kCertificate:
      return Step::kCertificate;
    case CacheKind::kAttestation:
      return Step::kAttestation;
  }
  return Step::kRequest;
}

std::string_view Words(MissReason reason) {
  switch (reason) {
    case MissReason::kAbsent:
      return "no suitable entry is cached";
    case MissReason::kEnded:
      return "the cached entry has expired";
    case MissReason::kDue:
      return "the cached entry is due for renewal";
    case MissReason::kForced:
      return "a fresh token was asked for";
    case MissReason::kClaims:
      return "a claims challenge asks for a new certificate";
    case MissReason::kNoCertificate:
      return "no certificate is current";
    case MissReason::kReplaced:
      return "another certificate is requested";
    case MissReason::kOff:
      return "the token cache is off";
  }
  return "";
}

std::string_view Words(RenewalOutcome outcome) {
  switch (outcome) {
    case RenewalOutcome::kDone:
      return "done";
    case RenewalOutcome::kFailed:
      return "failed; tried again later";
    case RenewalOutcome::kTooEarly:
      return "nothing new yet";
    case RenewalOutcome::kUnused:
      return "not in use";
  }
  return "";
}

}  // namespace

void Trace::Emit(Event event) const {
  if (observer_ == nullptr) return;
  event.correlation_id = correlation_id_;
  observer_->OnEvent(event);
}

std::chrono::steady_clock::time_point Trace::Started(Step step, const std::string& where) const {
  if (observer_ == nullptr) return {};
  Emit({.kind = Event::Kind::kStepStarted, .step = step, .where = where});
  return clock_->MonotonicNow();
}

void Trace::Ended(Step step, const std::string& where, std::chrono::steady_clock::time_point started,
                  const Outcome& outcome) const {
  if (observer_ == nullptr) return;
  Emit({.kind = Event::Kind::kStepEnded,
        .step = step,
        .where = where,
        .elapsed = clock_->MonotonicNow() - started,
        .detail = outcome.detail,
        .identifiers = outcome.identifiers});
}

void Trace::Failed(Step step, const std::string& where, std::chrono::steady_clock::time_point started,
                   Error& error) const {
  error.step = step;
  if (error.correlation_id.empty()) error.correlation_id = correlation_id_;
  if (observer_ == nullptr) return;
  Emit({.kind = Event::Kind::kStepEnded,
        .step = step,
        .where = where,
        .elapsed = clock_->MonotonicNow() - started,
        .error = &error});
}

void Trace::Retrying(Step step, const std::string& where, const RetryNotice& notice) const {
  Emit({.kind = Event::Kind::kRetry,
        .step = step,
        .where = where,
        .detail = notice.reason,
        .attempt = notice.attempt,
        .delay = notice.delay,
        .http_status = notice.outcome.status,
        .failure = notice.outcome.failure});
}

void Trace::Remedying(int number, std::chrono::nanoseconds delay, const Error& failure) const {
  Emit({.kind = Event::Kind::kRemediation,
        .step = Step::kToken,
        .detail = Name(failure.code),
        .error = &failure,
        .attempt = number,
        .delay = delay});
}

void Trace::Rotated(std::size_t tokens, const std::string& x5t_s256) const {
  const std::string detail = "a new certificate is current, with " + std::to_string(tokens) + " tokens";
  const std::string identifiers = "x5t#S256 " + x5t_s256;
  Emit({.kind = Event::Kind::kRotation,
        .step = Step::kCertificate,
        .detail = detail,
        .identifiers = identifiers,
        .tokens = tokens});
}

void Trace::Renewal(Step step, std::optional<RenewalOutcome> outcome) const {
  if (!outcome) return Emit({.kind = Event::Kind::kRenewalStarted, .step = step});
  Emit({.kind = Event::Kind::kRenewalEnded, .step = step, .detail = Words(*outcome), .renewal = *outcome});
}

void Trace::Hit(CacheKind cache, std::string_view detail) const {
  Emit({.kind = Event::Kind::kCacheHit, .step = StepOf(cache), .detail = detail, .cache = cache});
}

void Trace::Miss(CacheKind cache, MissReason reason) const {
  Emit({.kind = Event::Kind::kCacheMiss,
        .step = StepOf(cache),
        .detail = Words(reason),
        .cache = cache,
        .miss = reason});
}

std::string InMinutes(std::chrono::system_clock::duration duration) {
  return std::to_string(std::chrono::duration_cast<std::chrono::minutes>(duration).count()) + " min";
}

}  // namespace msiv2::flow
