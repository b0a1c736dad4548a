#include "flow/capabilities.h"

#include <utility>

#include "base/wait.h"
#include "flow/gate.h"
#include "imds/base_url.h"
#include "imds/metadata.h"
#include "model/option_text.h"
#include "v1/sources.h"

namespace msiv2::flow {
namespace {

using imds::ProbeAnswer;

constexpr char kServiceRule[] = "IMDS issues certificates for attested KeyGuard keys only today; ";

CapabilityReason Reason(const Error& error) {
  OptionText cure = CureText(error.code);
  return {error.code, error.message, std::move(cure.text), error.named_options, std::move(cure.named)};
}

CapabilityReason NoAttestor() {
  OptionText cure = AttestorCure();
  return {ErrorCode::kAttestationFailed,
          std::string(kServiceRule) + "this client has no attestor to attest its key",
          std::move(cure.text),
          {},
          std::move(cure.named)};
}

// Fills could_bind and origin; returns true if the service would issue a certificate for such a key.
bool JudgeKeys(const ClientKeys& keys, bool emulator, std::optional<bool> isolates, Capabilities& result) {
  const ProviderDescription* best = BestUsable(keys.providers, emulator, isolates);
  result.could_bind = best == nullptr ? KeyStrength::kNone : best->best;
  result.origin = best == nullptr ? KeyOrigin::kPlatform : best->Origin();
  const bool keyguard = result.could_bind == KeyStrength::kKeyGuard;
  if (!keyguard) {
    result.reasons.push_back(
        {ErrorCode::kKeyguardUnavailable, kServiceRule + KeyGuardGap(keys.providers, best), kKeyGuardCure});
  } else if (!keys.has_attestor) {
    result.reasons.push_back(NoAttestor());
  }
  return emulator ? best != nullptr : keyguard && keys.has_attestor;
}

ImdsVersion VersionOf(const HostAnswers& answers) {
  if (answers.v2 == ProbeAnswer::kPresent) return ImdsVersion::kV2;
  const bool v1_only = answers.v2 == ProbeAnswer::kAbsent && answers.v1 == ProbeAnswer::kPresent;
  return v1_only ? ImdsVersion::kV1 : ImdsVersion::kUnknown;
}

// What a caller who would do with a bearer token wants to know. `answers`: of IMDS, null where it was not
// asked.
void DescribeBearer(const v1::Choice& choice, const HostAnswers* answers, Capabilities& result) {
  result.bearer_source = choice.source->id;
  result.identity_here = choice.named ? SourceState::kFound : SourceState::kPossible;
  if (answers == nullptr || choice.source->id != IdentitySource::kImds) return;
  const bool answered = answers->v2 == ProbeAnswer::kPresent || answers->v1 == ProbeAnswer::kPresent;
  result.identity_here = answered ? SourceState::kFound : SourceState::kPossible;
  if (!answers->has_no_imds) return;
  result.bearer_source.reset();
  result.identity_here = SourceState::kAbsent;
}

std::optional<CapabilityReason> WhyNotV2(const HostAnswers& answers) {
  if (answers.v2_failure) return Reason(*answers.v2_failure);
  if (answers.v2 != ProbeAnswer::kAbsent) return std::nullopt;
  if (answers.v1 != ProbeAnswer::kAbsent) return Reason(imds::V1OnlyError());
  return Reason(Error(ErrorCode::kInvalidMetadata, Step::kMetadata,
                      "what answers at the address of IMDS offers neither MSI v2 nor MSI v1"));
}

}  // namespace

Capabilities JudgeHost(const HostAnswers& answers, const ClientKeys& keys, bool emulator) {
  Capabilities result;
  result.imds_version = VersionOf(answers);
  if (answers.compute) result.host_security = answers.compute->security;
  if (auto reason = WhyNotV2(answers)) result.reasons.push_back(*std::move(reason));
  const bool issues = JudgeKeys(keys, emulator, imds::IsolatesKeys(answers.compute), result);
  result.pop_available = issues && answers.v2 == ProbeAnswer::kPresent;
  if (result.pop_available) result.strength = result.could_bind;
  return result;
}

Result<Capabilities> GetCapabilities(HostProbe& probe, const ClientOptions& options, const ClientKeys& keys,
                                     const CallContext& call) {
  const auto host = v1::ReadHostEnvironment(options, options.environment);
  const v1::Choice choice = v1::ChooseSource(host, options.source, options.allow_workload_identity);
  auto base =
      imds::ResolveImdsBase(options.imds_base_url, options.environment, options.allow_insecure_imds_base);
  const bool emulator = base && imds::IsLoopbackBase(*base);
  if (auto refusal = RefuseHost(choice, host, options)) {
    Capabilities result;
    DescribeBearer(choice, nullptr, result);
    if (v1::WhyIncomplete(choice, host, options.identity)) result.identity_here = SourceState::kAbsent;
    result.reasons.push_back(Reason(*refusal));
    if (refusal->code == ErrorCode::kImdsV2Disabled) {
      JudgeKeys(keys, emulator, std::nullopt, result);
    } else {
      result.imds_version = ImdsVersion::kOther;
    }
    return result;
  }
  if (!base) return std::move(base).error();
  if (auto ended = CheckCall(call, Step::kMetadata)) return *std::move(ended);
  const auto answers = probe.Ask({{*base, choice.named},
                                  options.timeouts,
                                  options.retries,
                                  options.observer.get(),
                                  SecretsOf(host, options.environment)},
                                 call);
  if (!answers) return answers.error();
  Capabilities result = JudgeHost(*answers, keys, emulator);
  DescribeBearer(choice, &*answers, result);
  return result;
}

}  // namespace msiv2::flow
