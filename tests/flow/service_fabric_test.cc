// Service Fabric over real TLS, where only the server with IDENTITY_SERVER_THUMBPRINT is accepted, and in
// plain http.
#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <array>
#include <cstdio>

#include "msiv2/client.h"
#include "tests/support/tls_test_server.h"

namespace msiv2 {
namespace {

// As users copy it: capital letters, with colons.
std::string Thumbprint(const X509* certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  X509_digest(certificate, EVP_sha1(), digest.data(), &length);
  std::string text;
  for (unsigned int i = 0; i < length; ++i) {
    std::array<char, 3> two{};
    std::snprintf(two.data(), two.size(), "%02X", digest[i]);
    text += (i == 0 ? "" : ":") + std::string(two.data());
  }
  return text;
}

class ServiceFabricTest : public ::testing::Test {
 protected:
  Result<TokenResult> Ask(const testing::TestServer& server, const std::string& thumbprint) {
    return Ask(server.Url("https", "/token"), thumbprint);
  }
  Result<TokenResult> Ask(const std::string& url, const std::string& thumbprint,
                          std::optional<IdentitySource> forced = {}) {
    ClientOptions options;
    options.source = forced;
    options.tls.trust_anchors_pem = trusted_.root_pem();
    options.environment = [url, thumbprint](const char* name) -> std::optional<std::string> {
      if (std::string_view(name) == "IDENTITY_ENDPOINT") return url;
      if (std::string_view(name) == "IDENTITY_HEADER") return "the-secret";
      if (std::string_view(name) == "IDENTITY_SERVER_THUMBPRINT") return thumbprint;
      return std::nullopt;
    };
    auto client = ManagedIdentityClient::Create(std::move(options));
    if (!client) return client.error();
    return client->AcquireToken({.resource = "https://vault.azure.net"});
  }
  // Answers with a token and records the request.
  testing::TestServer::Script Grant(const testing::ServerTls& tls) {
    return [this, &tls](testing::TestServer::Connection& connection) {
      if (!connection.StartTls(tls)) return connection.FinishWriting();
      Serve(connection);
    };
  }
  void Serve(testing::TestServer::Connection& connection) {
    while (const auto request = connection.ReadRequest()) {
      asked_ = *request;
      connection.Respond(R"({"token_type":"Bearer","access_token":"at","expires_on":3600})");
    }
  }

  testing::TestCa trusted_;
  testing::TestCa untrusted_{"the cluster's own root"};
  std::string asked_;
};

TEST_F(ServiceFabricTest, TheServerWithTheThumbprintIsTrustedWithoutACertificateAuthority) {
  testing::ServerTls tls;
  tls.identity = untrusted_.IssueServer("DNS:cluster.example");
  const testing::TestServer server(Grant(tls));
  const auto token = Ask(server, Thumbprint(tls.identity.certificate.get()));
  ASSERT_TRUE(token) << token.error().ToString();
  EXPECT_EQ((*token)->secret.Reveal(), "at");
  EXPECT_NE(asked_.find("secret: the-secret"), std::string::npos) << asked_;
  EXPECT_NE(asked_.find("GET /token?api-version=2020-05-01&resource="), std::string::npos) << asked_;
}

TEST_F(ServiceFabricTest, AnotherServerIsToldNothingThoughItsCertificateIsTrusted) {
  testing::ServerTls tls;
  tls.identity = trusted_.IssueServer();
  const testing::TestServer server(Grant(tls));
  const auto token = Ask(server, Thumbprint(untrusted_.root().get()));
  ASSERT_FALSE(token);
  EXPECT_EQ(Name(token.error().code), "tls_failed");
  EXPECT_FALSE(token.error().retryable);
  EXPECT_NE(token.error().message.find("IDENTITY_SERVER_THUMBPRINT"), std::string::npos);
  EXPECT_EQ(token.error().source, "ServiceFabric");
  EXPECT_EQ(token.error().kind, ErrorKind::kService);
  EXPECT_EQ(asked_, "");
}

// F7. By detection its path is needed; where the source is forced, any path is asked.
TEST_F(ServiceFabricTest, InPlainHttpItIsAskedWithItsOwnHeader) {
  const testing::TestServer server([&](testing::TestServer::Connection& connection) { Serve(connection); });
  struct Row {
    const char* path;
    std::optional<IdentitySource> forced;
  };
  for (const auto& [path, forced] : {Row{"/metadata/identity/oauth2/token", {}},
                                     Row{"/metadata/identity/oauth2/token", IdentitySource::kServiceFabric},
                                     Row{"/other", IdentitySource::kServiceFabric}}) {
    const auto token = Ask(server.Url("http", path), "", forced);
    ASSERT_TRUE(token) << token.error().ToString();
    EXPECT_EQ((*token)->identity_source, IdentitySource::kServiceFabric);
    EXPECT_NE(asked_.find("\r\nsecret: the-secret\r\n"), std::string::npos) << asked_;
    EXPECT_EQ(asked_.find("X-IDENTITY-HEADER"), std::string::npos) << asked_;
    EXPECT_EQ(asked_.find("GET " + std::string(path) + "?api-version=2020-05-01&resource="), 0U) << asked_;
  }
  asked_.clear();
  const auto refused = Ask(server.Url("http", "/metadata/identity/oauth2/token"), std::string(40, 'a'));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidManagedIdentityEndpoint);
  EXPECT_EQ(asked_, "");
}

}  // namespace
}  // namespace msiv2
