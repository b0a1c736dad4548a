#include "flow/exchange.h"

#include <utility>

namespace msiv2::flow {

RetryContext RetriesOf(const Trace& trace, const RandomSource& random, Step step, std::string where,
                       bool retries) {
  return {retries, random, [trace, step, where = std::move(where)](const RetryNotice& notice) {
            trace.Retrying(step, where, notice);
          }};
}

Answered AskImds(const AcquisitionContext& acquisition, const HttpRequest& request, const Leg& leg,
                 bool retries, RetryLeg row) {
  return SendWithRetry(
      acquisition.ports.http, request, row,
      RetriesOf(acquisition.trace, acquisition.ports.random, leg.step, acquisition.plan.imds_base, retries),
      acquisition.call);
}

}  // namespace msiv2::flow
