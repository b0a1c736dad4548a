// GetCapabilities and Diagnose against the emulator: what they report about a host, and that they create no
// key.
#include <atomic>

#include "msiv2/tools/doctor.h"
#include "tests/flow/flow_fixture.h"

namespace msiv2 {
namespace {

using std::chrono::seconds;

// A provider that must not be asked to create a key.
class CountingProvider final : public KeyProvider {
 public:
  explicit CountingProvider(KeyStrength strength) : strength_(strength) {}
  std::string_view ProviderName() const override { return "counting"; }
  KeyStrength BestStrength() const override { return strength_; }
  Result<std::shared_ptr<const SigningKey>> GetOrCreateKey() override {
    ++calls;
    return Error(ErrorCode::kKeyCreationFailed, "this provider makes no key");
  }
  std::atomic<int> calls{0};

 private:
  const KeyStrength strength_;
};

class CapabilitiesTest : public FlowTest {
 protected:
  ClientOptions CountingOptions(KeyStrength strength = KeyStrength::kKeyGuard) {
    provider_ = std::make_shared<CountingProvider>(strength);
    auto options = Options();
    options.key_providers = {provider_};
    return options;
  }
  static Capabilities Get(ManagedIdentityClient& client) {
    const auto capabilities = client.GetCapabilities();
    EXPECT_TRUE(capabilities) << capabilities.error().ToString();
    return capabilities.value_or(Capabilities{});
  }
  // Returns the statuses that a path of IMDS answered, oldest first.
  static std::vector<int> Statuses(const std::string& suffix) {
    std::vector<int> statuses;
    for (const auto& entry : emulator_->Log()) {
      if (entry.server == "imds" && entry.path.ends_with(suffix)) statuses.push_back(entry.status);
    }
    return statuses;
  }
  void TearDown() override {
    if (provider_ != nullptr) {
      EXPECT_EQ(provider_->calls, 0) << "a key was made to find out";
    }
  }

  std::shared_ptr<CountingProvider> provider_;
};

TEST_F(CapabilitiesTest, EmulatedKeyGuardOnV2IsAvailableAndLabelled) {
  auto client = MakeClient(CountingOptions());
  const Capabilities host = Get(client);
  EXPECT_EQ(host.imds_version, ImdsVersion::kV2);
  EXPECT_EQ(host.host_security, HostSecurity::kTrustedLaunch);
  EXPECT_TRUE(host.pop_available);
  EXPECT_EQ(host.strength, KeyStrength::kKeyGuard);
  EXPECT_EQ(host.could_bind, KeyStrength::kKeyGuard);
  EXPECT_EQ(host.origin, KeyOrigin::kEmulated);
  EXPECT_TRUE(host.reasons.empty());
  EXPECT_EQ(Statuses("/getplatformmetadata"), std::vector<int>{400}) << "a probe without the Metadata header";
  EXPECT_EQ(Statuses("/compute"), std::vector<int>{200});
  EXPECT_EQ(Statuses("/token"), std::vector<int>{});
}

// G-25.
TEST_F(CapabilitiesTest, NoKeyIsEverMadeToFindOut) {
  for (const KeyStrength strength :
       {KeyStrength::kKeyGuard, KeyStrength::kHardware, KeyStrength::kSoftware}) {
    auto client = MakeClient(CountingOptions(strength));
    EXPECT_EQ(Get(client).could_bind, strength);
    EXPECT_EQ(provider_->calls, 0);
  }
}

// G-18.
TEST_F(CapabilitiesTest, SoftwareKeysSayThatTodaysServiceRefusesThem) {
  auto client = MakeClient(CountingOptions(KeyStrength::kSoftware));
  const Capabilities host = Get(client);
  EXPECT_TRUE(host.pop_available) << "the emulator takes them";
  EXPECT_EQ(host.strength, KeyStrength::kSoftware);
  ASSERT_EQ(host.reasons.size(), 1u);
  EXPECT_EQ(host.reasons[0].code, ErrorCode::kKeyguardUnavailable);
  EXPECT_NE(host.reasons[0].text.find("attested KeyGuard keys only today"), std::string::npos);
}

// G-35.
TEST_F(CapabilitiesTest, ImdsDownIsAReasonAndAskedAgainAfterThirtySeconds) {
  auto options = CountingOptions();
  options.retries = false;
  auto client = MakeClient(std::move(options));
  Fault("imds.* reset");
  const Capabilities down = Get(client);
  EXPECT_EQ(down.imds_version, ImdsVersion::kUnknown);
  EXPECT_FALSE(down.pop_available);
  EXPECT_EQ(down.could_bind, KeyStrength::kKeyGuard) << "the host is not weaker for it";
  ASSERT_EQ(down.reasons.size(), 1u);
  EXPECT_EQ(down.reasons[0].code, ErrorCode::kImdsUnreachable);
  emulator_->ClearFaults();
  emulator_->ClearLog();
  EXPECT_FALSE(Get(client).pop_available);
  EXPECT_EQ(Requests("imds"), 0) << "asked again before its time";
  clock_->Advance(seconds(30));
  EXPECT_TRUE(Get(client).pop_available);
}

// G-35.
TEST_F(CapabilitiesTest, ATimeoutIsNeverKept) {
  auto options = CountingOptions();
  options.retries = false;
  options.timeouts.attempt = seconds(2);  // the hang takes as much real time
  auto client = MakeClient(std::move(options));
  Fault("imds.getplatformmetadata hang");
  EXPECT_EQ(Get(client).reasons.at(0).code, ErrorCode::kImdsUnreachable);
  emulator_->ClearFaults();
  EXPECT_TRUE(Get(client).pop_available);
}

TEST_F(CapabilitiesTest, TheCallersDeadlineAndCancellationAreErrorsAndNotKept) {
  auto client = MakeClient(CountingOptions());
  Fault("imds.* hang");
  const auto late = client.GetCapabilities({.timeout = seconds(2)});
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::kTimeout);
  while (emulator_->Hanging() > 0) std::this_thread::yield();
  const CancellationSource source;
  std::thread canceler([&] {
    // Not AwaitFault, which the previous request would satisfy: this request would be cancelled on its way,
    // and logged late.
    while (emulator_->Hanging() == 0) std::this_thread::yield();
    source.Cancel();
  });
  const auto canceled = client.GetCapabilities({.timeout = {}, .cancellation = source.token()});
  canceler.join();
  ASSERT_FALSE(canceled);
  EXPECT_EQ(canceled.error().code, ErrorCode::kCanceled);
  emulator_->ClearFaults();
  EXPECT_TRUE(Get(client).pop_available);
}

TEST_F(CapabilitiesTest, ManyCallersMakeOneFlight) {
  auto client = MakeClient(CountingOptions());
  std::vector<std::thread> callers;
  std::atomic<int> available{0};
  for (int i = 0; i < 8; ++i) {
    callers.emplace_back([&] {
      if (Get(client).pop_available) ++available;
    });
  }
  for (auto& caller : callers) caller.join();
  EXPECT_EQ(available, 8);
  EXPECT_EQ(Statuses("/getplatformmetadata").size(), 1u);
  EXPECT_EQ(Statuses("/compute").size(), 1u);
}

TEST_F(CapabilitiesTest, TheKillSwitchStopsTheProbeAndIsReadAtEachCall) {
  auto client = MakeClient(CountingOptions());
  environment_["MSAL_MI_DISABLE_IMDS_V2"] = "true";
  const Capabilities off = Get(client);
  EXPECT_FALSE(off.pop_available);
  EXPECT_EQ(off.reasons.at(0).code, ErrorCode::kImdsV2Disabled);
  EXPECT_EQ(Requests("imds"), 0);
  environment_.clear();
  EXPECT_TRUE(Get(client).pop_available);
  environment_["MSAL_MI_DISABLE_IMDS_V2"] = "1";
  EXPECT_FALSE(Get(client).pop_available) << "a kept answer must not get around the switch";
}

class V1OnlyTest : public CapabilitiesTest {
 protected:
  void SetUp() override {
    CapabilitiesTest::SetUp();
    emulator::EmulatorOptions v1_only;
    v1_only.v1_only = true;
    auto started = emulator::Emulator::Start(v1_only);
    ASSERT_TRUE(started) << started.error().ToString();
    old_host_ = *std::move(started);
  }
  ClientOptions OnOldHost() {
    auto options = CountingOptions();
    options.imds_base_url = old_host_->endpoints().imds;
    return options;
  }
  long OldRequests() const { return static_cast<long>(old_host_->Log().size()); }

  std::unique_ptr<emulator::Emulator> old_host_;
};

// G-18.
TEST_F(V1OnlyTest, AHostWithV1OnlyCouldBindButCannotNow) {
  auto client = MakeClient(OnOldHost());
  const Capabilities host = Get(client);
  EXPECT_EQ(host.imds_version, ImdsVersion::kV1);
  EXPECT_FALSE(host.pop_available);
  EXPECT_EQ(host.strength, KeyStrength::kNone);
  EXPECT_EQ(host.could_bind, KeyStrength::kKeyGuard);
  ASSERT_EQ(host.reasons.size(), 1u);
  EXPECT_EQ(host.reasons[0].code, ErrorCode::kMtlsPopNotSupportedInImdsV1);
  EXPECT_EQ(OldRequests(), 3) << "v2 probe, v1 probe, compute";
  clock_->Advance(std::chrono::hours(24));
  EXPECT_EQ(Get(client).imds_version, ImdsVersion::kV1);
  EXPECT_EQ(OldRequests(), 4) << "v1 only is final; whether v1 still answers is not";
}

// G-32.
TEST_F(V1OnlyTest, StepOneLearnsFromTheProbeAndTheProbeFromStepOne) {
  auto options = OnOldHost();
  options.key_providers = {*keyguard_};
  auto first = MakeClient(options);
  const auto confirmed = first.AcquireToken(Attested());
  ASSERT_FALSE(confirmed);
  EXPECT_EQ(confirmed.error().code, ErrorCode::kMtlsPopNotSupportedInImdsV1);
  EXPECT_EQ(OldRequests(), 4) << "confirmed once, with three retries";
  EXPECT_FALSE(first.AcquireToken(Attested()));
  EXPECT_EQ(OldRequests(), 5) << "then one attempt a call";
  EXPECT_EQ(Get(first).imds_version, ImdsVersion::kV1);
  EXPECT_EQ(OldRequests(), 7) << "v1 probe and compute only";

  auto second = MakeClient(std::move(options));
  Get(second);
  const long before = OldRequests();
  EXPECT_FALSE(second.AcquireToken(Attested()));
  EXPECT_EQ(OldRequests() - before, 1);
}

// G-17.
TEST_F(V1OnlyTest, AMinimumDoesNotHideThatTheHostIsKnownToHaveV1Only) {
  auto options = OnOldHost();
  provider_ = std::make_shared<CountingProvider>(KeyStrength::kSoftware);
  options.key_providers = {provider_};
  auto client = MakeClient(std::move(options));
  TokenRequest request = Unattested();
  request.minimum_strength = KeyStrength::kKeyGuard;
  EXPECT_EQ(client.AcquireToken(request).error().code, ErrorCode::kMinStrengthNotMet);
  EXPECT_EQ(OldRequests(), 0) << "before any I/O";
  Get(client);
  EXPECT_EQ(client.AcquireToken(request).error().code, ErrorCode::kMtlsPopNotSupportedInImdsV1);
}

// G-35.
TEST_F(CapabilitiesTest, ABrief404DoesNotRuleOutTokensForGood) {
  auto options = Options();
  auto client = MakeClient(std::move(options));
  Fault("imds.getplatformmetadata status=404");
  EXPECT_EQ(client.AcquireToken(Attested()).error().code, ErrorCode::kMtlsPopNotSupportedInImdsV1);
  EXPECT_EQ(Get(client).imds_version, ImdsVersion::kV1);
  emulator_->ClearFaults();
  EXPECT_TRUE(client.AcquireToken(Attested()));
  EXPECT_TRUE(Get(client).pop_available);
}

// Metadata is read again every five minutes, without retries: then one 404 confirms nothing.
// G-32.
TEST_F(CapabilitiesTest, A404ThatNoRetryConfirmedIsNotRemembered) {
  auto client = MakeClient(Options());
  ASSERT_TRUE(client.AcquireToken(Attested()));
  clock_->Advance(std::chrono::minutes(6));
  Fault("imds.getplatformmetadata status=404 count=1");
  EXPECT_TRUE(client.AcquireToken(Attested("https://storage.azure.com")));
  EXPECT_EQ(Get(client).imds_version, ImdsVersion::kV2);
}

// G-32.
TEST_F(V1OnlyTest, WhatIsNo404IsAskedAgainAlsoWhereV1OnlyIsKnown) {
  auto options = OnOldHost();
  options.key_providers = {*keyguard_};
  auto client = MakeClient(options);
  Get(client);
  const long before = OldRequests();
  ASSERT_TRUE(old_host_->AddFault("imds.getplatformmetadata status=503 count=2"));
  EXPECT_EQ(client.AcquireToken(Attested()).error().code, ErrorCode::kMtlsPopNotSupportedInImdsV1);
  EXPECT_EQ(OldRequests() - before, 3) << "503, 503, and the 404 that is expected";
}

class DiagnoseTest : public CapabilitiesTest {
 protected:
  Diagnosis Run(const CallOptions& call = {}) {
    DiagnoseOptions options;
    options.client = CountingOptions();
    options.client.identity = identity_;
    options.token_endpoint = emulator_->endpoints().entra;
    const auto diagnosis = Diagnose(options, call);
    EXPECT_TRUE(diagnosis) << diagnosis.error().ToString();
    return diagnosis.value_or(Diagnosis{});
  }
  static Finding Of(const Diagnosis& diagnosis, const std::string& check) {
    for (const Finding& finding : diagnosis.findings) {
      if (finding.check == check) return finding;
    }
    ADD_FAILURE() << "no check is called " << check;
    return {};
  }
  std::string Cause(const std::string& check) { return Of(Run(), check).cause; }

  ManagedIdentityId identity_;
};

TEST_F(DiagnoseTest, AHealthyEmulatorIsWellAndNothingIsAskedFor) {
  const Diagnosis diagnosis = Run();
  for (const Finding& finding : diagnosis.findings) {
    if (finding.check == "key_memory") continue;  // it has its own test
    EXPECT_EQ(finding.cause, "ok") << finding.check << ": " << finding.text;
  }
  EXPECT_EQ(Statuses("/getplatformmetadata"), (std::vector<int>{400, 200}));
  EXPECT_EQ(Statuses("/oauth2/token"), std::vector<int>{400}) << "a probe, which cannot yield a token";
  for (const char* path : {"/issuecredential", "/attest", "/oauth2/v2.0/token"}) {
    for (const char* server : {"imds", "attestation", "entra"}) EXPECT_EQ(Requests(server, path), 0) << path;
  }
  EXPECT_EQ(Requests("attestation"), 1);
  EXPECT_EQ(Requests("entra"), 1);
}

TEST_F(DiagnoseTest, TheClockIsComparedWithTheDateOfImds) {
  emulator_->SetClockOffset(std::chrono::minutes(10));
  const Finding behind = Of(Run(), "clock");
  emulator_->SetClockOffset(seconds(0));
  EXPECT_EQ(behind.cause, "clock_skew");
  EXPECT_EQ(behind.severity, Severity::kFailure);
  EXPECT_NE(behind.text.find("behind"), std::string::npos) << behind.text;
  Fault("imds.* header=no-Date");
  EXPECT_EQ(Cause("clock"), "not_checked");
}

TEST_F(DiagnoseTest, FaultsOfImdsHaveTheirOwnCauses) {
  Fault("imds.* status=503");
  EXPECT_EQ(Cause("imds"), "imds_busy");
  emulator_->ClearFaults();
  Fault("imds.* reset");
  EXPECT_EQ(Cause("imds"), "imds_unreachable");
  EXPECT_EQ(Cause("identity"), "not_checked");
  emulator_->ClearFaults();
  identity_ = ManagedIdentityId::ClientId("12345678-0000-4000-8000-000000000000");
  EXPECT_EQ(Cause("imds"), "ok");
  EXPECT_EQ(Cause("identity"), "identity_not_found");
}

TEST_F(DiagnoseTest, FaultsOfTheEndpointsHaveTheirOwnCauses) {
  Fault("imds.getplatformmetadata answer=foreign-endpoint after=1 count=1");
  EXPECT_EQ(Cause("attestation"), "endpoint_not_allowed");
  emulator_->ClearFaults();
  Fault("imds.getplatformmetadata answer=dead-endpoint after=1 count=1");
  EXPECT_EQ(Cause("attestation"), "attestation_endpoint_unreachable");
  emulator_->ClearFaults();
  Fault("entra.* reset=before-certificate");
  EXPECT_EQ(Cause("token_endpoint"), "token_endpoint_unreachable");
}

TEST_F(DiagnoseTest, TheEnvironmentIsReadAndItsValuesAreNotSaid) {
  environment_ = {{"MSAL_MI_DISABLE_IMDS_V2", "hunter2"},
                  {"MSI_ENDPOINT", "http://hunter2"},
                  {"HTTPS_PROXY", "http://user:hunter2@proxy.invalid:1"},
                  {"NO_PROXY", "127.0.0.1"},
                  {"MSAL_MI_IMDSV2_ALLOWED_HOSTS", ""}};
  const Diagnosis diagnosis = Run();
  EXPECT_EQ(Of(diagnosis, "kill_switch").cause, "kill_switch_unrecognised");
  EXPECT_EQ(Of(diagnosis, "environment").cause, "mtls_pop_not_supported_for_environment");
  EXPECT_EQ(Of(diagnosis, "proxy").cause, "proxy_in_use");
  EXPECT_EQ(Of(diagnosis, "allowed_hosts").cause, "allowed_hosts_empty");
  EXPECT_EQ(Of(diagnosis, "token_endpoint").cause, "endpoint_not_allowed");
  EXPECT_EQ(diagnosis.Worst(), Severity::kFailure);
  for (const Finding& finding : diagnosis.findings) {
    EXPECT_EQ((finding.text + finding.cure).find("hunter2"), std::string::npos) << finding.check;
  }
}

TEST_F(DiagnoseTest, ABaseOfTheEnvironmentIsNotSaidWhenItIsRefused) {
  DiagnoseOptions options;
  options.client = CountingOptions();
  options.client.imds_base_url.clear();
  auto client = MakeClient(options.client);
  for (const char* base : {"http://user:hunter2@10.0.0.5", "http://10.0.0.5/?sig=hunter2", "hunter2"}) {
    environment_ = {{"AZURE_POD_IDENTITY_AUTHORITY_HOST", base}};
    const auto diagnosis = Diagnose(options);
    ASSERT_TRUE(diagnosis);
    const Finding imds = Of(*diagnosis, "imds");
    EXPECT_EQ(imds.cause, "invalid_request");
    EXPECT_NE(imds.text.find("AZURE_POD_IDENTITY_AUTHORITY_HOST"), std::string::npos) << imds.text;
    for (const Finding& finding : diagnosis->findings) {
      EXPECT_EQ((finding.text + finding.cure).find("hunter2"), std::string::npos) << finding.text;
      EXPECT_EQ((finding.text + finding.cure).find("10.0.0.5"), std::string::npos) << finding.text;
    }
    const auto refused = ManagedIdentityClient::Create(options.client);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().ToString().find("hunter2"), std::string::npos) << refused.error().ToString();
    const auto capabilities = client.GetCapabilities();
    ASSERT_FALSE(capabilities);
    EXPECT_EQ(capabilities.error().ToString().find("hunter2"), std::string::npos)
        << capabilities.error().ToString();
  }
}

TEST_F(DiagnoseTest, KeyMemoryIsLookedAtForTheBuiltInKeysOnly) {
  EXPECT_EQ(Cause("key_memory"), "not_checked");
  DiagnoseOptions options;
  options.client = CountingOptions();
  options.client.key_providers.clear();
  const auto diagnosis = Diagnose(options);
  ASSERT_TRUE(diagnosis);
  EXPECT_NE(Of(*diagnosis, "key_memory").cause, "not_checked");
}

TEST_F(DiagnoseTest, UnreadableTrustAnchorsAreAFindingAndTheOthersAreStillReported) {
  DiagnoseOptions options;
  options.client = CountingOptions();
  options.client.tls.trust_anchors_file = "/does/not/exist";
  const auto diagnosis = Diagnose(options);
  ASSERT_TRUE(diagnosis);
  EXPECT_EQ(Of(*diagnosis, "trust_anchors").cause, "invalid_request");
  EXPECT_EQ(Of(*diagnosis, "imds").cause, "not_checked");
  EXPECT_EQ(Of(*diagnosis, "keys").cause, "ok");
}

TEST_F(DiagnoseTest, ACallThatEndsIsAnError) {
  Fault("imds.* hang");
  DiagnoseOptions options;
  options.client = CountingOptions();
  const auto late = Diagnose(options, {.timeout = seconds(2)});
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::kTimeout);
}

}  // namespace
}  // namespace msiv2
