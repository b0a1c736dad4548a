#include "v1/sources.h"

#include <algorithm>
#include <utility>

#include "model/option_text.h"

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

namespace {

// Where a workload identity is neither allowed nor named, client and tenant may belong to another credential.
std::string WarningOf(const Source& source, Detection& seen, bool workload_identity) {
  const bool counts = source.id != IdentitySource::kWorkloadIdentity || workload_identity || seen.incomplete;
  return counts ? std::move(seen.warning) : std::string();
}

}  // namespace

Choice ChooseSource(const HostEnvironment& host, std::optional<IdentitySource> forced,
                    bool workload_identity) {
  if (forced) {
    const Source& source = SourceOf(*forced);
    return {&source, true, "the options name " + std::string(Name(source.id)) + " as the source",
            source.detect(host).incomplete};
  }
  for (const Source* source : Sources()) {
    if (source->id == IdentitySource::kWorkloadIdentity && !workload_identity) continue;
    // IMDS is last, and is used in any case; the firmware is only a hint.
    if (source->id == IdentitySource::kImds) break;
    Detection seen = source->detect(host);
    if (seen.state == SourceState::kFound) return {source, true, std::move(seen.why)};
    // Asked for by name, an incomplete workload identity is an error: another identity must not take its
    // place.
    if (seen.incomplete) return {source, true, std::move(seen.warning), true};
  }
  return {&kImds, IsSet(host.imds_base), kImds.detect(host).why};
}

std::optional<std::string> WhyNotImds(const Choice& choice) {
  if (choice.source->id == IdentitySource::kImds) return std::nullopt;
  return choice.why + ", so this host's managed identity does not come from IMDS";
}

std::optional<Error> WhyIncomplete(const Choice& choice, const HostEnvironment& host,
                                   const ManagedIdentityId& identity) {
  if (!choice.incomplete) return std::nullopt;
  auto target = choice.source->locate(host, identity);
  if (target) return std::nullopt;
  return std::move(target).error();
}

std::optional<Error> RefuseBound(const Choice& choice, const HostEnvironment& host,
                                 const ManagedIdentityId& identity) {
  if (auto incomplete = WhyIncomplete(choice, host, identity)) return incomplete;
  auto why = WhyNotImds(choice);
  if (!why) return std::nullopt;
  return Error(ErrorCode::kPopNotSupportedForEnvironment, *std::move(why));
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
    OptionText why{std::move(seen.why)};
    const bool chosen = source == choice.source;
    if (source->id == IdentitySource::kWorkloadIdentity && !workload_identity && !chosen) {
      why = std::move(why) + FromTemplate("; not asked, because {allow_workload_identity} is not set");
    }
    std::string warning = WarningOf(*source, seen, workload_identity);
    findings.push_back(
        {source->id, seen.state, std::move(why.text), chosen, std::move(warning), std::move(why.named)});
  }
  return findings;
}

std::vector<std::string> SourceWarnings(const HostEnvironment& host, bool workload_identity) {
  std::vector<std::string> warnings;
  for (const Source* source : Sources()) {
    Detection seen = source->detect(host);
    std::string warning = WarningOf(*source, seen, workload_identity);
    if (!warning.empty()) warnings.push_back(std::move(warning));
  }
  return warnings;
}

}  // namespace msiv2::v1
