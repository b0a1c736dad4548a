#include "flow/host_probe.h"

#include <utility>

#include "flow/exchange.h"
#include "flow/trace.h"
#include "http/failure.h"
#include "http/retry.h"
#include "imds/metadata.h"

namespace msiv2::flow {
namespace {

using imds::ProbeAnswer;

constexpr std::chrono::minutes kClearAnswerHolds(5);
constexpr std::chrono::seconds kFailureHolds(30);

// The caller's own end, which says nothing about the host.
bool CallEndedBy(const Result<HttpResponse, HttpFailure>& sent) {
  return !sent && (sent.error().kind == HttpFailure::Kind::kDeadline ||
                   sent.error().kind == HttpFailure::Kind::kCanceled);
}

std::chrono::seconds FailureLifetime(const Result<HttpResponse, HttpFailure>& sent) {
  const bool timeout = !sent && sent.error().kind == HttpFailure::Kind::kTimeout;
  return timeout ? std::chrono::seconds(0) : kFailureHolds;
}

}  // namespace

Result<HostAnswers> HostProbe::Ask(const HostQuery& query, const CallContext& call) {
  std::optional<HostAnswers> own;
  auto answers = flights_.Run(query.base, call, Step::kMetadata, "another caller's probe of IMDS",
                              [&]() -> Result<HostAnswers> {
                                bool out_of_time = false;
                                auto found = Work(query, call, out_of_time);
                                if (!found || !out_of_time) return found;
                                // Good enough for the caller with so little time; the others ask again.
                                own = *std::move(found);
                                return Error(ErrorCode::kTimeout, Step::kMetadata, "no time to ask again");
                              });
  if (own) return *std::move(own);
  return answers;
}

Result<HostAnswers> HostProbe::Work(const HostQuery& query, const CallContext& call, bool& out_of_time) {
  Memory* memory = nullptr;
  {
    std::lock_guard lock(mutex_);
    memory = &memories_[query.base];
  }
  const Flight flight{query, call, {query.base, MakeUuid(random_), query.timeouts}, *memory, out_of_time};
  HostAnswers answers;
  auto v2 = AskV2(flight);
  if (!v2) return std::move(v2).error();
  answers.v2 = v2->answer;
  answers.v2_failure = v2->failure;
  answers.unreachable = v2->unreachable;
  if (v2->silent) return answers;
  if (answers.v2 != ProbeAnswer::kPresent) {
    auto v1 = AskVersion(flight, imds::BuildV1Probe(flight.probe), memory->v1);
    if (!v1) return std::move(v1).error();
    answers.v1 = v1->answer;
    answers.stranger = v2->stranger && v1->stranger;
  }
  auto compute = AskCompute(flight);
  if (!compute) return std::move(compute).error();
  answers.compute = *compute;
  return answers;
}

Result<HostProbe::Version> HostProbe::AskV2(const Flight& flight) {
  if (v1_only_.Contains(flight.query.base)) return Version{ProbeAnswer::kAbsent, std::nullopt, false, false};
  auto version = AskVersion(flight, imds::BuildV2Probe(flight.probe), flight.memory.v2);
  if (version && version->answer == ProbeAnswer::kAbsent) {
    v1_only_.Remember(flight.query.base);
    flight.memory.v2 = {};  // v1_only_ remembers it, until step 1 knows better
  }
  return version;
}

Result<HostProbe::Version> HostProbe::AskVersion(const Flight& flight, const HttpRequest& request,
                                                 Kept<Version>& kept) {
  if (clock_.MonotonicNow() < kept.until) return kept.value;
  int attempts = 0;
  const auto sent = Send(flight, request, flight.query.retries, attempts);
  if (CallEndedBy(sent))
    return FailureError(sent.error(), imds::kMetadataLeg, attempts, flight.query.secrets);
  Version version;
  if (!sent) {
    version.failure = FailureError(sent.error(), imds::kMetadataLeg, attempts, flight.query.secrets);
    version.silent = true;
    version.unreachable = sent.error().kind == HttpFailure::Kind::kConnect;
  } else {
    version.answer = imds::ReadProbe(*sent);
    version.stranger = imds::IsRefusalOfAnother(*sent);
    if (version.answer == ProbeAnswer::kUnclear)
      version.failure = imds::UnclearProbeError(*sent, flight.query.secrets);
  }
  const bool clear = version.answer != ProbeAnswer::kUnclear;
  if (!clear && flight.out_of_time) return version;  // a caller with more time may hear better
  kept = {version, clock_.MonotonicNow() + (clear ? kClearAnswerHolds : FailureLifetime(sent))};
  return version;
}

Result<std::optional<imds::ComputeFacts>> HostProbe::AskCompute(const Flight& flight) {
  auto& kept = flight.memory.compute;
  if (clock_.MonotonicNow() < kept.until) return kept.value;
  int attempts = 0;
  const auto sent = Send(flight, imds::BuildComputeRequest(flight.probe), /*retries=*/false, attempts);
  if (CallEndedBy(sent)) {
    if (sent.error().kind == HttpFailure::Kind::kCanceled) {
      return FailureError(sent.error(), imds::kMetadataLeg, attempts, flight.query.secrets);
    }
    // The versions are known by now. They are returned although this caller's time is over.
    flight.out_of_time = true;
    return kept.value;
  }
  kept.value = sent ? imds::ParseComputeResponse(*sent) : std::nullopt;
  kept.until = kept.value ? TimePoint::max() : clock_.MonotonicNow() + FailureLifetime(sent);
  return kept.value;
}

Result<HttpResponse, HttpFailure> HostProbe::Send(const Flight& flight, const HttpRequest& request,
                                                  bool retries, int& attempts) {
  const Trace trace(flight.query.observer, clock_, flight.probe.request_id);
  const auto retry = RetriesOf(trace, random_, Step::kMetadata, flight.query.base, retries);
  Answered answered = SendWithRetry(http_, request, RetryLeg::kProbe, retry, flight.call);
  attempts = answered.attempts;
  if (answered.out_of_time) flight.out_of_time = true;
  return std::move(answered.outcome);
}

}  // namespace msiv2::flow
