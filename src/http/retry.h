// When to ask again: the retry table of the spec as a small state machine, and the loop around it.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "base/uuid.h"
#include "msiv2/http.h"

namespace msiv2 {

/// RetryLeg selects a row of the spec's retry table.
enum class RetryLeg {
  kImds,    ///< steps 1 and 5, and MSI v1 from IMDS
  kProbe,   ///< as kImds, but 404 is an answer: of GetCapabilities, and of step 1 where it is no news
  kToken,   ///< step 7
  kSource,  ///< a source of MSI v1 other than IMDS
};

/// DrawJitter returns a random number from 0 to 1, and 0 where `random` is empty.
double DrawJitter(const RandomSource& random);

/// IsServerError tells whether `status` is 5xx.
bool IsServerError(int status) noexcept;
/// IsTransientImdsStatus tells whether IMDS may answer better later: 404, 408, 410, 429 and 5xx.
bool IsTransientImdsStatus(int status) noexcept;

/// IsTransientSourceStatus tells the same of other sources of MSI v1: 404, 408, 429, 500, 503 and 504.
bool IsTransientSourceStatus(int status) noexcept;

/// Attempt is what came of one exchange: a status, or a failure.
struct Attempt {
  int status = 0;                                   ///< 0 where there was no answer
  std::optional<HttpFailure::Kind> failure;         ///< why not
  std::optional<std::chrono::seconds> retry_after;  ///< the answer's Retry-After, if it had a valid one
};

/// ToAttempt reads an outcome; `now` is the wall time, for a Retry-After that is a date.
Attempt ToAttempt(const Result<HttpResponse, HttpFailure>& outcome,
                  std::chrono::system_clock::time_point now);

/// RetrySchedule decides, attempt by attempt, whether to ask again and after how long.
///
/// IMDS: 404, 408, 410, 429, 5xx and a timeout after the connection stood are asked again 3 times, after 1, 2
/// and 4 s plus up to 20 % jitter; 7 times when the first answer is 410. An attempt that ends in 410 is
/// followed by 10 s, whatever the first was. A Retry-After, at most 60 s of it, is a minimum. A
/// connection that could not be made is tried once more, at once, and does not count as an answer.
/// Probe: the same, but a 404 is final.
/// Token: 5xx without Retry-After and a timeout, once, after 1 s.
/// Source: 404, 408, 429, 500, 503, 504 and a timeout, 3 times, after 1 s or what Retry-After asks for.
class RetrySchedule {
 public:
  /// RetrySchedule is for one request; with `enabled` false it never asks again.
  RetrySchedule(RetryLeg leg, bool enabled) : leg_(leg), enabled_(enabled) {}

  /// Next returns the delay before the next attempt, or nothing when `attempt` is final. `jitter` is a
  /// random number from 0 to 1.
  std::optional<std::chrono::milliseconds> Next(const Attempt& attempt, double jitter);

 private:
  std::optional<std::chrono::milliseconds> NextImds(const Attempt& attempt, double jitter);
  std::optional<std::chrono::milliseconds> NextToken(const Attempt& attempt);
  std::optional<std::chrono::milliseconds> NextSource(const Attempt& attempt);

  const RetryLeg leg_;
  const bool enabled_;
  int retries_ = 0;                 // of those that wait
  std::optional<int> max_retries_;  // fixed by the first answer
  bool connected_again_ = false;
};

/// RetryNotice tells that an attempt failed and that another follows.
struct RetryNotice {
  int attempt = 0;                     ///< the failed one, from 1
  std::chrono::milliseconds delay{0};  ///< before the next one
  std::string reason;                  ///< for people, for example "HTTP 503"; holds no foreign text
  Attempt outcome;                     ///< the same for programs
};

/// RetryContext is what the loop needs besides the request.
struct RetryContext {
  bool enabled = true;                               ///< false: exactly one attempt
  RandomSource random;                               ///< for jitter; empty: none
  std::function<void(const RetryNotice&)> on_retry;  ///< may be empty
  std::function<void()> on_out_of_time;  ///< a retry was due and the deadline left no time; may be empty
};

/// SendWithRetry sends `request` until the schedule of `leg` says that an outcome is final, and returns that
/// outcome. `attempts` (may be null) receives the number of attempts made, also on failure.
///
/// All within `context`: a delay that does not end before the deadline is not slept, the last outcome is
/// returned at once instead, because it says more than a timeout would. A cancellation during a delay is
/// the failure kCanceled.
Result<HttpResponse, HttpFailure> SendWithRetry(HttpTransport& transport, const HttpRequest& request,
                                                RetryLeg leg, const RetryContext& retry,
                                                const CallContext& context, int* attempts);

}  // namespace msiv2
