// Sending the request of one leg: retries, and the events they cause.
#pragma once

#include <string>

#include "flow/steps.h"
#include "http/failure.h"
#include "http/retry.h"
#include "imds/who_answers.h"

namespace msiv2::flow {

/// RetriesOf returns how a leg of `step` is retried: every retry is reported to `trace`. `where` is the
/// origin of the leg. `trace` and `where` must outlive what it returns.
RetryContext RetriesOf(const Trace& trace, const RandomSource& random, Step step, const std::string& where,
                       bool retries);

/// ImdsAnswered is the final outcome of a request to the address of IMDS, and who gave it.
struct ImdsAnswered {
  Answered answered;
  imds::Answerer from = imds::Answerer::kImds;
};

/// AskImds sends `request` on `leg` to `host`. `row` is its row of the retry table. An answer with the marks
/// of IMDS is remembered in `bases`.
ImdsAnswered AskImds(HttpTransport& http, ImdsBases& bases, const ImdsHost& host, imds::ImdsLeg leg,
                     const HttpRequest& request, RetryLeg row, RetryContext retry, const CallContext& call);

/// Parsed returns what `parse` makes of the answer, or the error of `leg`. Errors say how many attempts it
/// took.
template <typename Parse>
auto Parsed(const AcquisitionContext& acquisition, const Answered& answered, const Leg& leg, Parse&& parse)
    -> decltype(parse(*answered.outcome)) {
  if (!answered.outcome) {
    return answered.Complete(
        FailureError(answered.outcome.error(), leg, answered.attempts.made, acquisition.plan.secrets));
  }
  auto parsed = parse(*answered.outcome);
  if (!parsed) return answered.Complete(std::move(parsed).error());
  return parsed;
}

}  // namespace msiv2::flow
