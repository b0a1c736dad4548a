// TLS: which certificate the server sees and when, and how failures are distinguished.
#include <gmock/gmock.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <thread>

#include "http/curl/curl_test_fixture.h"

namespace msiv2::curl {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class CurlTls : public CurlCertificateTest {
 protected:
  // One TLS alert record (RFC 5246 section 7.2), not encrypted.
  static std::string AlertRecord(int number, int level = 2) {
    return {'\x15', '\x03', '\x03', '\x00', '\x02', static_cast<char>(level), static_cast<char>(number)};
  }
};

TEST_F(CurlTls, VerifiesTheServerAgainstTheGivenAnchorsOnly) {
  TestServer good(TellName());
  ExpectBody(Send(Get(good.Url("https"))), "none");
  tls_.identity = TestCa("another root").IssueServer();
  TestServer bad(TellName());
  const auto sent = Send(Get(bad.Url("https")));
  ExpectFailure(sent, Kind::kTls);
  EXPECT_EQ(sent.error().tls_alert, -1);
  EXPECT_EQ(sent.error().native_code, 60);  // CURLE_PEER_FAILED_VERIFICATION
}

// U5.
TEST_F(CurlTls, AnUnknownIssuerIsExplainedByVariablesThatAddNoCertificate) {
  setenv("SSL_CERT_FILE", "/does/not/exist.pem", 1);
  auto transport = MakeCurlTransport({});
  ASSERT_TRUE(transport);
  transport_ = *std::move(transport);
  TestServer server(TellName());
  const auto sent = Send(Get(server.Url("https")));
  ExpectFailure(sent, Kind::kTls);
  EXPECT_THAT(sent.error().message, HasSubstr("certificate"));
  EXPECT_THAT(sent.error().message,
              HasSubstr("; SSL_CERT_FILE names \"/does/not/exist.pem\", which cannot be read: No such file"));
  unsetenv("SSL_CERT_FILE");
}

// A certificate for another name, or one that has ended, has nothing to do with the anchors.
TEST_F(CurlTls, AFailureOfAnotherKindDoesNotBlameTheVariables) {
  setenv("SSL_CERT_FILE", "/does/not/exist.pem", 1);
  auto transport = MakeCurlTransport({.trust_anchors_pem = ca_.root_pem(), .trust_anchors_file = ""});
  ASSERT_TRUE(transport);
  transport_ = *std::move(transport);
  tls_.identity = ca_.IssueServer("DNS:other.example");
  TestServer server(TellName());
  const auto sent = Send(Get(server.Url("https")));
  ExpectFailure(sent, Kind::kTls);
  EXPECT_THAT(sent.error().message, Not(HasSubstr("SSL_CERT_FILE")));
  unsetenv("SSL_CERT_FILE");
}

TEST_F(CurlTls, VerifiesTheNameOfTheServer) {
  TestServer right(TellName());
  ExpectBody(Send(Get("https://localhost:" + std::to_string(right.port()) + "/")), "none");
  tls_.identity = ca_.IssueServer("DNS:other.example,IP:127.0.0.2");
  TestServer wrong(TellName());
  ExpectFailure(Send(Get("https://localhost:" + std::to_string(wrong.port()) + "/")), Kind::kTls);
  ExpectFailure(Send(Get(wrong.Url("https"))), Kind::kTls);
}

// A1. A sibling: what a server sends before it is verified is bounded (CVE-2026-35189).
TEST_F(CurlTls, AServerCertificateOfMoreThan32KiBIsRefused) {
  const auto names_of = [](int count) {
    std::string names = "IP:127.0.0.1";
    for (int i = 0; i < count; ++i) names += ",DNS:" + std::string(60, 'a') + std::to_string(i) + ".example";
    return names;
  };
  tls_.identity = ca_.IssueServer(names_of(300));
  TestServer large([this](TestServer::Connection& connection) {
    if (!connection.StartTls(tls_)) return connection.FinishWriting();
    connection.ReadRequest();
    connection.Respond("large");
  });
  ExpectBody(Send(Get(large.Url("https"))), "large");
  tls_.identity = ca_.IssueServer(names_of(600));
  TestServer too_large(TellName());
  ExpectFailure(Send(Get(too_large.Url("https"))), Kind::kTls);
}

TEST_F(CurlTls, ShowsTheCertificateInTheHandshake) {
  tls_.ask_in_handshake = true;
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    tls_.version = version;
    TestServer server(TellName());
    HttpRequest request = GetWithCertificate(server.Url("https"));
    request.max_tls = version == TLS1_3_VERSION ? TlsVersion::kTls13 : TlsVersion::kTls12;
    ExpectBody(Send(request), "client");
    ExpectBody(Send(request), "client");
    EXPECT_EQ(server.connections(), 1);
  }
}

TEST_F(CurlTls, ShowsTheCertificateInARenegotiation) {
  TestServer server([this](TestServer::Connection& connection) {
    if (!connection.StartTls(tls_)) return;
    connection.ReadRequest();
    const std::string before = connection.PeerName();
    connection.AskInRenegotiation();
    connection.Respond(before + " then " + connection.PeerName());
    connection.ReadRequest();
    connection.Respond("kept: " + connection.PeerName());
  });
  HttpRequest request = GetWithCertificate(server.Url("https"));
  request.method = "POST";
  request.body = "body";
  ExpectBody(Send(request), "none then client");
  ExpectBody(Send(request), "kept: client");
}

TEST_F(CurlTls, ShowsTheCertificateInARenegotiationOfALaterRequest) {
  TestServer server([this](TestServer::Connection& connection) {
    if (!connection.StartTls(tls_)) return;
    connection.ReadRequest();
    connection.Respond(connection.PeerName());
    connection.ReadRequest();
    connection.AskInRenegotiation();
    connection.Respond(connection.PeerName());
  });
  ExpectBody(Send(GetWithCertificate(server.Url("https"))), "none");
  ExpectBody(Send(GetWithCertificate(server.Url("https"))), "client");
}

TEST_F(CurlTls, ShowsTheCertificateAfterTheHandshakeUnderTls13) {
  tls_.version = TLS1_3_VERSION;
  TestServer server([this](TestServer::Connection& connection) {
    if (!connection.StartTls(tls_)) return;
    connection.ReadRequest();
    const std::string before = connection.PeerName();
    connection.AskAfterHandshake();
    connection.Respond(before + " then " + connection.PeerName());
  });
  HttpRequest request = GetWithCertificate(server.Url("https"));
  request.max_tls = TlsVersion::kTls13;
  ExpectBody(Send(request), "none then client");
}

// G-43.
TEST_F(CurlTls, NeverShowsOneCertificateForAnother) {
  const auto second = ca_.IssueClient("second", EvpSigningKey::Make(1));
  tls_.ask_in_handshake = true;
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    tls_.version = version;
    TestServer server(TellName());
    HttpRequest request = Get(server.Url("https"));
    request.max_tls = TlsVersion::kTls13;
    const auto ask = [&](std::shared_ptr<const BindingCertificate> certificate) {
      request.client_certificate = std::move(certificate);
      return Send(request);
    };
    ExpectBody(ask(certificate_), "client");
    ExpectBody(ask(second), "second");
    ExpectBody(ask(certificate_), "client");
    ExpectBody(ask(nullptr), "none");
    ExpectBody(ask(second), "second");
    ExpectBody(ask(certificate_), "client");
    EXPECT_EQ(server.connections(), 3);
  }
}

TEST_F(CurlTls, TwoCertificatesOfOneOwnerAreKeptApart) {
  struct Pair {
    std::shared_ptr<const BindingCertificate> first;
    std::shared_ptr<const BindingCertificate> second;
  };
  const auto owner =
      std::make_shared<Pair>(Pair{certificate_, ca_.IssueClient("second", EvpSigningKey::Make(1))});
  tls_.ask_in_handshake = true;
  TestServer server(TellName());
  HttpRequest request = Get(server.Url("https"));
  request.client_certificate = {owner, owner->first.get()};
  ExpectBody(Send(request), "client");
  request.client_certificate = {owner, owner->second.get()};
  ExpectBody(Send(request), "second");
}

// G-43.
TEST_F(CurlTls, ClosesTheConnectionsOfACertificateThatIsGone) {
  tls_.ask_in_handshake = true;
  std::mutex mutex;
  std::condition_variable changed;
  bool closed = false;
  TestServer server([&](TestServer::Connection& connection) {
    if (!connection.StartTls(tls_)) return;
    connection.ReadRequest();
    const std::string name = connection.PeerName();
    connection.Respond(name);
    if (name == "client") {
      connection.WaitForClose();
      std::lock_guard lock(mutex);
      closed = true;
      changed.notify_all();
    }
  });
  ASSERT_TRUE(Send(GetWithCertificate(server.Url("https"))));
  const std::weak_ptr<const BindingCertificate> watched = certificate_;
  certificate_.reset();
  EXPECT_TRUE(watched.expired()) << "an idle connection must not keep the certificate";
  ASSERT_TRUE(Send(Get(server.Url("https"))));
  std::unique_lock lock(mutex);
  changed.wait(lock, [&] { return closed; });
}

TEST_F(CurlTls, OnlyARequestWithoutACertificateResumesASession) {
  tls_.ask_in_handshake = true;
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    tls_.version = version;
    TestServer server([this](TestServer::Connection& connection) {
      if (!connection.StartTls(tls_)) return;
      connection.ReadRequest();
      const std::string body = connection.PeerName() + (connection.Resumed() ? " resumed" : " fresh");
      connection.Write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + body);
      connection.CloseTls();
      connection.WaitForClose();
    });
    HttpRequest request = Get(server.Url("https"));
    request.max_tls = TlsVersion::kTls13;
    ExpectBody(Send(request), "none fresh");
    ExpectBody(Send(request), "none resumed");
    request.client_certificate = certificate_;
    ExpectBody(Send(request), "client fresh");
    ExpectBody(Send(request), "client fresh");
  }
}

TEST_F(CurlTls, RefusesAChangedCertificateAfterAResumedHandshakeToo) {
  const auto other = ca_.IssueServer();
  std::atomic<bool> resumed = false;
  TestServer server([&](TestServer::Connection& connection) {
    if (!connection.StartTls(tls_)) return;
    connection.ReadRequest();
    if (connection.Resumed()) {
      resumed = true;
      connection.AskInRenegotiation(&other);
    }
    connection.Write("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
    connection.CloseTls();
    connection.WaitForClose();
  });
  ExpectBody(Send(Get(server.Url("https"))), "ok");
  const auto sent = Send(Get(server.Url("https")));
  ExpectFailure(sent, Kind::kTls);
  EXPECT_EQ(sent.error().tls_alert, -1) << "it must be this side that refuses";
  EXPECT_TRUE(resumed);
}

TEST_F(CurlTls, RefusesAServerThatChangesItsCertificateInARenegotiation) {
  const auto other = ca_.IssueServer();
  TestServer server([&](TestServer::Connection& connection) {
    if (!connection.StartTls(tls_)) return;
    connection.ReadRequest();
    connection.AskInRenegotiation(&other);
    connection.Respond("should not get here");
  });
  const auto sent = Send(GetWithCertificate(server.Url("https")));
  ExpectFailure(sent, Kind::kTls);
  EXPECT_FALSE(sent.error().client_certificate_sent) << "the certificate went to an unverified server";
}

// libcurl asks once more over a new connection, because nothing was received on the kept one.
TEST_F(CurlTls, RefusesAServerThatShowsAnUntrustedCertificateInALaterRequest) {
  const auto other = TestCa("another root").IssueServer();
  std::atomic<int> connections = 0;
  std::atomic<bool> accepted = false;
  TestServer server([&](TestServer::Connection& connection) {
    if (!connection.StartTls(tls_)) return;
    ++connections;
    connection.ReadRequest();
    connection.Respond("trusted");
    if (!connection.ReadRequest()) return;
    accepted = connection.AskInRenegotiation(&other);
    connection.Respond("untrusted");
  });
  ExpectBody(Send(GetWithCertificate(server.Url("https"))), "trusted");
  ExpectBody(Send(GetWithCertificate(server.Url("https"))), "trusted");
  EXPECT_EQ(connections, 2);
  EXPECT_FALSE(accepted);
}

// G-26.
TEST_F(CurlTls, FailsWhenTheCertificateCannotBeUsed) {
  tls_.ask_in_handshake = true;
  tls_.signature_algorithms = "ECDSA+SHA256";
  TestServer server(TellName());
  ExpectFailure(Send(GetWithCertificate(server.Url("https"))), Kind::kTls);
}

TEST_F(CurlTls, FailsWhenTheCertificateIsDamaged) {
  BindingCertificate::Fields fields;
  fields.leaf_der = {0x30, 0x00};
  fields.key = key_;
  TestServer server(TellName());
  HttpRequest request = Get(server.Url("https"));
  request.client_certificate = std::make_shared<const BindingCertificate>(std::move(fields));
  const auto sent = Send(request);
  ExpectFailure(sent, Kind::kTls);
  EXPECT_THAT(sent.error().message, HasSubstr("binding certificate"));
}

TEST_F(CurlTls, AKeyThatDoesNotSignIsKeySign) {
  Error refusal(ErrorCode::kKeySignFailed, "the keystore is locked");
  refusal.native_code = 0x8009003A;
  key_->FailWith(refusal);
  tls_.ask_in_handshake = true;
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    tls_.version = version;
    TestServer server(TellName());
    HttpRequest request = GetWithCertificate(server.Url("https"));
    request.max_tls = TlsVersion::kTls13;
    const auto sent = Send(request);
    ExpectFailure(sent, Kind::kKeySign);
    EXPECT_THAT(sent.error().message, HasSubstr("the keystore is locked"));
    EXPECT_EQ(sent.error().native_code, 0x8009003A);
  }
}

TEST_F(CurlTls, AKeyThatDoesNotSignInARenegotiationIsKeySign) {
  key_->FailWith(Error(ErrorCode::kKeySignFailed, "the keystore is locked"));
  TestServer server([this](TestServer::Connection& connection) {
    if (!connection.StartTls(tls_)) return;
    connection.ReadRequest();
    connection.AskInRenegotiation();
  });
  ExpectFailure(Send(GetWithCertificate(server.Url("https"))), Kind::kKeySign);
}

TEST_F(CurlTls, AKeyThatDoesNotSignUnderPostHandshakeAuthenticationIsKeySign) {
  key_->FailWith(Error(ErrorCode::kKeySignFailed, "the keystore is locked"));
  tls_.version = TLS1_3_VERSION;
  TestServer server([this](TestServer::Connection& connection) {
    if (!connection.StartTls(tls_)) return;
    connection.ReadRequest();
    connection.AskAfterHandshake();
  });
  HttpRequest request = GetWithCertificate(server.Url("https"));
  request.max_tls = TlsVersion::kTls13;
  ExpectFailure(Send(request), Kind::kKeySign);
}

TEST_F(CurlTls, ReportsEachAlertThatComesInsteadOfAHandshake) {
  for (const int alert : {42, 43, 44, 45, 46, 48, 49}) {
    TestServer server([alert](TestServer::Connection& connection) {
      connection.ReadRaw();
      connection.WriteRaw(AlertRecord(alert));
    });
    const auto sent = Send(GetWithCertificate(server.Url("https")));
    ExpectFailure(sent, Kind::kTls);
    EXPECT_EQ(sent.error().tls_alert, alert);
    EXPECT_FALSE(sent.error().client_certificate_sent);
  }
}

// The server's verification rejects the client certificate with a chosen error, for which OpenSSL sends the
// alert.
struct Refusal {
  int verify_error;
  int alert;
};

class CurlTlsRefusal : public CurlTls, public ::testing::WithParamInterface<Refusal> {};

// G-01.
TEST_P(CurlTlsRefusal, ReportsTheAlertThatFollowsTheClientCertificate) {
  tls_.ask_in_handshake = true;
  tls_.refuse_client_with = GetParam().verify_error;
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    tls_.version = version;
    TestServer server(TellName());
    HttpRequest request = GetWithCertificate(server.Url("https"));
    request.max_tls = TlsVersion::kTls13;
    const auto sent = Send(request);
    ExpectFailure(sent, Kind::kTls);
    EXPECT_EQ(sent.error().tls_alert, GetParam().alert);
    EXPECT_TRUE(sent.error().client_certificate_sent);
  }
}

TEST_P(CurlTlsRefusal, ReportsTheAlertOfARenegotiation) {
  tls_.refuse_client_with = GetParam().verify_error;
  TestServer server([this](TestServer::Connection& connection) {
    if (!connection.StartTls(tls_)) return;
    connection.ReadRequest();
    connection.AskInRenegotiation();
  });
  const auto sent = Send(GetWithCertificate(server.Url("https")));
  ExpectFailure(sent, Kind::kTls);
  EXPECT_EQ(sent.error().tls_alert, GetParam().alert);
  EXPECT_TRUE(sent.error().client_certificate_sent);
}

INSTANTIATE_TEST_SUITE_P(Alerts, CurlTlsRefusal,
                         ::testing::Values(Refusal{X509_V_ERR_CERT_REJECTED, SSL_AD_BAD_CERTIFICATE},
                                           Refusal{X509_V_ERR_INVALID_PURPOSE,
                                                   SSL_AD_UNSUPPORTED_CERTIFICATE},
                                           Refusal{X509_V_ERR_CERT_REVOKED, SSL_AD_CERTIFICATE_REVOKED},
                                           Refusal{X509_V_ERR_CERT_HAS_EXPIRED, SSL_AD_CERTIFICATE_EXPIRED},
                                           Refusal{X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, SSL_AD_UNKNOWN_CA}));

TEST_F(CurlTls, ReportsThatACertificateIsRequired) {
  tls_.ask_in_handshake = true;
  tls_.require_client = true;
  for (const auto& [version, alert] : {std::pair{TLS1_3_VERSION, 116}, std::pair{TLS1_2_VERSION, 40}}) {
    tls_.version = version;
    TestServer server(TellName());
    HttpRequest request = Get(server.Url("https"));
    request.max_tls = TlsVersion::kTls13;
    const auto sent = Send(request);
    ExpectFailure(sent, Kind::kTls);
    EXPECT_EQ(sent.error().tls_alert, alert);
    EXPECT_FALSE(sent.error().client_certificate_sent);
  }
}

// G-01.
TEST_F(CurlTls, TellsAResetBeforeTheClientCertificateFromOneAfterIt) {
  TestServer before([](TestServer::Connection& connection) {
    connection.ReadRaw();
    connection.Reset();
  });
  const auto early = Send(GetWithCertificate(before.Url("https")));
  ExpectFailure(early, Kind::kReset);
  EXPECT_FALSE(early.error().client_certificate_sent);

  tls_.ask_in_handshake = true;
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    tls_.version = version;
    TestServer after([this](TestServer::Connection& connection) {
      connection.StartTls(tls_);
      connection.Reset();
    });
    HttpRequest request = GetWithCertificate(after.Url("https"));
    request.max_tls = TlsVersion::kTls13;
    const auto late = Send(request);
    ExpectFailure(late, Kind::kReset);
    EXPECT_TRUE(late.error().client_certificate_sent);
  }
}

TEST_F(CurlTls, AResetInTheMiddleOfTheHandshakeAfterTheCertificateIsAReset) {
  tls_.ask_in_handshake = true;
  tls_.stop_after_client_certificate = true;
  for (const bool reset : {true, false}) {
    TestServer server([&](TestServer::Connection& connection) {
      connection.StartTls(tls_);
      if (reset) return connection.Reset();
      connection.FinishWriting();
    });
    const auto sent = Send(GetWithCertificate(server.Url("https")));
    ExpectFailure(sent, Kind::kReset);
    EXPECT_TRUE(sent.error().client_certificate_sent);
    EXPECT_EQ(sent.error().tls_alert, -1);
  }
}

TEST_F(CurlTls, ACloseDuringTheHandshakeIsAReset) {
  TestServer server([](TestServer::Connection& connection) { connection.ReadRaw(); });
  ExpectFailure(Send(Get(server.Url("https"))), Kind::kReset);
}

TEST_F(CurlTls, AServerThatDoesNotSpeakTlsIsATlsFailure) {
  TestServer server([](TestServer::Connection& connection) {
    connection.ReadRaw();
    connection.Write("HTTP/1.1 400 Bad Request\r\n\r\n");
    connection.WaitForClose();
  });
  ExpectFailure(Send(Get(server.Url("https"))), Kind::kTls);
}

TEST_F(CurlTls, ABodyCutOffWithoutCloseNotifyIsMalformed) {
  for (const bool polite : {true, false}) {
    TestServer server([&](TestServer::Connection& connection) {
      if (!connection.StartTls(tls_)) return;
      connection.ReadRequest();
      connection.Write("HTTP/1.1 200 OK\r\n\r\nhalf of it");  // ends where the connection ends
      if (polite) connection.CloseTls();
    });
    const auto sent = Send(Get(server.Url("https")));
    if (polite) {
      ExpectBody(sent, "half of it");
    } else {
      ExpectFailure(sent, Kind::kTruncated);
    }
  }
}

// A minimal ServerHello for TLS 1.2, with or without the secure renegotiation extension.
std::string ServerHelloRecord(bool secure_renegotiation) {
  std::string hello =
      "\x03\x03" + std::string(32, 'r') + std::string(1, '\0') + "\xc0\x2b" + std::string(1, '\0');
  if (secure_renegotiation) hello += std::string("\x00\x05\xff\x01\x00\x01\x00", 7);  // RFC 5746 section 3.4
  const std::string message = std::string("\x02\x00\x00", 3) + static_cast<char>(hello.size()) + hello;
  return std::string("\x16\x03\x03\x00", 4) + static_cast<char>(message.size()) + message;
}

TEST_F(CurlTls, RefusesAServerWithoutSecureRenegotiation) {
  for (const bool secure : {false, true}) {
    std::mutex mutex;
    std::string answer;
    Sent sent = HttpFailure{};
    {
      TestServer server([&](TestServer::Connection& connection) {
        connection.ReadRaw();
        connection.WriteRaw(ServerHelloRecord(secure));
        if (secure) return;  // the client waits for the Certificate message: it accepted the ServerHello
        std::lock_guard lock(mutex);
        answer = connection.ReadRaw();
      });
      sent = Send(Get(server.Url("https")));
    }
    ExpectFailure(sent, secure ? Kind::kReset : Kind::kTls);
    EXPECT_EQ(answer, secure ? "" : AlertRecord(SSL_AD_HANDSHAKE_FAILURE));
  }
}

// Returns the hex digits of a thumbprint. `digest` is OpenSSL's own name for the digest.
std::string Thumbprint(const X509* certificate, const char* digest) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned int length = 0;
  X509_digest(certificate, EVP_get_digestbyname(digest), bytes.data(), &length);
  std::string digits;
  for (unsigned int i = 0; i < length; ++i) {
    std::array<char, 3> two{};
    std::snprintf(two.data(), two.size(), "%02x", bytes[i]);
    digits += two.data();
  }
  return digits;
}

TEST_F(CurlTls, APinnedServerIsKnownByItsCertificateAlone) {
  tls_.identity = TestCa("another root").IssueServer("DNS:other.example");
  TestServer server(TellName());
  HttpRequest request = Get(server.Url("https"));
  for (const char* digest : {"SHA1", "SHA256"}) {
    request.server_thumbprint = Thumbprint(tls_.identity.certificate.get(), digest);
    ExpectBody(Send(request), "none");
  }
  // Without the pin, the same server is not trusted, and the pinned connection is not reused.
  request.server_thumbprint.clear();
  ExpectFailure(Send(request), Kind::kTls);
}

TEST_F(CurlTls, APinnedServerWithAnotherCertificateIsRefusedThoughItIsTrusted) {
  TestServer server(TellName());
  HttpRequest request = Get(server.Url("https"));
  ExpectBody(Send(request), "none");
  const TestCa other("another root");
  for (const char* digest : {"SHA1", "SHA256"}) {
    request.server_thumbprint = Thumbprint(other.root().get(), digest);
    ExpectFailure(Send(request), Kind::kTls);
  }
}

TEST_F(CurlTls, AThumbprintThatCannotBeComparedIsRefusedBeforeAnythingIsSent) {
  TestServer server(TellName());
  HttpRequest request = Get(server.Url("https"));
  for (const std::string& bad : {std::string("ab"), std::string(40, 'A'), std::string(41, 'a')}) {
    request.server_thumbprint = bad;
    ExpectFailure(Send(request), Kind::kInvalidRequest);
  }
  request = Get(server.Url("http"));
  request.server_thumbprint = std::string(40, 'a');
  ExpectFailure(Send(request), Kind::kInvalidRequest);
  EXPECT_EQ(server.connections(), 0);
}

TEST_F(CurlTls, ManyThreadsAndTwoCertificatesAreNeverMixed) {
  const auto second = ca_.IssueClient("second", EvpSigningKey::Make(1));
  tls_.ask_in_handshake = true;
  TestServer server(TellName());
  std::atomic<int> right = 0;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 8; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < 10; ++i) {
        const bool odd = (thread + i) % 2 == 1;
        HttpRequest request = Get(server.Url("https"));
        request.client_certificate = odd ? second : certificate_;
        const auto sent = Send(request);
        if (sent && sent->body == (odd ? "second" : "client")) ++right;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(right, 80);
}

}  // namespace
}  // namespace msiv2::curl
