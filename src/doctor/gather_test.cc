// What the doctor reads and sends.
#include "doctor/gather.h"

#include <gtest/gtest.h>

#include <map>

#include "msiv2/testing/fake_clock.h"
#include "msiv2/testing/scripted_transport.h"

namespace msiv2::doctor {
namespace {

constexpr char kMetadata[] =
    R"({"clientId":"0a0a0a0a-1b1b-4c2c-8d3d-4e4e4e4e4e4e","tenantId":"11111111-2222-4333-8444-555555555555",)"
    R"("cuId":{"vmId":"v"},"attestationEndpoint":"https://weu.attest.azure.net"})";

class NoAttestor final : public Attestor {
 public:
  Result<SecretString> Attest(const AttestationRequest&, const CallContext&) override {
    ADD_FAILURE() << "the doctor asks for no JWT";
    return Error(ErrorCode::kAttestationFailed, "");
  }
};

class GatherTest : public ::testing::Test {
 protected:
  GatherTest() { call_.clock = &clock_; }

  Facts Read() {
    Facts facts;
    ReadEnvironment(
        options_,
        [this](const char* name) -> std::optional<std::string> {
          const auto entry = environment_.find(name);
          if (entry == environment_.end()) return std::nullopt;
          return entry->second;
        },
        facts);
    return facts;
  }
  Facts Gather() {
    Facts facts = Read();
    facts.token_endpoint = token_endpoint_;
    AskImds(http_, options_, "0f0f0f0f-0000-4000-8000-000000000001", call_, facts);
    TryEndpoints(http_, options_, call_, facts);
    return facts;
  }
  std::vector<std::string> Urls() const {
    std::vector<std::string> urls;
    for (const HttpRequest& request : http_.Requests()) {
      urls.push_back(request.method + " " + request.url.substr(0, request.url.find('?')));
    }
    return urls;
  }

  testing::FakeClock clock_;
  testing::ScriptedTransport http_;
  CallContext call_;
  ClientOptions options_;
  std::map<std::string, std::string> environment_;
  std::string token_endpoint_;
};

TEST_F(GatherTest, TellsWhereBearerTokensComeFromAndWhyBoundOnesDoNot) {
  EXPECT_EQ(Read().bearer.source, "Imds");
  EXPECT_FALSE(Read().other_source);
  environment_ = {{"IDENTITY_ENDPOINT", "http://127.0.0.1:1/t"}, {"IDENTITY_HEADER", "hunter2"}};
  Facts facts = Read();
  EXPECT_EQ(facts.bearer.source, "AppService");
  EXPECT_FALSE(facts.bearer.error);
  ASSERT_TRUE(facts.other_source);
  EXPECT_EQ(facts.other_source->message,
            facts.bearer.why + ", so this host's managed identity does not come from IMDS");
  environment_["IDENTITY_ENDPOINT"] = "not a URL";
  facts = Read();
  ASSERT_TRUE(facts.bearer.error);
  EXPECT_EQ(facts.bearer.error->code, ErrorCode::kInvalidManagedIdentityEndpoint);
  EXPECT_EQ(facts.bearer.error->message.find("hunter2"), std::string::npos);
  environment_ = {{"MSI_ENDPOINT", "http://127.0.0.1:1/t"}};
  options_.identity = ManagedIdentityId::ClientId("11111111-2222-4333-8444-555555555555");
  EXPECT_EQ(Read().bearer.error->code, ErrorCode::kUserAssignedNotSupported);
}

TEST_F(GatherTest, AHealthyHostIsAskedForNothingButFacts) {
  options_.attestor = std::make_shared<NoAttestor>();
  token_endpoint_ = "weu.mtlsauth.microsoft.com";
  http_.Answer(400, {{"Server", "IMDS/1"}, {"Date", "Thu, 01 Jan 2026 00:01:30 GMT"}});
  http_.Answer(200, {}, R"({"osType":"Linux"})");
  http_.Answer(400, {{"Server", "IMDS/1"}});
  http_.Answer(200, {{"Server", "IMDS/1"}}, kMetadata);
  http_.Answer(404);
  http_.Answer(404);
  const Facts facts = Gather();
  EXPECT_EQ(Urls(), (std::vector<std::string>{
                        "GET http://169.254.169.254/metadata/identity/getplatformmetadata",
                        "GET http://169.254.169.254/metadata/instance/compute",
                        "GET http://169.254.169.254/metadata/identity/oauth2/token",
                        "GET http://169.254.169.254/metadata/identity/getplatformmetadata",
                        "HEAD https://weu.attest.azure.net/", "HEAD https://weu.mtlsauth.microsoft.com/"}));
  EXPECT_EQ(facts.clock_ahead, std::chrono::seconds(-90));
  EXPECT_TRUE(facts.attestation && *facts.attestation);
  EXPECT_TRUE(facts.token && *facts.token);
  for (const HttpRequest& request : http_.Requests()) {
    EXPECT_TRUE(request.body.empty());
    EXPECT_EQ(request.client_certificate, nullptr);
    EXPECT_EQ(request.use_proxy, request.url.starts_with("https://"));
    EXPECT_LE(request.attempt_timeout, std::chrono::seconds(10));
  }
}

TEST_F(GatherTest, ASilentImdsIsAskedOnce) {
  http_.Fail(HttpFailure::Kind::kConnect);
  const Facts facts = Gather();
  EXPECT_EQ(http_.Requests().size(), 1u);
  EXPECT_FALSE(facts.metadata || facts.compute || facts.clock_ahead);
}

TEST_F(GatherTest, AResetIsNoSilenceSoMsiV1IsAsked) {
  http_.Fail(HttpFailure::Kind::kReset);
  http_.Answer(400, {{"Server", "IMDS/1"}});
  const Facts facts = Gather();
  EXPECT_TRUE(facts.v1_probe && *facts.v1_probe);
  EXPECT_FALSE(facts.metadata || facts.compute);
}

TEST_F(GatherTest, AHostWithV1OnlyIsAskedForV1AndNotForAnIdentity) {
  http_.Answer(404);
  http_.Answer(404);
  http_.Answer(400);
  const Facts facts = Gather();
  EXPECT_EQ(Urls().back(), "GET http://169.254.169.254/metadata/identity/oauth2/token");
  EXPECT_TRUE(facts.v1_probe);
  EXPECT_FALSE(facts.metadata);
}

TEST_F(GatherTest, EndpointsThatTheRulesRefuseAreNotTried) {
  token_endpoint_ = "127.0.0.1";
  http_.Fail(HttpFailure::Kind::kConnect);
  EXPECT_FALSE(Gather().token);
  EXPECT_EQ(http_.Requests().size(), 1u);
}

TEST_F(GatherTest, ABaseThatIsNotAUrlIsNotAsked) {
  options_.imds_base_url = "no url";
  const Facts facts = Gather();
  EXPECT_TRUE(facts.imds_base_error);
  EXPECT_TRUE(http_.Requests().empty());
}

// A13.
TEST_F(GatherTest, ASwitchHasThreeStates) {
  for (const auto& [value, state] : std::map<std::string, SwitchState>{{"1", SwitchState::kOn},
                                                                       {"TRUE", SwitchState::kOn},
                                                                       {"", SwitchState::kOff},
                                                                       {"0", SwitchState::kOff},
                                                                       {"False", SwitchState::kOff},
                                                                       {"yes", SwitchState::kUnknown},
                                                                       {" off", SwitchState::kUnknown},
                                                                       {" true ", SwitchState::kOn}}) {
    environment_ = {{"MSAL_MI_DISABLE_IMDS_V2", value}};
    EXPECT_EQ(Read().kill_switch, state) << value;
    EXPECT_EQ(Read().store_switch, SwitchState::kOff);
    environment_ = {{"MSAL_MI_DISABLE_PERSISTENT_CERT_CACHE", value}};
    EXPECT_EQ(Read().store_switch, state) << value;
    EXPECT_EQ(Read().kill_switch, SwitchState::kOff);
  }
}

TEST_F(GatherTest, AProxyIsKnownByItsVariablesNameOnly) {
  EXPECT_EQ(Read().proxy.variable, "");
  environment_["http_proxy"] = "http://other:1";
  EXPECT_EQ(Read().proxy.variable, "") << "no leg through a proxy is plain http";
  environment_["ALL_PROXY"] = "http://user:password@proxy:3128";
  environment_["NO_PROXY"] = "localhost";
  ProxyFacts proxy = Read().proxy;
  EXPECT_EQ(proxy.variable, "ALL_PROXY");
  EXPECT_FALSE(proxy.over_tls);
  EXPECT_TRUE(proxy.has_exceptions);
  environment_["https_proxy"] = "HTTPS://proxy:3128";
  proxy = Read().proxy;
  EXPECT_EQ(proxy.variable, "https_proxy");
  EXPECT_TRUE(proxy.over_tls);
}

}  // namespace
}  // namespace msiv2::doctor
