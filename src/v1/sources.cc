#include "v1/sources.h"

#include <algorithm>
#include <utility>

namespace msiv2::v1 {

const std::array<const Source*, 8>& Sources() {
  static const std::array<const Source*, 8> table = {
      &kWorkloadIdentity, &kServiceFabric, &kAppService, &kAppService2017,
      &kMachineLearning,  &kCloudShell,    &kAzureArc,   &kImds,
  };
  return table;
}

const Source& SourceOf(IdentitySource id) {
  const auto* const row = std::find_if(Sources().begin(), Sources().end(),
                                       [&](const Source* source) { return source->id == id; });
  return row == Sources().end() ? kImds : **row;
}

Choice ChooseSource(const HostEnvironment& host, std::optional<IdentitySource> forced,
                    bool workload_identity) {
  if (forced) {
    const Source& source = SourceOf(*forced);
    return {&source, true, "the options name " + std::string(Name(source.id)) + " as the source"};
  }
  for (const Source* source : Sources()) {
    if (source->id == IdentitySource::kWorkloadIdentity && !workload_identity) continue;
    // IMDS is last, and is used in any case; the firmware is only a hint.
    if (source->id == IdentitySource::kImds) break;
    Detection seen = source->detect(host);
    if (seen.state == SourceState::kFound) return {source, true, std::move(seen.why)};
    // Asked for by name, an incomplete workload identity is an error: another identity must not take its
    // place.
    const bool incomplete = source->id == IdentitySource::kWorkloadIdentity && !seen.warning.empty();
    if (incomplete) return {source, true, std::move(seen.warning)};
  }
  return {&kImds, IsSet(host.imds_base), kImds.detect(host).why};
}

std::optional<std::string> WhyNotImds(const Choice& choice) {
  if (choice.source->id == IdentitySource::kImds) return std::nullopt;
  return choice.why + ", so this host's managed identity does not come from IMDS";
}

bool MayServe(const Choice& choice, const HostEnvironment& host) {
  return choice.named || choice.source->detect(host).state != SourceState::kAbsent;
}

std::vector<SourceFinding> FindSources(const HostEnvironment& host, std::optional<IdentitySource> forced,
                                       bool workload_identity) {
  const Choice choice = ChooseSource(host, forced, workload_identity);
  std::vector<SourceFinding> findings;
  for (const Source* source : Sources()) {
    Detection seen = source->detect(host);
    const bool chosen = source == choice.source;
    if (source->id == IdentitySource::kWorkloadIdentity && !workload_identity && !chosen) {
      seen.why += "; not asked, because allow_workload_identity is not set";
    }
    findings.push_back({source->id, seen.state, std::move(seen.why), chosen, std::move(seen.warning)});
  }
  return findings;
}

std::vector<std::string> SourceWarnings(const HostEnvironment& host) {
  std::vector<std::string> warnings;
  for (const Source* source : Sources()) {
    Detection seen = source->detect(host);
    if (!seen.warning.empty()) warnings.push_back(std::move(seen.warning));
  }
  return warnings;
}

}  // namespace msiv2::v1
