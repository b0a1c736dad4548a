#include "flow/exchange.h"

#include <utility>

namespace msiv2::flow {

RetryContext RetriesOf(const Trace& trace, const RandomSource& random, Step step, std::string where,
                       bool retries) {
  return {retries, random, [trace, step, where = std::move(where)](const RetryNotice& notice) {
            trace.Retrying(step, where, notice);
          }};
}

Answered AskImds(const StepContext& step, const HttpRequest& request, const Leg& leg, bool retries,
                 RetryLeg row) {
  return SendWithRetry(step.ports.http, request, row,
                       RetriesOf(step.trace, step.ports.random, leg.step, step.plan.imds_base, retries),
                       step.call);
}

}  // namespace msiv2::flow
