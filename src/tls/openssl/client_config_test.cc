#include "tls/openssl/client_config.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <openssl/err.h>
#include <sys/socket.h>
#include <unistd.h>

#include "msiv2/clock.h"
#include "tests/support/tls_test_server.h"

namespace msiv2::tls {
namespace {

using msiv2::testing::EvpSigningKey;
using msiv2::testing::ServerTls;
using msiv2::testing::TestCa;
using msiv2::testing::TestServer;

using UniqueSslContext = crypto::Handle<SSL_CTX>;
using UniqueSsl = crypto::Handle<SSL>;

// A blocking TLS client with its own socket.
class Client {
 public:
  Client(SSL_CTX* context, std::uint16_t port) : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    ssl_.reset(SSL_new(context));
    SSL_set_fd(ssl_.get(), socket_);
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client() {
    ssl_.reset();
    close(socket_);
    ERR_clear_error();
  }

  bool Handshake() { return SSL_connect(ssl_.get()) == 1; }
  std::string Read() {
    char text[256];
    const int count = SSL_read(ssl_.get(), text, sizeof text);
    return count <= 0 ? "failed" : std::string(text, static_cast<std::size_t>(count));
  }

 private:
  int socket_;
  UniqueSsl ssl_;
};

class ClientConfig : public ::testing::Test {
 protected:
  void SetUp() override {
    auto anchors = LoadTrustAnchors(ca_.root_pem(), "", false);
    ASSERT_TRUE(anchors);
    anchors_.emplace(std::move(*anchors));
    server_tls_.identity = ca_.IssueServer();
    server_tls_.client_root = ca_.root();
    server_tls_.ask_in_handshake = true;
  }

  // A server that answers with the name of the certificate it saw.
  TestServer::Script TellName() {
    return [this](TestServer::Connection& connection) {
      if (!connection.StartTls(server_tls_)) return;
      connection.Write(connection.PeerName());
      connection.WaitForClose();
    };
  }

  TestCa ca_;
  std::shared_ptr<EvpSigningKey> key_ = EvpSigningKey::Make();
  std::shared_ptr<const BindingCertificate> certificate_ = ca_.IssueClient("client", key_);
  std::optional<TrustAnchors> anchors_;
  ServerTls server_tls_;
  UniqueSslContext context_{SSL_CTX_new(TLS_client_method())};
  const std::shared_ptr<Clock> clock_ = SystemClock();
  const CallContext call_{.clock = clock_.get()};
  TlsRecord record_{.server_thumbprint = {}, .signing_failure = {}, .call = &call_};
};

struct Handshake {
  int version;
  const char* signature_algorithms;
};

class ClientConfigHandshake : public ClientConfig, public ::testing::WithParamInterface<Handshake> {};

TEST_P(ClientConfigHandshake, ShowsTheServerTheBindingCertificate) {
  server_tls_.version = GetParam().version;
  server_tls_.signature_algorithms = GetParam().signature_algorithms;
  ASSERT_TRUE(UseBindingCertificate(context_.get(), *certificate_));
  TestServer server(TellName());
  Client client(context_.get(), server.port());
  ASSERT_TRUE(client.Handshake());
  EXPECT_EQ(client.Read(), "client");
  EXPECT_EQ(key_->signatures(), 1);
}

INSTANTIATE_TEST_SUITE_P(Algorithms, ClientConfigHandshake,
                         ::testing::Values(Handshake{TLS1_2_VERSION, "rsa_pss_rsae_sha256"},
                                           Handshake{TLS1_2_VERSION, "rsa_pss_rsae_sha384"},
                                           Handshake{TLS1_2_VERSION, "RSA+SHA256"},
                                           Handshake{TLS1_2_VERSION, "RSA+SHA512"},
                                           Handshake{TLS1_3_VERSION, "rsa_pss_rsae_sha256"},
                                           Handshake{TLS1_3_VERSION, "rsa_pss_rsae_sha512"}));

TEST_F(ClientConfig, RefusesAKeyThatIsNotTheCertificates) {
  BindingCertificate::Fields fields;
  fields.leaf_der = certificate_->leaf_der();
  fields.key = EvpSigningKey::Make(1);
  const auto used = UseBindingCertificate(context_.get(), BindingCertificate(std::move(fields)));
  ASSERT_FALSE(used);
  EXPECT_EQ(used.error().code, ErrorCode::kTlsFailed);
}

TEST_F(ClientConfig, RefusesALeafThatIsNotACertificate) {
  for (const std::vector<std::uint8_t>& leaf :
       {std::vector<std::uint8_t>{}, {0x30, 0x03, 0x02, 0x01, 0x01}}) {
    BindingCertificate::Fields fields;
    fields.leaf_der = leaf;
    fields.key = key_;
    const auto used = UseBindingCertificate(context_.get(), BindingCertificate(std::move(fields)));
    ASSERT_FALSE(used);
    EXPECT_EQ(used.error().code, ErrorCode::kTlsFailed);
  }
}

TEST_F(ClientConfig, RefusesBytesAfterTheLeaf) {
  BindingCertificate::Fields fields;
  fields.leaf_der = certificate_->leaf_der();
  fields.leaf_der.push_back(0);
  fields.key = key_;
  EXPECT_FALSE(UseBindingCertificate(context_.get(), BindingCertificate(std::move(fields))));
}

TEST_F(ClientConfig, SendsTheChainAfterTheLeaf) {
  BindingCertificate::Fields fields;
  fields.leaf_der = certificate_->leaf_der();
  fields.chain_der = {ca_.IssueClient("intermediate", EvpSigningKey::Make(1))->leaf_der()};
  fields.key = key_;
  ASSERT_TRUE(UseBindingCertificate(context_.get(), BindingCertificate(std::move(fields))));
  STACK_OF(X509)* chain = nullptr;
  SSL_CTX_get0_chain_certs(context_.get(), &chain);
  EXPECT_EQ(sk_X509_num(chain), 1);
}

TEST_F(ClientConfig, RecordsThatTheCertificateWasSent) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    server_tls_.version = version;
    const auto configured =
        ConfigureClient(context_.get(), *anchors_, TlsVersion::kTls13, certificate_.get(), record_);
    ASSERT_TRUE(configured) << configured.error().message;
    TestServer server(TellName());
    Client client(context_.get(), server.port());
    ASSERT_TRUE(client.Handshake());
    EXPECT_EQ(client.Read(), "client");
    EXPECT_TRUE(record_.client_certificate_sent);
    EXPECT_EQ(record_.alert_received, -1);
  }
}

TEST_F(ClientConfig, AnEmptyCertificateMessageDoesNotCountAsSent) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    server_tls_.version = version;
    ASSERT_TRUE(ConfigureClient(context_.get(), *anchors_, TlsVersion::kTls13, nullptr, record_));
    TestServer server(TellName());
    Client client(context_.get(), server.port());
    ASSERT_TRUE(client.Handshake());
    EXPECT_EQ(client.Read(), "none");
    EXPECT_FALSE(record_.client_certificate_sent);
  }
}

TEST_F(ClientConfig, FailsWhenTheServerAcceptsNoSignatureOfTheKey) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    server_tls_.version = version;
    server_tls_.signature_algorithms = "ECDSA+SHA256";
    ASSERT_TRUE(ConfigureClient(context_.get(), *anchors_, TlsVersion::kTls13, certificate_.get(), record_));
    TestServer server(TellName());
    Client client(context_.get(), server.port());
    EXPECT_FALSE(client.Handshake() && client.Read() != "failed");
    EXPECT_FALSE(record_.client_certificate_sent);
    EXPECT_TRUE(record_.fatal_alert_sent);
  }
}

TEST_F(ClientConfig, RecordsTheRefusalOfTheKey) {
  Error refusal(ErrorCode::kKeySignFailed, "the keystore is locked");
  refusal.native_code = 77;
  key_->FailWith(refusal);
  ASSERT_TRUE(ConfigureClient(context_.get(), *anchors_, TlsVersion::kTls12, certificate_.get(), record_));
  TestServer server(TellName());
  Client client(context_.get(), server.port());
  EXPECT_FALSE(client.Handshake());
  ASSERT_TRUE(record_.signing_failure);
  EXPECT_EQ(record_.signing_failure->native_code, 77);
}

TEST_F(ClientConfig, TheHighestVersionIsTheOneAllowed) {
  server_tls_.version = TLS1_3_VERSION;
  ASSERT_TRUE(ConfigureClient(context_.get(), *anchors_, TlsVersion::kTls12, nullptr, record_));
  TestServer server(TellName());
  Client client(context_.get(), server.port());
  EXPECT_FALSE(client.Handshake());
  EXPECT_EQ(record_.alert_received, SSL_AD_PROTOCOL_VERSION);
}

TEST_F(ClientConfig, Tls12IsTheLowestVersion) {
  server_tls_.version = TLS1_1_VERSION;
  ASSERT_TRUE(ConfigureClient(context_.get(), *anchors_, TlsVersion::kTls13, nullptr, record_));
  TestServer server(TellName());
  Client client(context_.get(), server.port());
  EXPECT_FALSE(client.Handshake());
}

TEST_F(ClientConfig, AnUntrustedServerIsRefused) {
  server_tls_.identity = TestCa().IssueServer();
  ASSERT_TRUE(ConfigureClient(context_.get(), *anchors_, TlsVersion::kTls12, certificate_.get(), record_));
  TestServer server(TellName());
  Client client(context_.get(), server.port());
  EXPECT_FALSE(client.Handshake());
  EXPECT_FALSE(record_.client_certificate_sent);
  EXPECT_TRUE(record_.fatal_alert_sent);
}

TEST_F(ClientConfig, WeakeningOptionsAreTakenBack) {
  SSL_CTX_set_options(context_.get(), SSL_OP_LEGACY_SERVER_CONNECT |
                                          SSL_OP_ALLOW_UNSAFE_LEGACY_RENEGOTIATION |
                                          SSL_OP_IGNORE_UNEXPECTED_EOF);
  ASSERT_TRUE(ConfigureClient(context_.get(), *anchors_, TlsVersion::kTls12, nullptr, record_));
  EXPECT_EQ(SSL_CTX_get_options(context_.get()) &
                (SSL_OP_LEGACY_SERVER_CONNECT | SSL_OP_ALLOW_UNSAFE_LEGACY_RENEGOTIATION |
                 SSL_OP_IGNORE_UNEXPECTED_EOF),
            0u);
}

TEST_F(ClientConfig, NoKeyLogIsWritten) {
  SSL_CTX_set_keylog_callback(context_.get(),
                              [](const SSL*, const char*) { FAIL() << "TLS secrets leaked"; });
  ASSERT_TRUE(ConfigureClient(context_.get(), *anchors_, TlsVersion::kTls12, nullptr, record_));
  TestServer server(TellName());
  Client client(context_.get(), server.port());
  EXPECT_TRUE(client.Handshake());
}

}  // namespace
}  // namespace msiv2::tls
