// Retries: the retry table of the spec as a small state machine, and the loop around it.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "base/uuid.h"
#include "msiv2/error.h"
#include "msiv2/http.h"

namespace msiv2 {

/// RetryLeg selects a row of the spec's retry table.
enum class RetryLeg {
  kImds,        ///< step 1, and MSI v1 from IMDS
  kProbe,       ///< as kImds, but 404 is final: GetCapabilities, and step 1 of a known MSI v1 host
  kCredential,  ///< as kImds, but a body that was cut short is final: step 5 has issued a certificate
  kToken,       ///< step 7
  kSource,      ///< a source of MSI v1 other than IMDS
};

/// DrawJitter returns a random number from 0 to 1, or 0 if `random` is empty.
double DrawJitter(const RandomSource& random);

/// IsServerError returns true if `status` is 5xx.
bool IsServerError(int status) noexcept;
/// IsTransientImdsStatus returns true if a later attempt at IMDS may succeed: 404, 408, 410, 429 and 5xx.
bool IsTransientImdsStatus(int status) noexcept;

/// IsTransientSourceStatus returns true if a later attempt at another source of MSI v1 may succeed: 404, 408,
/// 429, 500, 503 and 504.
bool IsTransientSourceStatus(int status) noexcept;

/// Attempt is the outcome of one exchange: a status or a failure.
struct Attempt {
  int status = 0;                                   ///< 0 if there was no answer
  std::optional<HttpFailure::Kind> failure;         ///< why there was no answer
  std::optional<std::chrono::seconds> retry_after;  ///< the answer's Retry-After, if it had a valid one
  /// Rows of IMDS: the outcome has marks of IMDS, or the host is known to have IMDS (imds/who_answers.h).
  bool host_known = true;
};

/// ToAttempt converts an outcome. `now` is the wall-clock time, which a Retry-After with a date needs.
Attempt ToAttempt(const Result<HttpResponse, HttpFailure>& outcome,
                  std::chrono::system_clock::time_point now);

/// RetrySchedule decides, attempt by attempt, whether to retry and after what delay.
///
/// No answer means no connection, a reset before an answer, or a body that was cut short.
///
/// - IMDS: 404, 408, 410, 429, 5xx, no answer and a timeout are retried 3 times. A timeout counts after the
///   connection was established. The delays are 1, 2 and 4 s plus up to 20 % jitter. If the first answer is
///   410, there are 7 retries. After an attempt that ends in 410 the delay is 10 s, whatever the first answer
///   was. Retry-After, capped at 60 s, is a minimum.
/// - IMDS, on a host that is not known to have it: an answer is final. No answer is retried once,
///   immediately, so that such a host fails in under 3 s. A timeout is retried as above.
/// - Probe: the same, but a 404 is final. Credential: the same, but a body that was cut short is final.
/// - Token: 5xx without Retry-After and a timeout are retried once, after 1 s.
/// - Source: 404, 408, 429, 500, 503, 504, no answer and a timeout are retried 3 times. The delay is 1 s,
///   or the Retry-After if that is longer.
///
/// A want of this process itself (kLocal) is never retried.
class RetrySchedule {
 public:
  /// RetrySchedule starts the schedule of one request. If `enabled` is false, it never retries.
  RetrySchedule(RetryLeg leg, bool enabled) : leg_(leg), enabled_(enabled) {}

  /// Next returns the delay before the next attempt, or nullopt if `attempt` is final. `jitter` is a random
  /// number from 0 to 1.
  std::optional<std::chrono::milliseconds> Next(const Attempt& attempt, double jitter);

 private:
  std::optional<std::chrono::milliseconds> NextImds(const Attempt& attempt, double jitter);
  std::optional<std::chrono::milliseconds> NextToken(const Attempt& attempt);
  std::optional<std::chrono::milliseconds> NextSource(const Attempt& attempt);

  const RetryLeg leg_;
  const bool enabled_;
  int retries_ = 0;                 // counts only retries with a delay
  std::optional<int> max_retries_;  // fixed by the first answer
  bool asked_again_ = false;
};

/// RetryNotice reports that an attempt failed and that another one follows.
struct RetryNotice {
  int attempt = 0;                     ///< the failed one, from 1
  std::chrono::milliseconds delay{0};  ///< before the next one
  std::string reason;                  ///< human-readable, for example "HTTP 503"; holds no foreign text
  Attempt outcome;                     ///< the same in machine-readable form
};

/// RetryContext holds what the loop needs in addition to the request.
struct RetryContext {
  bool enabled = true;                               ///< false: exactly one attempt
  RandomSource random;                               ///< for jitter; empty: none
  std::function<void(const RetryNotice&)> on_retry;  ///< may be empty
  /// Sets Attempt::host_known of each outcome; empty: true.
  std::function<bool(const Result<HttpResponse, HttpFailure>&)> host_known{};
};

/// Attempts says what a request took, up to its final outcome.
struct Attempts {
  int made = 0;              ///< also on failure
  bool out_of_time = false;  ///< another one was due, and the deadline left no time for it
  std::optional<std::chrono::seconds> retry_after{};  ///< what the final answer asks for

  /// Complete returns `error`, which the final outcome led to, with what these attempts say.
  Error Complete(Error error) const {
    error.attempts = made;
    error.out_of_time = error.out_of_time || out_of_time;
    error.retry_after = retry_after;
    return error;
  }
};

/// Answered is the final outcome of a request, and what it took.
struct Answered {
  Result<HttpResponse, HttpFailure> outcome;
  Attempts attempts;

  /// Complete returns `error`, which this outcome led to, with the attempts that it took and with the status
  /// and the Retry-After of the answer.
  Error Complete(Error error) const {
    error = attempts.Complete(std::move(error));
    if (outcome && error.http_status == 0) error.http_status = outcome->status;
    return error;
  }
};

/// SendWithRetry sends `request` until the schedule of `leg` says that an outcome is final, and returns that
/// outcome.
///
/// `context` covers all attempts and delays. If a delay would not end before the deadline, the last outcome
/// is returned at once, because it says more than a timeout would. A cancellation during a delay gives the
/// failure kCanceled.
Answered SendWithRetry(HttpTransport& transport, const HttpRequest& request, RetryLeg leg,
                       const RetryContext& retry, const CallContext& context);

}  // namespace msiv2
