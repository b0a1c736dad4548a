// Sending one leg's request: retries, and the events they cause.
#pragma once

#include <string>

#include "flow/steps.h"
#include "http/failure.h"
#include "http/retry.h"

namespace msiv2::flow {

/// Exchange sends `request` with the retries of its leg and reports each retry. `attempts` receives how
/// many attempts were made.
Result<HttpResponse, HttpFailure> Exchange(const StepContext& step, Step number, const std::string& where,
                                           const HttpRequest& request, RetryLeg leg, bool retries,
                                           int& attempts);

/// ExchangeWithImds does the same for a leg of IMDS; a failure becomes the leg's error. `row` is its row of
/// the retry table.
Result<HttpResponse> ExchangeWithImds(const StepContext& step, const HttpRequest& request, const Leg& leg,
                                      bool retries, int& attempts, RetryLeg row = RetryLeg::kImds);

}  // namespace msiv2::flow
