#include "flow/exchange.h"

#include <utility>

namespace msiv2::flow {

RetryContext RetriesOf(const Trace& trace, const RandomSource& random, Step step, const std::string& where,
                       bool retries) {
  return {retries, random,
          [&trace, step, &where](const RetryNotice& notice) { trace.Retrying(step, where, notice); }};
}

ImdsAnswered AskImds(HttpTransport& http, ImdsBases& bases, const ImdsHost& host, imds::ImdsLeg leg,
                     const HttpRequest& request, RetryLeg row, RetryContext retry, const CallContext& call) {
  bool marked = false;  // of the newest outcome
  retry.host_known = [&](const imds::HostOutcome& outcome) {
    marked = imds::HasMarks(leg, outcome);
    if (marked) bases.RememberAnswer(host.base);
    return imds::IsKnownHost(outcome, bases.Knowledge(host));
  };
  Answered answered = SendWithRetry(http, request, row, retry, call);
  const imds::Answerer from = imds::WhoAnswers(leg, answered.outcome, bases.Knowledge(host), marked);
  return {std::move(answered), from};
}

}  // namespace msiv2::flow
