#include <cstdlib>
#include <string>

#include "doctor/checks.h"
#include "http/failure.h"
#include "http/retry.h"
#include "imds/metadata.h"
#include "imds/probe.h"

namespace msiv2::doctor {
namespace {

using imds::Answerer;
using imds::ProbeAnswer;

// Certificates whose validity begins further in the future than this are rejected (spec, step 6).
constexpr std::chrono::minutes kTolerated(5);
constexpr std::chrono::minutes kNoticeable(1);

// A token request of MSI v1 has these codes.
constexpr Leg kV1Leg{Step::kMetadata, ErrorCode::kImdsUnreachable, ErrorCode::kManagedIdentityRequestFailed,
                     "IMDS"};

constexpr char kBusy[] = "imds_busy";
constexpr char kBusyCure[] =
    "Run the doctor again; if it stays, IMDS is being updated or throttles this host.";

Finding Busy(const char* check, int status) {
  return {check, Severity::kWarning, kBusy,
          "the address of IMDS answered with status " + std::to_string(status) +
              "; a client asks again for a while",
          kBusyCure};
}

Error NoAnswer(const Facts& facts, const HttpFailure& failure) {
  return FailureError(failure, imds::kMetadataLeg, 1, facts.secrets);
}

// What is busy on a host that has IMDS answers a client that asks again.
Finding NotImds(const char* check, const Facts& facts, imds::ImdsLeg leg, Answerer from, const Sent& sent) {
  const bool busy = from == Answerer::kAbsent && sent && IsTransientImdsStatus(sent->status);
  if (busy) return Busy(check, sent->status);
  return FromError(check, Severity::kFailure, imds::NotImdsError(leg, from, sent, 1, facts.secrets));
}

Finding V1Unclear(const std::string& base, const std::string& why) {
  return {"imds", Severity::kFailure, kBusy,
          "IMDS at " + base + " knows no MSI v2 now, and whether it has MSI v1 is not clear: " + why,
          kBusyCure};
}

// IMDS answered that it does not know MSI v2. Only its answer about MSI v1 distinguishes an old IMDS from no
// IMDS: while IMDS is being updated, both paths come and go.
Finding WithoutV2(const Facts& facts) {
  if (!facts.v1_probe) return V1Unclear(facts.imds_base, "it was not asked");
  const Sent& probe = *facts.v1_probe;
  if (!probe) return V1Unclear(facts.imds_base, NoAnswer(facts, probe.error()).message);
  const bool is_imds = V1Answerer(facts) == Answerer::kImds;
  if (!is_imds && !IsServerError(probe->status))
    return FromError("imds", Severity::kFailure, imds::V1OnlyError());
  switch (imds::ReadProbe(*probe)) {
    case ProbeAnswer::kPresent:
      return FromError("imds", Severity::kFailure, imds::V1OnlyError());
    case ProbeAnswer::kAbsent:
      return FromError("imds", Severity::kFailure,
                       Error(ErrorCode::kInvalidMetadata,
                             "what answers at " + facts.imds_base + " offers neither MSI v2 nor MSI v1"));
    case ProbeAnswer::kUnclear:
      break;
  }
  if (IsTransientImdsStatus(probe->status))
    return V1Unclear(facts.imds_base, "it answered with status " + std::to_string(probe->status));
  return FromError("imds", Severity::kFailure, imds::UnclearProbeError(*probe, facts.secrets));
}

}  // namespace

std::optional<Finding> MsiV1DoesNotAnswer(const char* check, const Facts& facts) {
  if (!facts.v2_probe) return std::nullopt;
  const Answerer from = facts.v1_probe ? V1Answerer(facts) : Answerer::kAbsent;
  const bool told = !facts.v1_probe || V2Answerer(facts) == Answerer::kAbsent;
  if (from == Answerer::kAbsent && told)
    return Skipped(check, "bearer tokens come from IMDS, which does not answer");
  const Sent& probe = *facts.v1_probe;
  if (from != Answerer::kImds) return NotImds(check, facts, imds::ImdsLeg::kV1Probe, from, probe);
  if (!probe) {
    return FromError(check, Severity::kFailure, FailureError(probe.error(), kV1Leg, 1, facts.secrets));
  }
  if (imds::ReadProbe(*probe) == ProbeAnswer::kPresent) return std::nullopt;
  if (IsTransientImdsStatus(probe->status)) return Busy(check, probe->status);
  return FromError(check, Severity::kFailure, imds::UnclearProbeError(*probe, facts.secrets));
}

Finding CheckImds(const Facts& facts) {
  if (facts.imds_base_error) return FromError("imds", Severity::kFailure, *facts.imds_base_error);
  if (!facts.v2_probe) return Skipped("imds", "no connection could be tried");
  const Sent& probe = *facts.v2_probe;
  if (const Answerer from = V2Answerer(facts); from != Answerer::kImds) {
    return NotImds("imds", facts, imds::ImdsLeg::kV2Probe, from, probe);
  }
  if (!probe) return FromError("imds", Severity::kFailure, NoAnswer(facts, probe.error()));
  const ProbeAnswer answer = imds::ReadProbe(*probe);
  if (answer == ProbeAnswer::kPresent) return Ok("imds", "IMDS at " + facts.imds_base + " offers MSI v2");
  if (answer == ProbeAnswer::kUnclear) {
    if (IsTransientImdsStatus(probe->status)) return Busy("imds", probe->status);
    return FromError("imds", Severity::kFailure, imds::UnclearProbeError(*probe, facts.secrets));
  }
  return WithoutV2(facts);
}

Finding CheckClock(const Facts& facts) {
  if (!facts.clock_ahead) return Skipped("clock", "IMDS gave no answer with a Date to compare with");
  const auto ahead = *facts.clock_ahead;
  const std::string text = "this host's clock is " + std::to_string(std::abs(ahead.count())) + " s " +
                           (ahead.count() < 0 ? "behind" : "ahead of") + " that of IMDS";
  if (std::chrono::abs(ahead) <= kNoticeable) return Ok("clock", text);
  const bool fatal = std::chrono::abs(ahead) > kTolerated;
  return {"clock", fatal ? Severity::kFailure : Severity::kWarning, "clock_skew",
          text + (fatal ? ", more than the 5 minutes that certificates are allowed" : ""),
          "Synchronise this host's clock (timedatectl, chronyc, w32tm)."};
}

Finding CheckIdentity(const Facts& facts) {
  if (!facts.metadata) return Skipped("identity", "no IMDS with MSI v2 was found to ask for an identity");
  const Sent& answer = *facts.metadata;
  if (const Answerer from = MetadataAnswerer(facts); from != Answerer::kImds) {
    return NotImds("identity", facts, imds::ImdsLeg::kMetadata, from, answer);
  }
  if (!answer) return FromError("identity", Severity::kFailure, NoAnswer(facts, answer.error()));
  // The request is sent unless the probe found that MSI v2 is absent, so a single 404 does not indicate an
  // old IMDS.
  if (IsTransientImdsStatus(answer->status)) return Busy("identity", answer->status);
  const auto metadata =
      imds::ParseMetadataResponse(*answer, facts.identity, /*attesting=*/false, facts.secrets);
  if (!metadata) return FromError("identity", Severity::kFailure, metadata.error());
  return Ok("identity",
            "client " + metadata->client_id + " of tenant " + metadata->tenant_id + " is assigned");
}

}  // namespace msiv2::doctor
