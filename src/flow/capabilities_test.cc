// What the answers of a host add up to.
#include "flow/capabilities.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <span>

#include "msiv2/testing/fake_clock.h"
#include "msiv2/testing/scripted_transport.h"

namespace msiv2::flow {
namespace {

using imds::ProbeAnswer;

const ProviderDescription kMemory{"in-memory", KeyStrength::kSoftware, true};
const ProviderDescription kTpm{"tpm", KeyStrength::kHardware, true};
const ProviderDescription kRealKeyGuard{"keyguard", KeyStrength::kKeyGuard, true};
const ProviderDescription kPlayedKeyGuard{"played", KeyStrength::kKeyGuard, false};

HostAnswers V2(std::optional<imds::ComputeFacts> compute = std::nullopt) {
  HostAnswers answers;
  answers.v2 = ProbeAnswer::kPresent;
  answers.compute = compute;
  return answers;
}

HostAnswers V1Only(std::optional<imds::ComputeFacts> compute = std::nullopt) {
  HostAnswers answers;
  answers.v2 = ProbeAnswer::kAbsent;
  answers.v1 = ProbeAnswer::kPresent;
  answers.compute = compute;
  return answers;
}

constexpr imds::ComputeFacts kTrustedWindows{true, HostSecurity::kTrustedLaunch};
constexpr imds::ComputeFacts kConfidentialWindows{true, HostSecurity::kConfidentialVm};
constexpr imds::ComputeFacts kTrustedLinux{false, HostSecurity::kTrustedLaunch};
constexpr imds::ComputeFacts kPlainWindows{true, HostSecurity::kStandard};

Capabilities RealHost(const HostAnswers& answers, std::vector<ProviderDescription> providers,
                      bool has_attestor = true) {
  return JudgeHost(answers, {std::move(providers), has_attestor}, /*emulator=*/false);
}

std::vector<ErrorCode> Codes(const Capabilities& capabilities) {
  std::vector<ErrorCode> codes;
  for (const CapabilityReason& reason : capabilities.reasons) {
    codes.push_back(reason.code);
    EXPECT_FALSE(reason.text.empty());
    EXPECT_FALSE(reason.cure.empty());
  }
  return codes;
}

using Reasons = std::vector<ErrorCode>;

TEST(JudgeHost, AttestedKeyGuardOnV2IsAvailableWithNothingToSay) {
  for (const auto& compute : {kTrustedWindows, kConfidentialWindows}) {
    const Capabilities host = RealHost(V2(compute), {kRealKeyGuard, kMemory});
    EXPECT_EQ(host.imds_version, ImdsVersion::kV2);
    EXPECT_EQ(host.host_security, compute.security);
    EXPECT_TRUE(host.pop_available);
    EXPECT_EQ(host.strength, KeyStrength::kKeyGuard);
    EXPECT_EQ(host.could_bind, KeyStrength::kKeyGuard);
    EXPECT_EQ(host.origin, KeyOrigin::kPlatform);
    EXPECT_EQ(Codes(host), Reasons{});
  }
}

// G-18.
TEST(JudgeHost, WhatAHostCouldBindIsNotWhatWorksNow) {
  for (const ProviderDescription& provider : {kMemory, kTpm}) {
    const Capabilities host = RealHost(V2(kTrustedLinux), {provider});
    EXPECT_EQ(host.could_bind, provider.best);
    EXPECT_FALSE(host.pop_available) << "IMDS refuses such keys today";
    EXPECT_EQ(host.strength, KeyStrength::kNone);
    EXPECT_EQ(Codes(host), Reasons{ErrorCode::kKeyguardUnavailable});
    EXPECT_NE(host.reasons[0].text.find("attested KeyGuard keys only today"), std::string::npos);
  }
  const Capabilities v1 = RealHost(V1Only(kTrustedWindows), {kRealKeyGuard});
  EXPECT_EQ(v1.imds_version, ImdsVersion::kV1);
  EXPECT_EQ(v1.could_bind, KeyStrength::kKeyGuard);
  EXPECT_FALSE(v1.pop_available);
  EXPECT_EQ(v1.strength, KeyStrength::kNone);
  EXPECT_EQ(Codes(v1), Reasons{ErrorCode::kMtlsPopNotSupportedInImdsV1});
}

// G-17.
TEST(JudgeHost, TheMostSpecificReasonComesFirst) {
  const Capabilities host = RealHost(V1Only(kTrustedLinux), {kMemory});
  EXPECT_EQ(Codes(host), (Reasons{ErrorCode::kMtlsPopNotSupportedInImdsV1, ErrorCode::kKeyguardUnavailable}));
}

TEST(JudgeHost, KeyGuardNeedsAWindowsHostWithTrustedBootWhereThatIsKnown) {
  for (const auto& compute : {kTrustedLinux, kPlainWindows}) {
    const Capabilities host = RealHost(V2(compute), {kRealKeyGuard, kMemory});
    EXPECT_EQ(host.could_bind, KeyStrength::kSoftware);
    EXPECT_FALSE(host.pop_available);
  }
  EXPECT_TRUE(RealHost(V2(), {kRealKeyGuard}).pop_available) << "compute metadata is best effort";
}

TEST(JudgeHost, WithoutAnAttestorTheServiceIssuesNothing) {
  const Capabilities host = RealHost(V2(kTrustedWindows), {kRealKeyGuard}, /*has_attestor=*/false);
  EXPECT_EQ(host.could_bind, KeyStrength::kKeyGuard);
  EXPECT_FALSE(host.pop_available);
  EXPECT_EQ(Codes(host), Reasons{ErrorCode::kAttestationFailed});
}

TEST(JudgeHost, AnEmulatedKeyGuardIsLabelledAndForAnEmulatorOnly) {
  const ClientKeys keys{{kPlayedKeyGuard, kMemory}, true};
  const Capabilities emulated = JudgeHost(V2(kTrustedLinux), keys, /*emulator=*/true);
  EXPECT_TRUE(emulated.pop_available);
  EXPECT_EQ(emulated.strength, KeyStrength::kKeyGuard);
  EXPECT_EQ(emulated.origin, KeyOrigin::kEmulated);
  const Capabilities real = JudgeHost(V2(kTrustedWindows), keys, /*emulator=*/false);
  EXPECT_FALSE(real.pop_available);
  EXPECT_EQ(real.could_bind, KeyStrength::kSoftware);
  EXPECT_EQ(real.origin, KeyOrigin::kPlatform);
}

TEST(JudgeHost, AnEmulatorTakesSoftwareKeysAndTheServiceRuleIsStillSaid) {
  const Capabilities host = JudgeHost(V2(kTrustedLinux), {{kMemory}, false}, /*emulator=*/true);
  EXPECT_TRUE(host.pop_available);
  EXPECT_EQ(host.strength, KeyStrength::kSoftware);
  EXPECT_EQ(Codes(host), Reasons{ErrorCode::kKeyguardUnavailable});
}

TEST(JudgeHost, AnotherServiceAtTheAddressOfImdsIsNamed) {
  HostAnswers nothing;
  nothing.v2 = nothing.v1 = ProbeAnswer::kAbsent;
  const Capabilities host = RealHost(nothing, {kRealKeyGuard});
  EXPECT_EQ(host.imds_version, ImdsVersion::kUnknown);
  EXPECT_EQ(Codes(host), Reasons{ErrorCode::kInvalidMetadata});
}

TEST(JudgeHost, AnUnclearAnswerToV2IsNotV1Only) {
  HostAnswers busy;
  busy.v1 = ProbeAnswer::kPresent;
  busy.v2_failure = Error(ErrorCode::kManagedIdentityRequestFailed, "status 503");
  const Capabilities host = RealHost(busy, {kRealKeyGuard});
  EXPECT_EQ(host.imds_version, ImdsVersion::kUnknown);
  EXPECT_EQ(Codes(host), Reasons{ErrorCode::kManagedIdentityRequestFailed});
}

TEST(JudgeHost, AV1ThatIsUnclearDoesNotMakeAnotherServiceOfIt) {
  HostAnswers answers;
  answers.v2 = ProbeAnswer::kAbsent;
  const Capabilities host = RealHost(answers, {kRealKeyGuard});
  EXPECT_EQ(host.imds_version, ImdsVersion::kUnknown);
  EXPECT_EQ(Codes(host), Reasons{ErrorCode::kMtlsPopNotSupportedInImdsV1}) << "what a request would meet";
}

class GetCapabilitiesTest : public ::testing::Test {
 protected:
  GetCapabilitiesTest() {
    call_.clock = &clock_;
    options_.environment = [this](const char* name) -> std::optional<std::string> {
      if (variable_ == name) return value_;
      return std::nullopt;
    };
  }
  Result<Capabilities> Get() { return GetCapabilities(probe_, options_, {{kRealKeyGuard}, true}, call_); }

  msiv2::testing::FakeClock clock_;
  msiv2::testing::ScriptedTransport http_;
  ImdsBases bases_;
  HostProbe probe_{
      http_, clock_,
      [](std::span<std::uint8_t> bytes) { std::fill(bytes.begin(), bytes.end(), std::uint8_t{0}); }, bases_};
  ClientOptions options_;
  CallContext call_;
  std::string variable_;
  std::string value_ = "1";
};

TEST_F(GetCapabilitiesTest, TheKillSwitchSendsNothingAndIsReadAheadOfTheMemory) {
  http_.Answer(400, {{"Server", "IMDS/1"}});
  http_.Answer(404);  // compute
  const auto on = Get();
  ASSERT_TRUE(on) << on.error().ToString();
  EXPECT_TRUE(on->pop_available);
  variable_ = "MSAL_MI_DISABLE_IMDS_V2";
  const auto off = Get();
  ASSERT_TRUE(off);
  EXPECT_FALSE(off->pop_available);
  EXPECT_EQ(off->strength, KeyStrength::kNone);
  EXPECT_EQ(off->could_bind, KeyStrength::kKeyGuard);
  EXPECT_EQ(Codes(*off), Reasons{ErrorCode::kImdsV2Disabled});
  EXPECT_EQ(off->bearer_source, IdentitySource::kImds);
  EXPECT_EQ(off->identity_here, SourceState::kPossible);
  EXPECT_EQ(http_.Requests().size(), 2u);
  variable_.clear();
  EXPECT_TRUE(Get().value_or(Capabilities{}).pop_available) << "without a restart";
  EXPECT_EQ(http_.Requests().size(), 2u) << "the answers are still there";
}

TEST_F(GetCapabilitiesTest, AnotherSourceCanBindNothing) {
  variable_ = "MSI_ENDPOINT";
  value_ = "http://127.0.0.1:1/secret";
  const auto host = Get();
  ASSERT_TRUE(host);
  EXPECT_EQ(host->imds_version, ImdsVersion::kOther);
  EXPECT_EQ(host->bearer_source, IdentitySource::kCloudShell);
  EXPECT_EQ(host->identity_here, SourceState::kFound);
  EXPECT_EQ(host->could_bind, KeyStrength::kNone);
  EXPECT_FALSE(host->pop_available);
  EXPECT_EQ(Codes(*host), Reasons{ErrorCode::kPopNotSupportedForEnvironment});
  EXPECT_EQ(host->reasons[0].text.find("secret"), std::string::npos);
  EXPECT_TRUE(http_.Requests().empty());
}

TEST_F(GetCapabilitiesTest, ImdsIsASourceOfBearerTokensWhateverItAnswers) {
  http_.Answer(400, {{"Server", "IMDS/1"}});
  http_.Answer(404);  // compute
  EXPECT_EQ(Get().value().identity_here, SourceState::kFound);

  options_.imds_base_url = "http://127.0.0.1:1";
  http_.Answer(404, {{"Server", "IMDS/1"}});
  http_.Answer(400, {{"Server", "IMDS/1"}});
  EXPECT_EQ(Get().value().identity_here, SourceState::kFound) << "MSI v1 alone";

  options_.imds_base_url = "http://127.0.0.1:2";
  http_.Answer(403, {{"Server", "IMDS/1"}});
  http_.Answer(403, {{"Server", "IMDS/1"}});
  const auto unclear = Get();
  EXPECT_EQ(unclear.value().identity_here, SourceState::kPossible);
  EXPECT_EQ(unclear.value().bearer_source, IdentitySource::kImds);
}

TEST_F(GetCapabilitiesTest, ABaseThatIsNotAUrlIsAnError) {
  variable_ = "AZURE_POD_IDENTITY_AUTHORITY_HOST";
  const auto host = Get();
  ASSERT_FALSE(host);
  EXPECT_EQ(host.error().code, ErrorCode::kInvalidRequest);
}

TEST_F(GetCapabilitiesTest, TheHostIsNamedBeforeTheBase) {
  options_.imds_base_url = "no url";
  variable_ = "MSAL_MI_DISABLE_IMDS_V2";
  const auto off = Get();
  ASSERT_TRUE(off) << off.error().ToString();
  EXPECT_EQ(Codes(*off), Reasons{ErrorCode::kImdsV2Disabled});
}

TEST_F(GetCapabilitiesTest, ACancelledCallSendsNothing) {
  const CancellationSource source;
  source.Cancel();
  call_.cancellation = source.token();
  const auto host = Get();
  ASSERT_FALSE(host);
  EXPECT_EQ(host.error().code, ErrorCode::kCanceled);
  EXPECT_TRUE(http_.Requests().empty());
}

}  // namespace
}  // namespace msiv2::flow
