// MSI v1 or MSI v2: no request with a flag of MSI v2 ever gets a plan of MSI v1.
#include "flow/select.h"

#include <gtest/gtest.h>

#include <map>

#include "flow/testing/fake_ports.h"
#include "tests/support/fake_keys.h"
#include "tests/support/silent_observer.h"

namespace msiv2::flow {
namespace {

class SelectTest : public ::testing::Test {
 protected:
  Result<TokenPlan> Choose(const TokenRequest& request, KeyStrength strength = KeyStrength::kKeyGuard) {
    const testing::FakePorts ports(
        {{std::make_shared<msiv2::testing::FakeProvider>(strength), /*built_in=*/true}},
        std::make_shared<testing::UnusedAttestor>());
    options_.environment = [this](const char* name) -> std::optional<std::string> {
      const auto entry = environment_.find(name);
      if (entry == environment_.end()) return std::nullopt;
      return entry->second;
    };
    return Select(request, options_, *ports);
  }

  ClientOptions options_;
  std::map<std::string, std::string> environment_;
};

// Every combination of the flags, on every kind of host.
TEST_F(SelectTest, OnlyARequestWithNoFlagGetsMsiV1) {
  const std::map<std::string, std::string> hosts[] = {
      {},
      {{"IDENTITY_ENDPOINT", "http://127.0.0.1:1/"}, {"IDENTITY_HEADER", "h"}},
      {{"MSI_ENDPOINT", "http://127.0.0.1:1/"}},
      {{"MSAL_MI_DISABLE_IMDS_V2", "1"}},
  };
  int plans_of_v1 = 0;
  for (const auto& host : hosts) {
    environment_ = host;
    for (unsigned flags = 0; flags < 64; ++flags) {
      TokenRequest request{.resource = "https://vault.azure.net"};
      request.mtls_proof_of_possession = (flags & 1U) != 0;
      request.request_over_mtls = (flags & 2U) != 0;
      request.with_attestation_support = (flags & 4U) != 0;
      request.allow_unattested = (flags & 8U) != 0;
      request.minimum_strength = (flags & 16U) != 0 ? KeyStrength::kSoftware : KeyStrength::kNone;
      request.force_refresh = (flags & 32U) != 0;
      const auto plan = Choose(request, (flags & 16U) != 0 ? KeyStrength::kSoftware : KeyStrength::kKeyGuard);
      const bool of_v1 = plan && std::holds_alternative<BearerTokenPlan>(*plan);
      const bool asks_for_v1 = (flags & 31U) == 0;
      EXPECT_EQ(of_v1, asks_for_v1) << flags;
      plans_of_v1 += of_v1 ? 1 : 0;
    }
  }
  EXPECT_EQ(plans_of_v1, 8);
}

TEST_F(SelectTest, BothGatesSayOfWhichOptionAWrongRequestIs) {
  for (const TokenRequest& right : {TokenRequest::Bearer("r"), TokenRequest::UnattestedPop("r")}) {
    TokenRequest request = right;
    request.claims = "{";
    const auto plan = Choose(request);
    ASSERT_FALSE(plan);
    EXPECT_EQ(plan.error().code, ErrorCode::kInvalidRequest);
    EXPECT_EQ(plan.error().option, Option::kClaims) << plan.error().message;
  }
}

TEST_F(SelectTest, WorkInTheBackgroundAsksForNothingBeyondTheToken) {
  for (TokenRequest request : {TokenRequest::Bearer("r"), TokenRequest::UnattestedPop("r")}) {
    request.claims = R"({"a":1})";
    request.rejected_token_sha256 = std::string(64, 'a');
    const auto chosen = Choose(request);
    ASSERT_TRUE(chosen) << chosen.error().ToString();
    msiv2::testing::SilentObserver observer;
    std::visit(
        [&](const auto& asked) {
          const auto plan = ForBackground(asked, &observer);
          EXPECT_EQ(plan.resource, asked.resource);
          EXPECT_EQ(plan.challenge, "");
          EXPECT_EQ(plan.rejected_token_sha256, "");
          EXPECT_TRUE(plan.in_background);
          EXPECT_EQ(plan.observer, &observer);
        },
        *chosen);
  }
}

TEST_F(SelectTest, APlanOfMsiV1HasTheSourceOfTheHost) {
  environment_ = {{"IDENTITY_ENDPOINT", "http://127.0.0.1:41564/msi/token"}, {"IDENTITY_HEADER", "h"}};
  options_.client_capabilities = {"cp1"};
  options_.identity = ManagedIdentityId::ClientId("c");
  const auto plan = Choose({.resource = "https://vault.azure.net/.default", .claims = R"({"a":1})"});
  ASSERT_TRUE(plan) << plan.error().message;
  const BearerTokenPlan& v1_plan = std::get<BearerTokenPlan>(*plan);
  EXPECT_EQ(v1_plan.source->id, IdentitySource::kAppService);
  EXPECT_EQ(v1_plan.target.endpoint, "http://127.0.0.1:41564/msi/token");
  EXPECT_EQ(v1_plan.resource, "https://vault.azure.net");
  EXPECT_EQ(v1_plan.challenge, R"({"a":1})");
  EXPECT_NE(v1_plan.claims.find("xms_cc"), std::string::npos);
  EXPECT_TRUE(v1_plan.named);
}

TEST_F(SelectTest, APlanOfMsiV1HoldsWhatTheRequestAndTheOptionsSay) {
  options_.client_capabilities = {"cp1"};
  options_.timeouts.attempt = std::chrono::seconds(7);
  options_.retries = false;
  options_.token_cache = false;
  options_.observer = std::make_shared<msiv2::testing::SilentObserver>();
  environment_ = {{"HTTPS_PROXY", "http://user:password@127.0.0.1:1"}};
  TokenRequest request{.resource = "r/", .force_refresh = true};
  request.rejected_token_sha256 = std::string(64, 'A');
  const auto chosen = Choose(request);
  ASSERT_TRUE(chosen);
  const BearerTokenPlan& plan = std::get<BearerTokenPlan>(*chosen);
  EXPECT_EQ(plan.resource, "r/") << "a source is told the resource as it was given";
  EXPECT_EQ(plan.capabilities, std::vector<std::string>{"cp1"});
  EXPECT_TRUE(plan.force_refresh);
  EXPECT_EQ(plan.rejected_token_sha256, std::string(64, 'a'));
  EXPECT_EQ(plan.timeouts.attempt, std::chrono::seconds(7));
  EXPECT_FALSE(plan.retries);
  EXPECT_FALSE(plan.token_cache);
  EXPECT_FALSE(plan.secrets.empty());
  EXPECT_EQ(plan.observer, options_.observer.get());
}

TEST_F(SelectTest, ImdsIsAtItsBase) {
  const auto assumed = Choose({.resource = "r"});
  ASSERT_TRUE(assumed);
  EXPECT_EQ(std::get<BearerTokenPlan>(*assumed).target.endpoint,
            "http://169.254.169.254/metadata/identity/oauth2/token");
  EXPECT_FALSE(std::get<BearerTokenPlan>(*assumed).named);
  environment_ = {{"AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://127.0.0.1:8080/path"}};
  const auto named = Choose({.resource = "r"});
  ASSERT_TRUE(named);
  EXPECT_EQ(std::get<BearerTokenPlan>(*named).target.endpoint,
            "http://127.0.0.1:8080/metadata/identity/oauth2/token");
  EXPECT_TRUE(std::get<BearerTokenPlan>(*named).named);
}

TEST_F(SelectTest, RefusesBeforeAnyIo) {
  struct Row {
    TokenRequest request;
    const char* code;
  };
  const Row rows[] = {{{.resource = ""}, "invalid_request"},
                      {{.resource = "/.default"}, "invalid_request"},
                      {{.resource = "r", .claims = "["}, "invalid_request"}};
  for (const Row& row : rows) {
    const auto plan = Choose(row.request);
    ASSERT_FALSE(plan);
    EXPECT_EQ(Name(plan.error().code), row.code);
  }
  options_.identity = ManagedIdentityId::ClientId("c");
  environment_ = {{"MSI_ENDPOINT", "http://127.0.0.1:1/"}};
  const auto refused = Choose({.resource = "r"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(Name(refused.error().code), "user_assigned_managed_identity_not_supported");
  EXPECT_EQ(refused.error().source, "CloudShell");
}

TEST_F(SelectTest, TheUsualRequestsAreWhatTheirNamesSay) {
  const auto bearer = Choose(TokenRequest::Bearer("https://vault.azure.net"));
  ASSERT_TRUE(bearer) << bearer.error().ToString();
  EXPECT_EQ(std::get<BearerTokenPlan>(*bearer).resource, "https://vault.azure.net");

  const auto attested = Choose(TokenRequest::AttestedPop("https://vault.azure.net"));
  ASSERT_TRUE(attested) << attested.error().ToString();
  const BoundTokenPlan& attested_plan = std::get<BoundTokenPlan>(*attested);
  EXPECT_EQ(attested_plan.type, TokenType::kMtlsPop);
  EXPECT_TRUE(attested_plan.attested);
  EXPECT_TRUE(attested_plan.key_policy.attestation);
  EXPECT_EQ(attested_plan.resource, "https://vault.azure.net");

  const auto unattested =
      Choose(TokenRequest::UnattestedPop("https://vault.azure.net", KeyStrength::kHardware));
  ASSERT_TRUE(unattested) << unattested.error().ToString();
  const BoundTokenPlan& unattested_plan = std::get<BoundTokenPlan>(*unattested);
  EXPECT_EQ(unattested_plan.type, TokenType::kMtlsPop);
  EXPECT_FALSE(unattested_plan.attested);
  EXPECT_EQ(unattested_plan.key_policy.minimum, KeyStrength::kHardware);
  EXPECT_EQ(TokenRequest::UnattestedPop("r").minimum_strength, KeyStrength::kNone);
}

}  // namespace
}  // namespace msiv2::flow
