// The bound token at a protected resource: the right caller is accepted, every other caller is refused.
#include <openssl/ssl.h>

#include "msiv2/resource_client.h"
#include "msiv2/testing/scripted_transport.h"
#include "tests/flow/flow_fixture.h"
#include "tests/support/fake_binding.h"

namespace msiv2 {
namespace {

struct Asking {
  const char* name;
  emulator::AskForCertificate when;
  TlsVersion max;
};

void PrintTo(const Asking& a, std::ostream* out) { *out << a.name; }

// Each way in which a resource may ask for the client certificate.
class AskingTest : public ::testing::TestWithParam<Asking> {};

TEST_P(AskingTest, EntraAndTheResourceGetTheCertificate) {
  auto started = emulator::Emulator::Start({.entra_asks = GetParam().when, .resource_asks = GetParam().when});
  ASSERT_TRUE(started) << started.error().ToString();
  const auto& endpoints = (*started)->endpoints();
  ClientOptions options;
  emulator::Use(endpoints, /*emulated_keyguard=*/false, options);
  options.tls.token_leg_max = GetParam().max;
  auto client = ManagedIdentityClient::Create(options);
  ASSERT_TRUE(client);
  TokenRequest request{.resource = endpoints.resource};
  request.mtls_proof_of_possession = true;
  request.allow_unattested = true;
  const auto token = client->AcquireToken(request);
  ASSERT_TRUE(token) << token.error().ToString();

  ResourceClientOptions resource_options;
  emulator::Use(endpoints, resource_options);
  resource_options.tls.resource_leg_max = GetParam().max;
  auto resource = ResourceClient::Create(resource_options);
  ASSERT_TRUE(resource);
  for (int i = 0; i < 2; ++i) {  // a new connection, then the pooled one
    const auto answer =
        resource->Send(**token, {.method = "POST", .url = endpoints.resource + "/a/b", .body = "hello"});
    ASSERT_TRUE(answer) << answer.error().ToString();
    EXPECT_EQ(answer->status, 200) << answer->body;
    EXPECT_NE(answer->body.find((*token)->binding->x5t_s256()), std::string::npos);
  }
}

constexpr Asking kAskings[] = {
    {"handshake of TLS 1.2", emulator::AskForCertificate::kHandshake, TlsVersion::kTls12},
    {"handshake of TLS 1.3", emulator::AskForCertificate::kHandshake, TlsVersion::kTls13},
    {"renegotiation", emulator::AskForCertificate::kRenegotiation, TlsVersion::kTls12},
    {"renegotiation with 1.3 allowed", emulator::AskForCertificate::kRenegotiation, TlsVersion::kTls13},
    {"post-handshake authentication", emulator::AskForCertificate::kPostHandshake, TlsVersion::kTls13},
};
INSTANTIATE_TEST_SUITE_P(Ways, AskingTest, ::testing::ValuesIn(kAskings));

class ResourceTest : public FlowTest {
 protected:
  std::shared_ptr<const AccessToken> Token() {
    auto client = MakeClient(Options());
    const auto token = client.AcquireToken(Attested(emulator_->endpoints().resource));
    EXPECT_TRUE(token) << token.error().ToString();
    return token->token;
  }
  ResourceClient Resource() {
    ResourceClientOptions options;
    emulator::Use(emulator_->endpoints(), options);
    return *ResourceClient::Create(options);
  }
  std::string Url() const { return emulator_->endpoints().resource + "/secrets"; }
};

TEST_F(ResourceTest, TheRightTokenOnTheRightCertificateIsLetIn) {
  const auto answer = Resource().Send(*Token(), {.url = Url()});
  ASSERT_TRUE(answer) << answer.error().ToString();
  EXPECT_EQ(answer->status, 200) << answer->body;
}

TEST_F(ResourceTest, AnotherCertificateOfTheSameIdentityIsRefused) {
  const auto token = Token();
  auto options = Options();
  options.key_providers = {emulator::MakeEmulatedKeyGuardProvider()};
  const auto other = MakeClient(options).AcquireToken(Attested(emulator_->endpoints().resource));
  ASSERT_TRUE(other);
  AccessToken stolen = *token;
  stolen.binding = (*other)->binding;
  const auto answer = Resource().Send(stolen, {.url = Url()});
  ASSERT_TRUE(answer) << answer.error().ToString();
  EXPECT_EQ(answer->status, 401);
  EXPECT_TRUE(answer->Header("WWW-Authenticate"));
}

// B8.
TEST_F(ResourceTest, ABearerTokenIsNotSent) {
  AccessToken bearer = *Token();
  bearer.type = TokenType::kBearer;
  const auto answer = Resource().Send(bearer, {.url = Url()});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kInvalidRequest);
  AccessToken unbound = *Token();
  unbound.binding = nullptr;
  EXPECT_FALSE(Resource().Send(unbound, {.url = Url()}));
  EXPECT_EQ(Requests("resource"), 0);
}

TEST_F(ResourceTest, WrongRequestsAreRefusedBeforeAnythingIsSent) {
  const auto token = Token();
  emulator_->ClearLog();
  for (const char* url : {"", "http://127.0.0.1:1/", "ftp://x", "https://user@host/", "vault.azure.net"}) {
    const auto answer = Resource().Send(*token, {.url = url});
    ASSERT_FALSE(answer) << url;
    EXPECT_EQ(answer.error().code, ErrorCode::kInvalidRequest) << url;
  }
  const auto own_header = Resource().Send(*token, {.url = Url(), .headers = {{"authorization", "Bearer x"}}});
  ASSERT_FALSE(own_header);
  const auto injected = Resource().Send(*token, {.url = Url(), .headers = {{"X-A", "a\r\nX-B: b"}}});
  ASSERT_FALSE(injected);
  EXPECT_TRUE(emulator_->Log().empty());
}

TEST_F(ResourceTest, ARequestCanBeCheckedWithoutATokenAndItsSecretsAreNotSaid) {
  EXPECT_TRUE(ResourceClient::CheckRequest({.url = "https://vault.azure.net/secrets?api-version=7.4"}));
  for (const char* url : {"http://host.example/?sig=hunter2", "https://u:hunter2@host.example/", "hunter2",
                          "https://u:hun/ter2@host.example", "ftp://host.example/hunter2"}) {
    const auto refused = ResourceClient::CheckRequest({.url = url});
    ASSERT_FALSE(refused) << url;
    EXPECT_EQ(refused.error().code, ErrorCode::kInvalidRequest);
    EXPECT_EQ(refused.error().message.find("hun"), std::string::npos) << refused.error().message;
    EXPECT_EQ(refused.error().message.find("ter2"), std::string::npos) << refused.error().message;
  }
  const auto named = ResourceClient::CheckRequest({.url = "https://u:hunter2@host.example/"});
  EXPECT_NE(named.error().message.find("https://host.example"), std::string::npos) << named.error().message;
  const auto own_header = ResourceClient::CheckRequest(
      {.url = "https://a.example", .headers = {{"authorization", "Bearer hunter2"}}});
  ASSERT_FALSE(own_header);
  EXPECT_EQ(own_header.error().message.find("hunter2"), std::string::npos);
}

// N7.
TEST_F(ResourceTest, AMethodOrHeaderThatCannotBeSentIsAWrongRequest) {
  for (const ResourceRequest& request :
       {ResourceRequest{.method = "GET /", .url = "https://a.example"},
        ResourceRequest{.url = "https://a.example", .headers = {{"Bad Name", "hunter2"}}},
        ResourceRequest{.url = "https://a.example", .headers = {{"X-A", "hunter2\r\nX-B: b"}}}}) {
    const auto refused = ResourceClient::CheckRequest(request);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kInvalidRequest);
    EXPECT_NE(refused.error().message.find("cannot be sent: "), std::string::npos);
    EXPECT_EQ(refused.error().message.find("hunter2"), std::string::npos);
  }
}

// B9.
TEST(ResourceHeaders, OnlyVaultsAndManagedHsmsOfEveryCloudAreToldThatTheTokenIsBound) {
  const std::pair<const char*, bool> hosts[] = {{"v.vault.azure.net", true},
                                                {"v.vault.azure.cn", true},
                                                {"v.vault.usgovcloudapi.net", true},
                                                {"h.managedhsm.azure.net", true},
                                                {"h.managedhsm.azure.cn", true},
                                                {"h.managedhsm.usgovcloudapi.net", true},
                                                {"H.ManagedHSM.usgovcloudapi.NET", true},
                                                {"storage.azure.net", false},
                                                {"notvault.azure.net", false},
                                                {"v.vault.azure.net.example", false}};
  AccessToken token;
  token.type = TokenType::kMtlsPop;
  token.binding = testing::FakeBinding({}, {}, KeyStrength::kSoftware, "x5t").certificate;
  const auto http = std::make_shared<testing::ScriptedTransport>();
  auto resource = ResourceClient::Create({.http = http});
  ASSERT_TRUE(resource) << resource.error().ToString();
  for (const auto& [host, is_told] : hosts) {
    http->Answer(200);
    ASSERT_TRUE(resource->Send(token, {.url = std::string("https://") + host + "/"})) << host;
    const HttpHeaders headers = http->Requests().back().headers;
    const bool has = std::count(headers.begin(), headers.end(),
                                std::pair<std::string, std::string>("x-ms-tokenboundauth", "true")) == 1;
    EXPECT_EQ(has, is_told) << host;
  }
}

TEST_F(ResourceTest, AnUnreachableResourceIsItsOwnError) {
  const auto answer = Resource().Send(*Token(), {.url = "https://127.0.0.1:1/"});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kResourceRequestFailed);
  EXPECT_EQ(answer.error().step, Step::kResource);
}

TEST_F(ResourceTest, AHangingResourceEndsAtTheDeadline) {
  const auto token = Token();
  Fault("resource.call hang");
  const auto answer = Resource().Send(*token, {.url = Url()}, {.timeout = std::chrono::seconds(2)});
  emulator_->ClearFaults();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kTimeout);
}

TEST_F(ResourceTest, TheBindingCertificateFitsACallersOwnSslCtx) {
  const auto token = Token();
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  const auto used = UseBindingCertificate(context, *token->binding);
  ASSERT_TRUE(used) << used.error().ToString();
  EXPECT_EQ(SSL_CTX_check_private_key(context), 1);
  SSL_CTX_free(context);
}

}  // namespace
}  // namespace msiv2
