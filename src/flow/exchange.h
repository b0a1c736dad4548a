// Sending the request of one leg: retries, and the events they cause.
#pragma once

#include <string>

#include "flow/steps.h"
#include "http/failure.h"
#include "http/retry.h"

namespace msiv2::flow {

/// RetriesOf returns how a leg of `step` is retried: every retry is reported to `trace`. `where` is the
/// origin of the leg. What it returns owns what it uses.
RetryContext RetriesOf(const Trace& trace, const RandomSource& random, Step step, std::string where,
                       bool retries);

/// AskImds sends `request` on a leg of IMDS. `row` is its row of the retry table.
Answered AskImds(const AcquisitionContext& acquisition, const HttpRequest& request, const Leg& leg,
                 bool retries, RetryLeg row = RetryLeg::kImds);

/// Parsed returns what `parse` makes of the answer, or the error of `leg`. Errors say how many attempts it
/// took.
template <typename Parse>
auto Parsed(const AcquisitionContext& acquisition, const Answered& answered, const Leg& leg, Parse&& parse)
    -> decltype(parse(*answered.outcome)) {
  if (!answered.outcome) {
    return answered.Complete(
        FailureError(answered.outcome.error(), leg, answered.attempts, acquisition.plan.secrets));
  }
  auto parsed = parse(*answered.outcome);
  if (!parsed) return answered.Complete(std::move(parsed).error());
  return parsed;
}

}  // namespace msiv2::flow
