// Proxies: only where they are asked for, and then by CONNECT.
#include <gmock/gmock.h>

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
    CurlTest::SetUp();
    for (const char* name : {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy",
                             "NO_PROXY", "SSLKEYLOGFILE"}) {
      const char* const value = std::getenv(name);
      saved_[name] = value == nullptr ? std::nullopt : std::optional<std::string>(value);
      unsetenv(name);
    }
  }

  void TearDown() override {
    for (const auto& [name, value] : saved_) {
      value ? setenv(name.c_str(), value->c_str(), 1) : unsetenv(name.c_str());
    }
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

  std::map<std::string, std::optional<std::string>> saved_;
  std::string connect_;  // what the proxy was sent; read after the answer came
};

TEST_F(CurlProxy, G21_TheVariablesAreIgnoredUnlessAskedFor) {
  TestServer target(TellName());
  TestServer imds([](TestServer::Connection& connection) {
    if (connection.ReadRequest()) connection.Respond("direct");
  });
  TestServer proxy([](TestServer::Connection&) {});
  for (const char* name : {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}) {
    setenv(name, proxy.Url("http").c_str(), 1);
  }
  ExpectBody(Send(Get(target.Url("https"))), "none");
  ExpectBody(Send(Get(imds.Url("http"))), "direct");
  EXPECT_EQ(proxy.connections(), 0);
}

TEST_F(CurlProxy, AnHttpsRequestGoesThroughATunnel) {
  tls_.ask_in_handshake = true;
  {
    TestServer proxy(GrantAndPlayTarget());
    setenv("https_proxy", proxy.Url("http").c_str(), 1);
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
    setenv("http_proxy", proxy.Url("http").c_str(), 1);
    ExpectBody(Send(ProxiedGet("http://target.example/")), "through");
  }
  EXPECT_THAT(connect, StartsWith("CONNECT target.example:80 HTTP/1.1\r\n"));
}

TEST_F(CurlProxy, NoProxyIsHonoured) {
  TestServer target(TellName());
  TestServer proxy([](TestServer::Connection&) {});
  setenv("https_proxy", proxy.Url("http").c_str(), 1);
  setenv("no_proxy", "127.0.0.1", 1);
  ExpectBody(Send(ProxiedGet(target.Url("https"))), "none");
  EXPECT_EQ(proxy.connections(), 0);
}

TEST_F(CurlProxy, DirectAndProxiedRequestsShareNoConnection) {
  tls_.ask_in_handshake = true;
  TestServer target(TellName());
  TestServer proxy(GrantAndPlayTarget());
  ExpectBody(Send(GetWithCertificate(target.Url("https"))), "client");
  setenv("https_proxy", proxy.Url("http").c_str(), 1);
  ExpectBody(Send(ProxiedGet(target.Url("https"))), "client");
  EXPECT_EQ(proxy.connections(), 1);
}

TEST_F(CurlProxy, AProxyThatRefusesIsAConnectFailure) {
  for (const std::string status : {"403 Forbidden", "407 Proxy Authentication Required", "502 Bad Gateway"}) {
    TestServer proxy([&](TestServer::Connection& connection) {
      connection.ReadRequest();
      connection.Respond("", status);
      connection.WaitForClose();
    });
    setenv("https_proxy", proxy.Url("http").c_str(), 1);
    ExpectFailure(Send(ProxiedGet("https://localhost:4443/")), Kind::kConnect);
  }
}

TEST_F(CurlProxy, AProxyThatIsSilentIsAConnectFailure) {
  TestServer proxy([](TestServer::Connection& connection) { connection.Hang(); });
  setenv("https_proxy", proxy.Url("http").c_str(), 1);
  HttpRequest request = ProxiedGet("https://localhost:4443/");
  request.connect_timeout = std::chrono::milliseconds(200);
  ExpectFailure(Send(request), Kind::kConnect);
}

TEST_F(CurlProxy, AProxyReachedOverTlsNeverSeesTheCertificate) {
  tls_.ask_in_handshake = true;
  std::string seen = "nothing";
  {
    TestServer proxy([&](TestServer::Connection& connection) {
      connection.StartTls(tls_);
      seen = connection.PeerName();
    });
    setenv("https_proxy", proxy.Url("https").c_str(), 1);
    const auto sent = Send(ProxiedGet("https://localhost:4443/"));
    ExpectFailure(sent, Kind::kConnect);
    EXPECT_THAT(sent.error().message, HasSubstr("proxy"));
  }
  EXPECT_NE(seen, "client");
}

}  // namespace
}  // namespace msiv2::curl
