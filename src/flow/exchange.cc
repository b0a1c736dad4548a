#include "flow/exchange.h"

#include "base/wait.h"

namespace msiv2::flow {

Result<HttpResponse, HttpFailure> Exchange(const StepContext& step, Step number, const std::string& where,
                                           const HttpRequest& request, RetryLeg leg, bool retries,
                                           int& attempts) {
  const RetryContext retry{retries, step.ports.random,
                           [&](const RetryNotice& notice) { step.trace.Retrying(number, where, notice); },
                           [&] {
                             if (step.out_of_time != nullptr) *step.out_of_time = true;
                           }};
  return SendWithRetry(step.ports.http, request, leg, retry, step.call, &attempts);
}

Result<HttpResponse> ExchangeWithImds(const StepContext& step, const HttpRequest& request, const Leg& leg,
                                      bool retries, int& attempts, RetryLeg row) {
  attempts = 0;
  if (auto ended = CheckCall(step.call, leg.step)) return *std::move(ended);
  auto answer = Exchange(step, leg.step, step.plan.imds_base, request, row, retries, attempts);
  if (answer) return *std::move(answer);
  return FailureError(answer.error(), leg, attempts, step.plan.secrets);
}

}  // namespace msiv2::flow
