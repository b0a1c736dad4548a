#include "flow/exchange.h"

namespace msiv2::flow {

RetryContext RetriesOf(const StepContext& step, Step number, const std::string& where, bool retries) {
  return {retries, step.ports.random,
          [&step, number, &where](const RetryNotice& notice) { step.trace.Retrying(number, where, notice); }};
}

Answered AskImds(const StepContext& step, const HttpRequest& request, const Leg& leg, bool retries,
                 RetryLeg row) {
  return SendWithRetry(step.ports.http, request, row, RetriesOf(step, leg.step, step.plan.imds_base, retries),
                       step.call);
}

}  // namespace msiv2::flow
