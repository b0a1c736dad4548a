#include "flow/gate.h"

#include <gtest/gtest.h>

#include <map>

#include "flow/testing/fake_ports.h"
#include "tests/support/fake_keys.h"
#include "tests/support/silent_observer.h"

namespace msiv2::flow {
namespace {

class GateTest : public ::testing::Test {
 protected:
  Result<BoundTokenPlan> Gate(const TokenRequest& request,
                              KeyStrength provider_strength = KeyStrength::kKeyGuard,
                              bool has_attestor = true) {
    provider_ = std::make_shared<msiv2::testing::FakeProvider>(provider_strength);
    testing::FakePorts ports({{provider_, built_in_}},
                             has_attestor ? std::make_shared<testing::UnusedAttestor>() : nullptr);
    if (v1_only_base_) ports.imds_bases.RememberV1Only(*v1_only_base_);
    options_.environment = [this](const char* name) -> std::optional<std::string> {
      const auto entry = environment_.find(name);
      if (entry == environment_.end()) return std::nullopt;
      return entry->second;
    };
    return MakeBoundTokenPlan(request, options_, *ports);
  }

  void ExpectRefused(const TokenRequest& request, ErrorCode code,
                     KeyStrength provider_strength = KeyStrength::kKeyGuard) {
    const auto plan = Gate(request, provider_strength);
    ASSERT_FALSE(plan);
    EXPECT_EQ(Name(plan.error().code), Name(code)) << plan.error().message;
    EXPECT_EQ(provider_->calls, 0) << "a key was made";
  }

  static TokenRequest Pop() {
    TokenRequest request{.resource = "https://vault.azure.net"};
    request.mtls_proof_of_possession = true;
    return request;
  }
  static TokenRequest Attested() {
    TokenRequest request = Pop();
    request.with_attestation_support = true;
    return request;
  }
  static TokenRequest Unattested() {
    TokenRequest request = Pop();
    request.allow_unattested = true;
    return request;
  }

  ClientOptions options_;
  std::map<std::string, std::string> environment_;
  std::shared_ptr<msiv2::testing::FakeProvider> provider_;
  std::optional<std::string> v1_only_base_;
  bool built_in_ = true;
};

TEST_F(GateTest, PopWithAttestationIsMsiV2OnAKeyGuardKey) {
  const auto plan = Gate(Attested());
  ASSERT_TRUE(plan);
  EXPECT_TRUE(plan->attested);
  EXPECT_TRUE(plan->key_policy.attestation);
  EXPECT_EQ(plan->type, TokenType::kMtlsPop);
  EXPECT_EQ(plan->imds_base, "http://169.254.169.254");
  EXPECT_FALSE(plan->endpoint_rules.imds_base_is_loopback);
}

TEST_F(GateTest, APlanHoldsWhatTheRequestAndTheOptionsSay) {
  TokenRequest request = Attested();
  request.force_refresh = true;
  request.rejected_token_sha256 = std::string(64, 'A');
  request.claims = R"({"a":1})";
  options_.identity = ManagedIdentityId::ClientId("c");
  options_.timeouts.attempt = std::chrono::seconds(7);
  options_.tls.token_leg_max = TlsVersion::kTls13;
  options_.retries = false;
  options_.token_cache = false;
  options_.observer = std::make_shared<msiv2::testing::SilentObserver>();
  environment_["HTTPS_PROXY"] = "http://user:password@127.0.0.1:1";
  const auto plan = Gate(request);
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->observer, options_.observer.get());
  EXPECT_EQ(plan->identity.id(), "c");
  EXPECT_TRUE(plan->force_refresh);
  EXPECT_EQ(plan->rejected_token_sha256, std::string(64, 'a'));
  EXPECT_EQ(plan->challenge, R"({"a":1})");
  EXPECT_EQ(plan->timeouts.attempt, std::chrono::seconds(7));
  EXPECT_EQ(plan->token_leg_max, TlsVersion::kTls13);
  EXPECT_FALSE(plan->retries);
  EXPECT_EQ(plan->remediations, 0) << "no retries, no remedies";
  EXPECT_FALSE(plan->token_cache);
  EXPECT_FALSE(plan->secrets.empty());
  options_.retries = true;
  options_.remediations = 3;
  EXPECT_EQ(Gate(request).value().remediations, 3);
}

TEST_F(GateTest, AMinimumIsOneOfTheStrengths) {
  TokenRequest request = Unattested();
  for (const auto strength :
       {KeyStrength::kNone, KeyStrength::kSoftware, KeyStrength::kHardware, KeyStrength::kKeyGuard}) {
    request.minimum_strength = strength;
    EXPECT_FALSE(RefuseFlags(request)) << Name(strength);
  }
  for (const int odd : {-1, 4}) {
    request.minimum_strength = static_cast<KeyStrength>(odd);
    const auto refusal = RefuseFlags(request);
    ASSERT_TRUE(refusal) << odd;
    EXPECT_EQ(refusal->option, Option::kMinimumStrength);
  }
}

TEST_F(GateTest, ADigestOfARejectedTokenIs64HexadecimalDigits) {
  TokenRequest request = Unattested();
  for (const std::string& digest : {std::string(), std::string(64, 'a'), std::string(64, 'F')}) {
    request.rejected_token_sha256 = digest;
    EXPECT_FALSE(RefuseFlags(request)) << digest;
  }
  for (const std::string& odd : {std::string(63, 'a'), std::string(65, 'a'), std::string(64, 'g')}) {
    request.rejected_token_sha256 = odd;
    const auto refusal = RefuseFlags(request);
    ASSERT_TRUE(refusal) << odd;
    EXPECT_EQ(refusal->option, Option::kRejectedTokenSha256);
  }
}

TEST_F(GateTest, PopWithoutAttestationNeedsTheCallersWord) {
  ExpectRefused(Pop(), ErrorCode::kPopRequiresAttestation);
  const auto plan = Gate(Unattested(), KeyStrength::kSoftware);
  ASSERT_TRUE(plan);
  EXPECT_FALSE(plan->attested);
  EXPECT_FALSE(plan->key_policy.attestation);
}

TEST_F(GateTest, AttestationWithoutPopIsRefused) {
  TokenRequest request{.resource = "r"};
  request.with_attestation_support = true;
  ExpectRefused(request, ErrorCode::kAttestationRequiresPop);
}

TEST_F(GateTest, NeitherFlagGetsNoPlanOfMsiV2) {
  ExpectRefused({.resource = "r"}, ErrorCode::kInvalidRequest);
}

TEST_F(GateTest, ASourceThatTheOptionsNameCountsBeforeTheEnvironment) {
  environment_ = {{"IDENTITY_ENDPOINT", "http://127.0.0.1/"}, {"IDENTITY_HEADER", "h"}};
  ExpectRefused(Attested(), ErrorCode::kPopNotSupportedForEnvironment);
  options_.source = IdentitySource::kImds;
  EXPECT_TRUE(Gate(Attested()));
  environment_.clear();
  for (const IdentitySource source :
       {IdentitySource::kWorkloadIdentity, IdentitySource::kServiceFabric, IdentitySource::kAppService,
        IdentitySource::kAppService2017, IdentitySource::kMachineLearning, IdentitySource::kCloudShell,
        IdentitySource::kAzureArc}) {
    options_.source = source;
    ExpectRefused(Attested(), ErrorCode::kPopNotSupportedForEnvironment);
  }
}

// Bearer tokens would be those of the pod, bound ones those of its node.
TEST_F(GateTest, AnAllowedWorkloadIdentityIsNotAnIdentityOfImds) {
  environment_ = {{"AZURE_FEDERATED_TOKEN_FILE", "/f"},
                  {"AZURE_CLIENT_ID", "c"},
                  {"AZURE_TENANT_ID", "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"}};
  EXPECT_TRUE(Gate(Attested()));
  options_.allow_workload_identity = true;
  ExpectRefused(Attested(), ErrorCode::kPopNotSupportedForEnvironment);
}

TEST_F(GateTest, OverMtlsCountsAsPopAndExcludesIt) {
  TokenRequest request{.resource = "r"};
  request.request_over_mtls = true;
  ExpectRefused(request, ErrorCode::kPopRequiresAttestation);
  EXPECT_EQ(RefuseFlags(request)->option, Option::kRequestOverMtls) << "the one that the caller set";
  request.with_attestation_support = true;
  const auto plan = Gate(request);
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->type, TokenType::kBearer);
  EXPECT_TRUE(plan->attested);
  request.mtls_proof_of_possession = true;
  ExpectRefused(request, ErrorCode::kInvalidRequest);
}

TEST_F(GateTest, WhatWouldDoNothingWithoutPopIsRefused) {
  TokenRequest with_minimum{.resource = "r"};
  with_minimum.minimum_strength = KeyStrength::kSoftware;
  ExpectRefused(with_minimum, ErrorCode::kInvalidRequest);
  TokenRequest unattested{.resource = "r"};
  unattested.allow_unattested = true;
  ExpectRefused(unattested, ErrorCode::kInvalidRequest);
}

TEST_F(GateTest, AttestationOnAChainWithoutKeyGuardIsRefusedBeforeAKeyIsMade) {
  ExpectRefused(Attested(), ErrorCode::kKeyguardUnavailable, KeyStrength::kSoftware);
  ExpectRefused(Attested(), ErrorCode::kKeyguardUnavailable, KeyStrength::kHardware);
}

TEST_F(GateTest, AMinimumAboveTheChainIsRefusedBeforeAKeyIsMade) {
  TokenRequest request = Unattested();
  request.minimum_strength = KeyStrength::kHardware;
  ExpectRefused(request, ErrorCode::kMinStrengthNotMet, KeyStrength::kSoftware);
}

// G-17.
TEST_F(GateTest, AMinimumNeverHidesWhyTheHostCannot) {
  TokenRequest request = Unattested();
  request.minimum_strength = KeyStrength::kKeyGuard;
  environment_ = {{"MSI_ENDPOINT", "http://x"}};
  ExpectRefused(request, ErrorCode::kPopNotSupportedForEnvironment, KeyStrength::kSoftware);
  environment_ = {{"MSAL_MI_DISABLE_IMDS_V2", "1"}};
  ExpectRefused(request, ErrorCode::kImdsV2Disabled, KeyStrength::kSoftware);
  environment_ = {{"AZURE_POD_IDENTITY_AUTHORITY_HOST", "no url"}};
  ExpectRefused(request, ErrorCode::kInvalidRequest, KeyStrength::kSoftware);
  environment_.clear();
  v1_only_base_ = "http://169.254.169.254";
  ExpectRefused(request, ErrorCode::kMtlsPopNotSupportedInImdsV1, KeyStrength::kSoftware);
  ExpectRefused(Attested(), ErrorCode::kMtlsPopNotSupportedInImdsV1, KeyStrength::kSoftware);
  EXPECT_TRUE(Gate(Attested(), KeyStrength::kKeyGuard))
      << "a cached token may serve, and one attempt is made";
  v1_only_base_.reset();
  ExpectRefused(request, ErrorCode::kMinStrengthNotMet, KeyStrength::kSoftware);
}

TEST_F(GateTest, AttestationWithoutAnAttestorIsRefused) {
  const auto plan = Gate(Attested(), KeyStrength::kKeyGuard, /*has_attestor=*/false);
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().code, ErrorCode::kAttestationFailed);
  EXPECT_FALSE(plan.error().retryable);
  EXPECT_EQ(provider_->calls, 0);
  v1_only_base_ = "http://169.254.169.254";
  EXPECT_EQ(Gate(Attested(), KeyStrength::kKeyGuard, /*has_attestor=*/false).error().code,
            ErrorCode::kMtlsPopNotSupportedInImdsV1);
}

TEST_F(GateTest, AnEmulatedKeyIsRefusedBeforeItIsMadeUnlessImdsIsOnLoopback) {
  built_in_ = false;
  TokenRequest strong = Unattested();
  strong.minimum_strength = KeyStrength::kKeyGuard;
  for (const TokenRequest& request : {Attested(), strong}) {
    ExpectRefused(request, ErrorCode::kKeyCreationFailed);
    EXPECT_FALSE(Gate(request).error().retryable);
  }
  EXPECT_TRUE(Gate(Unattested())) << "the provider may turn out to make a weaker key, which is a real one";
  options_.imds_base_url = "http://127.0.0.1:1";
  EXPECT_TRUE(Gate(Attested()));
}

// A13.
TEST_F(GateTest, TheKillSwitchTakesOneOrTrueAndNothingElse) {
  for (const char* on : {"1", "true", "TRUE", "True", "true ", " 1"}) {
    environment_["MSAL_MI_DISABLE_IMDS_V2"] = on;
    ExpectRefused(Attested(), ErrorCode::kImdsV2Disabled);
  }
  for (const char* off : {"", "0", "false", "yes"}) {
    environment_["MSAL_MI_DISABLE_IMDS_V2"] = off;
    EXPECT_TRUE(Gate(Attested())) << off;
  }
}

TEST_F(GateTest, AHostWithAnotherSourceIsRefused) {
  environment_ = {{"IDENTITY_ENDPOINT", "http://x"}, {"IDENTITY_HEADER", "h"}};
  ExpectRefused(Attested(), ErrorCode::kPopNotSupportedForEnvironment);
  environment_ = {{"IDENTITY_ENDPOINT", "http://x"}, {"IMDS_ENDPOINT", "http://y"}};
  ExpectRefused(Attested(), ErrorCode::kPopNotSupportedForEnvironment);
  environment_ = {{"MSI_ENDPOINT", "http://x"}};
  ExpectRefused(Attested(), ErrorCode::kPopNotSupportedForEnvironment);
  environment_ = {{"IDENTITY_HEADER", "h"}};
  EXPECT_TRUE(Gate(Attested()));
}

TEST_F(GateTest, AWrongRequestIsNamedBeforeTheHost) {
  environment_["MSAL_MI_DISABLE_IMDS_V2"] = "1";
  ExpectRefused(Pop(), ErrorCode::kPopRequiresAttestation);
}

TEST_F(GateTest, ResourcesAreNormalisedAndOddOnesRefused) {
  for (const char* form :
       {"https://vault.azure.net", "https://vault.azure.net/", "https://vault.azure.net/.default"}) {
    TokenRequest request = Attested();
    request.resource = form;
    const auto plan = Gate(request);
    ASSERT_TRUE(plan) << form;
    EXPECT_EQ(plan->resource, "https://vault.azure.net") << form;
  }
  // F1: the scope of an audience that ends in a slash.
  TokenRequest with_slash = Attested();
  with_slash.resource = "https://vault.azure.net//.default";
  EXPECT_EQ(Gate(with_slash).value().resource, "https://vault.azure.net/");
  for (const char* odd : {"", "/", "/.default", " ", "https://a b", "https://a\nb", "https://\xc3\xa4"}) {
    TokenRequest request = Attested();
    request.resource = odd;
    ExpectRefused(request, ErrorCode::kInvalidRequest);
  }
}

TEST_F(GateTest, ClaimsMustBeAJsonObjectAndAreMergedWithTheCapabilities) {
  TokenRequest request = Attested();
  request.claims = "not json";
  ExpectRefused(request, ErrorCode::kInvalidRequest);
  request.claims = R"({"access_token":{"nbf":{"essential":true}}})";
  options_.client_capabilities = {"cp1"};
  const auto plan = Gate(request);
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->claims, R"({"access_token":{"nbf":{"essential":true},"xms_cc":{"values":["cp1"]}}})");
}

// U7.
TEST_F(GateTest, AnEmptyUserAssignedIdIsRefused) {
  for (const auto& empty : {ManagedIdentityId::ClientId(""), ManagedIdentityId::ObjectId(" "),
                            ManagedIdentityId::ResourceId("\n")}) {
    options_.identity = empty;
    ExpectRefused(Attested(), ErrorCode::kInvalidRequest);
  }
}

TEST_F(GateTest, AUserAssignedIdWithBlanksAroundItOrControlCharactersIsRefused) {
  const std::string id = "11111111-2222-4333-8444-555555555555";
  for (const std::string& odd :
       std::vector<std::string>{id + " ", "\t" + id, id + "\r\nX-Evil: 1", "a\x1b[31m", "a\x7f"}) {
    const auto refusal = RefuseIdentity(ManagedIdentityId::ObjectId(odd));
    ASSERT_TRUE(refusal) << odd;
    EXPECT_EQ(refusal->code, ErrorCode::kInvalidRequest);
  }
  EXPECT_FALSE(RefuseIdentity(ManagedIdentityId::ResourceId("/subscriptions/s/my identity")));
}

// U8. A caller may read DEFAULT_IDENTITY_CLIENT_ID itself.
TEST_F(GateTest, RefusesThePlaceholderOfMachineLearningFromACallerToo) {
  for (const auto& placeholder :
       {ManagedIdentityId::ClientId("clientid"), ManagedIdentityId::ObjectId("clientid"),
        ManagedIdentityId::ClientId(" clientid\n")}) {
    options_.identity = placeholder;
    ExpectRefused(Attested(), ErrorCode::kInvalidRequest);
    const auto refusal = RefuseIdentity(placeholder);
    ASSERT_TRUE(refusal);
    EXPECT_NE(refusal->message.find("placeholder of Azure Machine Learning"), std::string::npos);
  }
  EXPECT_FALSE(RefuseIdentity(ManagedIdentityId::ClientId("11111111-2222-4333-8444-555555555555")));
}

TEST_F(GateTest, TheBaseIsTakenFromTheOptionThenTheEnvironment) {
  environment_["AZURE_POD_IDENTITY_AUTHORITY_HOST"] = "http://127.0.0.1:8080/some/path";
  auto plan = Gate(Attested());
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->imds_base, "http://127.0.0.1:8080");
  EXPECT_TRUE(plan->endpoint_rules.imds_base_is_loopback);
  options_.imds_base_url = "http://localhost:9090";
  plan = Gate(Attested());
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->imds_base, "http://localhost:9090");
  options_.imds_base_url = "http://imds.example.com";
  ExpectRefused(Attested(), ErrorCode::kInvalidRequest);
  options_.allow_insecure_imds_base = true;
  EXPECT_TRUE(Gate(Attested()));
}

TEST_F(GateTest, TheAllowListComesFromTheOptionThenTheEnvironment) {
  environment_["MSAL_MI_IMDSV2_ALLOWED_HOSTS"] = "a.example, *.b.example;c.example";
  auto plan = Gate(Attested());
  ASSERT_TRUE(plan && plan->endpoint_rules.allowed_hosts);
  EXPECT_EQ(*plan->endpoint_rules.allowed_hosts,
            (std::vector<std::string>{"a.example", "*.b.example", "c.example"}));
  options_.allowed_hosts = std::vector<std::string>{"d.example"};
  plan = Gate(Attested());
  ASSERT_TRUE(plan && plan->endpoint_rules.allowed_hosts);
  EXPECT_EQ(*plan->endpoint_rules.allowed_hosts, std::vector<std::string>{"d.example"});
}

}  // namespace
}  // namespace msiv2::flow
