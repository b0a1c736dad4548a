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
  auto answers = flights_.Run(query.host.base, call, Step::kMetadata, "another caller's probe of IMDS",
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
    memory = &memories_[query.host.base];
  }
  const Flight flight{
      query, call, {query.host.base, MakeUuid(random_), query.timeouts}, *memory, out_of_time};
  HostAnswers answers;
  auto v2 = AskV2(flight);
  if (!v2) return std::move(v2).error();
  answers.v2 = v2->answer;
  answers.v2_failure = v2->failure;
  answers.has_no_imds = v2->has_no_imds;
  if (v2->silent) return answers;
  if (answers.v2 != ProbeAnswer::kPresent) {
    auto v1 = AskVersion(flight, imds::ImdsLeg::kV1Probe, imds::BuildV1Probe(flight.probe), memory->v1);
    if (!v1) return std::move(v1).error();
    answers.v1 = v1->answer;
    answers.has_no_imds = v2->has_no_imds && v1->has_no_imds;
  }
  auto compute = AskCompute(flight);
  if (!compute) return std::move(compute).error();
  answers.compute = *compute;
  return answers;
}

Result<HostProbe::Version> HostProbe::AskV2(const Flight& flight) {
  const std::string& base = flight.query.host.base;
  if (bases_.OffersV1Only(base)) return Version{ProbeAnswer::kAbsent, std::nullopt, false, false};
  auto version =
      AskVersion(flight, imds::ImdsLeg::kV2Probe, imds::BuildV2Probe(flight.probe), flight.memory.v2);
  if (version && version->answer == ProbeAnswer::kPresent) bases_.RememberV2(base);
  if (version && version->answer == ProbeAnswer::kAbsent) {
    bases_.RememberV1Only(base);
    flight.memory.v2 = {};  // bases_ remembers it, until step 1 knows better
  }
  return version;
}

Result<HostProbe::Version> HostProbe::AskVersion(const Flight& flight, imds::ImdsLeg leg,
                                                 const HttpRequest& request, Kept<Version>& kept) {
  if (clock_.MonotonicNow() < kept.until) return kept.value;
  const HostQuery& query = flight.query;
  const Trace trace(query.observer, clock_, flight.probe.request_id);
  const auto [answered, from] =
      AskImds(http_, bases_, query.host, leg, request, RetryLeg::kProbe,
              RetriesOf(trace, random_, Step::kMetadata, query.host.base, query.retries), flight.call);
  if (answered.attempts.out_of_time) flight.out_of_time = true;
  const auto& sent = answered.outcome;
  if (CallEndedBy(sent))
    return FailureError(sent.error(), imds::kMetadataLeg, answered.attempts.made, query.secrets);
  Version version;
  version.has_no_imds = imds::HasNoImds(from);
  // On a host that has IMDS, what broke off was IMDS, which was asked again until the schedule ended.
  version.silent = imds::IsSilent(sent) || (!sent && !version.has_no_imds);
  if (from != imds::Answerer::kImds) {
    version.failure = imds::NotImdsError(leg, from, sent, answered.attempts.made, query.secrets);
  } else if (!sent) {
    version.failure = FailureError(sent.error(), imds::kMetadataLeg, answered.attempts.made, query.secrets);
  } else {
    version.answer = imds::ReadProbe(*sent);
    if (version.answer == ProbeAnswer::kUnclear)
      version.failure = imds::UnclearProbeError(*sent, query.secrets);
  }
  const bool clear = version.answer != ProbeAnswer::kUnclear;
  if (!clear && flight.out_of_time) return version;  // a caller with more time may hear better
  kept = {version, clock_.MonotonicNow() + (clear ? kClearAnswerHolds : FailureLifetime(sent))};
  return version;
}

Result<std::optional<imds::ComputeFacts>> HostProbe::AskCompute(const Flight& flight) {
  auto& kept = flight.memory.compute;
  if (clock_.MonotonicNow() < kept.until) return kept.value;
  const auto sent = http_.Send(imds::BuildComputeRequest(flight.probe), flight.call);
  if (CallEndedBy(sent)) {
    if (sent.error().kind == HttpFailure::Kind::kCanceled) {
      return FailureError(sent.error(), imds::kMetadataLeg, /*attempts=*/1, flight.query.secrets);
    }
    // The versions are known by now. They are returned although this caller's time is over.
    flight.out_of_time = true;
    return kept.value;
  }
  kept.value = sent ? imds::ParseComputeResponse(*sent) : std::nullopt;
  kept.until = kept.value ? TimePoint::max() : clock_.MonotonicNow() + FailureLifetime(sent);
  return kept.value;
}

}  // namespace msiv2::flow
