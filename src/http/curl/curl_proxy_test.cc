// Proxies: used only if requested, and then by CONNECT.
#include <gmock/gmock.h>

#include <array>
#include <cstdlib>
#include <map>

#include "http/curl/curl_test_fixture.h"

namespace msiv2::curl {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class CurlProxy : public CurlCertificateTest {
 protected:
  void SetUp() override {
    auto transport = MakeCurlTransport({ca_.root_pem(), "", false, [this](const char* name) {
                                          const auto found = variables_.find(name);
                                          return found == variables_.end()
                                                     ? std::nullopt
                                                     : std::optional<std::string>(found->second);
                                        }});
    ASSERT_TRUE(transport) << transport.error().message;
    transport_ = *std::move(transport);
  }

  // A proxy that grants the CONNECT and then plays the target itself.
  TestServer::Script GrantAndPlayTarget() {
    return [this](TestServer::Connection& connection) {
      connect_ = connection.ReadRequest().value_or("");
      connection.Write("HTTP/1.1 200 Connection established\r\nVia: proxy\r\n\r\n");
      if (!connection.StartTls(tls_)) return;
      connection.ReadRequest();
      connection.Respond(connection.PeerName());
    };
  }

  HttpRequest ProxiedGet(const std::string& url) const {
    HttpRequest request = GetWithCertificate(url);
    request.use_proxy = true;
    request.headers = {{"Authorization", "mtls_pop secret"}};
    return request;
  }

  std::map<std::string, std::string> variables_;
  std::string connect_;  // what the proxy received; read after the answer
};

// G-21.
TEST_F(CurlProxy, TheVariablesAreIgnoredUnlessAskedFor) {
  TestServer target(TellName());
  TestServer imds([](TestServer::Connection& connection) {
    if (connection.ReadRequest()) connection.Respond("direct");
  });
  TestServer proxy([](TestServer::Connection&) {});
  for (const char* name : {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}) {
    variables_[name] = proxy.Url("http");
  }
  ExpectBody(Send(Get(target.Url("https"))), "none");
  ExpectBody(Send(Get(imds.Url("http"))), "direct");
  EXPECT_EQ(proxy.connections(), 0);
}

// libcurl would read them itself if it were allowed to.
TEST_F(CurlProxy, TheProcessesOwnVariablesCountOnlyWhereTheyAreGiven) {
  TestServer target(TellName());
  TestServer proxy([](TestServer::Connection&) {});
  const std::array<const char*, 2> names = {"https_proxy", "all_proxy"};
  for (const char* name : names) setenv(name, proxy.Url("http").c_str(), 1);
  ExpectBody(Send(ProxiedGet(target.Url("https"))), "none");
  for (const char* name : names) unsetenv(name);
  EXPECT_EQ(proxy.connections(), 0);
}

TEST_F(CurlProxy, AnHttpsRequestGoesThroughATunnel) {
  tls_.ask_in_handshake = true;
  {
    TestServer proxy(GrantAndPlayTarget());
    variables_["https_proxy"] = proxy.Url("http");
    const auto sent = Send(ProxiedGet("https://localhost:4443/"));
    ExpectBody(sent, "client");
    EXPECT_EQ(sent->headers.size(), 1u) << "the proxy's own headers are not the answer's";
  }
  EXPECT_THAT(connect_, StartsWith("CONNECT localhost:4443 HTTP/1.1\r\n"));
  EXPECT_THAT(connect_, Not(HasSubstr("secret"))) << "the token is not for the proxy";
}

TEST_F(CurlProxy, AnHttpRequestGoesThroughATunnelAsWell) {
  std::string connect;
  {
    TestServer proxy([&](TestServer::Connection& connection) {
      connect = connection.ReadRequest().value_or("");
      connection.Write("HTTP/1.1 200 OK\r\n\r\n");
      connection.ReadRequest();
      connection.Respond("through");
    });
    variables_["http_proxy"] = proxy.Url("http");
    ExpectBody(Send(ProxiedGet("http://target.example/")), "through");
  }
  EXPECT_THAT(connect, StartsWith("CONNECT target.example:80 HTTP/1.1\r\n"));
}

TEST_F(CurlProxy, NoProxyIsHonoured) {
  TestServer target(TellName());
  TestServer proxy([](TestServer::Connection&) {});
  variables_["https_proxy"] = proxy.Url("http");
  variables_["no_proxy"] = "127.0.0.1";
  ExpectBody(Send(ProxiedGet(target.Url("https"))), "none");
  EXPECT_EQ(proxy.connections(), 0);
}

TEST_F(CurlProxy, DirectAndProxiedRequestsShareNoConnection) {
  tls_.ask_in_handshake = true;
  TestServer target(TellName());
  TestServer proxy(GrantAndPlayTarget());
  ExpectBody(Send(GetWithCertificate(target.Url("https"))), "client");
  variables_["https_proxy"] = proxy.Url("http");
  ExpectBody(Send(ProxiedGet(target.Url("https"))), "client");
  EXPECT_EQ(proxy.connections(), 1);
}

// U2.
TEST_F(CurlProxy, AProxyThatRefusesSaysSo) {
  for (const auto& [status, line] : std::map<int, std::string>{
           {403, "403 Forbidden"}, {407, "407 Proxy Authentication Required"}, {502, "502 Bad Gateway"}}) {
    TestServer proxy([refusal = line](TestServer::Connection& connection) {
      connection.ReadRequest();
      connection.Respond("a page that the proxy writes", refusal);
      connection.WaitForClose();
    });
    const std::string origin = "http://127.0.0.1:" + std::to_string(proxy.port());
    variables_["HTTPS_PROXY"] = "http://user:S3cr3t@127.0.0.1:" + std::to_string(proxy.port());
    const auto sent = Send(ProxiedGet("https://localhost:4443/"));
    ExpectFailure(sent, Kind::kProxy);
    EXPECT_EQ(sent.error().proxy_status, status);
    EXPECT_EQ(sent.error().message,
              "the proxy " + origin + " of HTTPS_PROXY refused with status " + std::to_string(status));
  }
}

// The proxy is down, its name does not resolve, it closes the connection, or it speaks another protocol.
// U2.
TEST_F(CurlProxy, AProxyThatCannotBeUsedIsNotTakenForTheTarget) {
  TestServer closes([](TestServer::Connection& connection) { connection.ReadRequest(); });
  TestServer speaks([](TestServer::Connection& connection) {
    connection.ReadRequest();
    connection.Write("SSH-2.0-OpenSSH_9\r\n");
  });
  std::uint16_t down = 0;
  {
    const TestServer gone([](TestServer::Connection&) {});
    down = gone.port();
  }
  for (const std::string& origin :
       {closes.Url("http", ""), speaks.Url("http", ""), "http://127.0.0.1:" + std::to_string(down),
        std::string("http://proxy.invalid:3128")}) {
    variables_["all_proxy"] = origin;
    const auto sent = Send(ProxiedGet("https://localhost:4443/"));
    ExpectFailure(sent, Kind::kProxy);
    EXPECT_THAT(sent.error().message, StartsWith("the proxy " + origin + " of all_proxy did not connect: "));
    EXPECT_EQ(sent.error().proxy_status, 0);
    EXPECT_FALSE(sent.error().permanent);
  }
}

// A failure behind the tunnel is a failure of the target.
// U2.
TEST_F(CurlProxy, AFailureBehindTheTunnelIsNotTheProxys) {
  TestServer proxy([](TestServer::Connection& connection) {
    connection.ReadRequest();
    connection.Write("HTTP/1.1 200 Connection established\r\n\r\n");
    connection.ReadRaw();
  });
  variables_["https_proxy"] = proxy.Url("http");
  ExpectFailure(Send(ProxiedGet("https://localhost:4443/")), Kind::kReset);
}

// F2, B8.
TEST_F(CurlProxy, CredentialsReachTheProxyAndNothingElse) {
  constexpr char kCredentials[] = "dXNlcjpwQCN3";  // user:p@#w
  for (const bool grants : {false, true}) {
    std::string connect;
    std::string behind_the_tunnel;
    {
      TestServer proxy([&](TestServer::Connection& connection) {
        connect = connection.ReadRequest().value_or("");
        if (grants) {
          connection.Write("HTTP/1.1 200 Connection established\r\n\r\n");
          if (!connection.StartTls(tls_)) return;
          behind_the_tunnel = connection.ReadRequest().value_or("");
          connection.Respond("the target's answer");
        } else {
          connection.Respond("", "407 Proxy Authentication Required");
          connection.WaitForClose();
        }
      });
      variables_["https_proxy"] = " http://us%65r:p%40%23w@127.0.0.1:" + std::to_string(proxy.port()) + "\n";
      const auto sent = Send(ProxiedGet("https://localhost:4443/"));
      if (grants) {
        ExpectBody(sent, "the target's answer");
      } else {
        ExpectFailure(sent, Kind::kProxy);
        EXPECT_THAT(sent.error().message, Not(HasSubstr("@")));
      }
    }
    EXPECT_THAT(connect, HasSubstr(std::string("Proxy-Authorization: Basic ") + kCredentials + "\r\n"));
    EXPECT_EQ(behind_the_tunnel.empty(), !grants);
    EXPECT_THAT(behind_the_tunnel, Not(HasSubstr("Proxy-Authorization")));
    EXPECT_THAT(behind_the_tunnel, Not(HasSubstr(kCredentials)));
  }
}

// F2.
TEST_F(CurlProxy, NoPartOfAPasswordIsInAFailure) {
  for (const char* value :
       {"http://user:S3cr3t#w@127.0.0.1:1", "http://user:S3cr3t/w@127.0.0.1:1",
        "http://user:S3cr3t?w@127.0.0.1:1", "http://user:S3cr3t@@w@127.0.0.1:1",
        "http://user:S3cr3t w@127.0.0.1:1", "http://user:S3cr3t@127.0.0.1:1 ",
        "http://user:S3cr3t@127.0.0.1:1\n", "'http://user:S3cr3t@127.0.0.1:1'",
        "http://user:S3cr3t\"@127.0.0.1:1", "http://user:S3cr3t@127.0.0.1:99999",
        "http://user:S3cr3t@127.0.0.1:x", "ftp://user:S3cr3t@127.0.0.1:1", "user:S3cr3t@127.0.0.1:1",
        "https://user:S3cr3t@127.0.0.1:1", "socks5://user:S3cr3t@127.0.0.1:1"}) {
    variables_["HTTPS_PROXY"] = value;
    const auto sent = Send(ProxiedGet("https://localhost:4443/"));
    ExpectFailure(sent, Kind::kProxy);
    EXPECT_THAT(sent.error().message, HasSubstr("HTTPS_PROXY")) << value;
    EXPECT_THAT(sent.error().message, Not(HasSubstr("S3cr3t"))) << value;
    EXPECT_THAT(sent.error().message, Not(HasSubstr("user:"))) << value;
  }
}

TEST_F(CurlProxy, AProxyThatIsSilentIsAProxyFailure) {
  TestServer proxy([](TestServer::Connection& connection) { connection.Hang(); });
  variables_["https_proxy"] = proxy.Url("http");
  HttpRequest request = ProxiedGet("https://localhost:4443/");
  request.connect_timeout = std::chrono::milliseconds(200);
  ExpectFailure(Send(request), Kind::kProxy);
}

TEST_F(CurlProxy, AProxyReachedOverTlsNeverSeesTheCertificate) {
  tls_.ask_in_handshake = true;
  std::string seen = "nothing";
  {
    TestServer proxy([&](TestServer::Connection& connection) {
      connection.StartTls(tls_);
      seen = connection.PeerName();
    });
    variables_["https_proxy"] = proxy.Url("https");
    const auto sent = Send(ProxiedGet("https://localhost:4443/"));
    ExpectFailure(sent, Kind::kProxy);
    EXPECT_THAT(sent.error().message, HasSubstr("https_proxy names a proxy that is reached over TLS"));
  }
  EXPECT_NE(seen, "client");
}

}  // namespace
}  // namespace msiv2::curl
