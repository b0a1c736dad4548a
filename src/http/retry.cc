#include "http/retry.h"

#include <algorithm>
#include <array>
#include <utility>

#include "http/retry_after.h"
#include "msiv2/clock.h"

namespace msiv2 {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int kNotFound = 404;
constexpr int kGone = 410;
constexpr milliseconds kGoneDelay = seconds(10);
constexpr milliseconds kLongestRetryAfter = seconds(60);
constexpr std::array<milliseconds, 3> kImdsDelays = {seconds(1), seconds(2), seconds(4)};
constexpr int kMaxRetriesWhenGone = 7;
constexpr milliseconds kTokenDelay = seconds(1);
constexpr milliseconds kSourceDelay = seconds(1);
constexpr int kMaxSourceRetries = 3;
constexpr double kJitterShare = 0.2;

// The request was not answered, and nothing is known of why. A body that was cut short counts as well.
bool IsUnanswered(const Attempt& attempt, RetryLeg leg) {
  using Kind = HttpFailure::Kind;
  if (attempt.failure == Kind::kTruncated) return leg != RetryLeg::kCredential;
  return attempt.failure == Kind::kConnect || attempt.failure == Kind::kReset;
}

bool ImdsAsksAgain(const Attempt& attempt, RetryLeg leg) {
  if (attempt.failure) return attempt.failure == HttpFailure::Kind::kTimeout || IsUnanswered(attempt, leg);
  if (leg == RetryLeg::kProbe && attempt.status == kNotFound) return false;
  return IsTransientImdsStatus(attempt.status);
}

milliseconds ImdsDelay(const Attempt& attempt, int retries, double jitter) {
  if (attempt.status == kGone) return kGoneDelay;
  const auto index = std::min(static_cast<std::size_t>(retries), kImdsDelays.size() - 1);
  const auto share = std::clamp(jitter, 0.0, 1.0) * kJitterShare;
  const auto extra = static_cast<double>(kImdsDelays[index].count()) * share;
  return kImdsDelays[index] + milliseconds(static_cast<milliseconds::rep>(extra));
}

std::string Reason(const Result<HttpResponse, HttpFailure>& outcome) {
  if (!outcome) return std::string(Name(outcome.error().kind));
  return "HTTP " + std::to_string(outcome->status);
}

HttpFailure CanceledWhileWaiting() {
  HttpFailure failure;
  failure.kind = HttpFailure::Kind::kCanceled;
  failure.message = "the caller cancelled during the delay before the next attempt";
  return failure;
}

}  // namespace

double DrawJitter(const RandomSource& random) {
  if (!random) return 0;
  std::array<std::uint8_t, 2> bytes{};
  random(bytes);
  return static_cast<double>(bytes[0] * 256 + bytes[1]) / 65535.0;
}

bool IsServerError(int status) noexcept { return status >= 500 && status <= 599; }

bool IsTransientImdsStatus(int status) noexcept {
  return status == kNotFound || status == 408 || status == kGone || status == 429 || IsServerError(status);
}

bool IsTransientSourceStatus(int status) noexcept {
  constexpr std::array<int, 6> kTransient = {kNotFound, 408, 429, 500, 503, 504};
  return std::find(kTransient.begin(), kTransient.end(), status) != kTransient.end();
}

Attempt ToAttempt(const Result<HttpResponse, HttpFailure>& outcome,
                  std::chrono::system_clock::time_point now) {
  Attempt attempt;
  if (!outcome) {
    attempt.failure = outcome.error().kind;
    return attempt;
  }
  attempt.status = outcome->status;
  if (const auto header = outcome->Header("Retry-After")) attempt.retry_after = ParseRetryAfter(*header, now);
  return attempt;
}

std::optional<milliseconds> RetrySchedule::Next(const Attempt& attempt, double jitter) {
  if (!enabled_) return std::nullopt;
  switch (leg_) {
    case RetryLeg::kToken:
      return NextToken(attempt);
    case RetryLeg::kSource:
      return NextSource(attempt);
    case RetryLeg::kImds:
    case RetryLeg::kProbe:
    case RetryLeg::kCredential:
      break;
  }
  return NextImds(attempt, jitter);
}

std::optional<milliseconds> RetrySchedule::NextImds(const Attempt& attempt, double jitter) {
  if (!attempt.host_known) {
    const bool again = IsUnanswered(attempt, leg_) && !std::exchange(asked_again_, true);
    if (again) return milliseconds(0);
    if (attempt.failure != HttpFailure::Kind::kTimeout) return std::nullopt;
  }
  if (!max_retries_ && attempt.status != 0) {
    max_retries_ = attempt.status == kGone ? kMaxRetriesWhenGone : static_cast<int>(kImdsDelays.size());
  }
  const int max_retries = max_retries_.value_or(static_cast<int>(kImdsDelays.size()));
  if (!ImdsAsksAgain(attempt, leg_) || retries_ >= max_retries) return std::nullopt;
  const milliseconds delay = ImdsDelay(attempt, retries_++, jitter);
  const milliseconds asked = attempt.retry_after.value_or(seconds(0));
  return std::max(delay, std::min(asked, kLongestRetryAfter));
}

std::optional<milliseconds> RetrySchedule::NextToken(const Attempt& attempt) {
  const bool server_error = IsServerError(attempt.status) && !attempt.retry_after;
  const bool timeout = attempt.failure == HttpFailure::Kind::kTimeout;
  if ((!server_error && !timeout) || retries_++ > 0) return std::nullopt;
  return kTokenDelay;
}

std::optional<milliseconds> RetrySchedule::NextSource(const Attempt& attempt) {
  const bool silent = attempt.failure == HttpFailure::Kind::kTimeout || IsUnanswered(attempt, leg_);
  if ((!silent && !IsTransientSourceStatus(attempt.status)) || retries_ >= kMaxSourceRetries)
    return std::nullopt;
  ++retries_;
  return std::max<milliseconds>(kSourceDelay, attempt.retry_after.value_or(seconds(0)));
}

Answered SendWithRetry(HttpTransport& transport, const HttpRequest& request, RetryLeg leg,
                       const RetryContext& retry, const CallContext& context) {
  RetrySchedule schedule(leg, retry.enabled);
  for (int attempt = 1;; ++attempt) {
    auto outcome = transport.Send(request, context);
    Attempt ended = ToAttempt(outcome, context.clock->Now());
    if (retry.host_known) ended.host_known = retry.host_known(outcome);
    // An answer that is not an error is final, and needs no random number.
    const bool is_error = !outcome || outcome->status >= 400;
    const auto delay = schedule.Next(ended, is_error ? DrawJitter(retry.random) : 0);
    if (!delay) return {std::move(outcome), {attempt, /*out_of_time=*/false, ended.retry_after}};
    const auto now = context.clock->MonotonicNow();
    if (now >= context.deadline || *delay >= context.deadline - now) {
      return {std::move(outcome), {attempt, /*out_of_time=*/true, ended.retry_after}};
    }
    if (retry.on_retry) retry.on_retry({attempt, *delay, Reason(outcome), ended});
    const bool waits = delay->count() > 0;
    if (waits && !context.clock->SleepUntil(now + *delay, context.cancellation)) {
      return {CanceledWhileWaiting(), {attempt}};
    }
  }
}

}  // namespace msiv2
