#include "emulator/tls_faults.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "emulator/certificate_facts.h"
#include "emulator/testing/test_server.h"
#include "emulator/testing/tools.h"

namespace msiv2::emulator {
namespace {

using testing::Connect;
using ::testing::ElementsAre;
using testing::GetRequest;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::StatusOf;
using testing::TestClient;
using testing::WireClient;

/// TlsServer answers 200 with the thumbprint of the client certificate, or 401 without one.
class TlsServer : public ::testing::Test {
 protected:
  void Start(std::optional<AskForCertificate> ask) {
    Route route{"*", R"([\s\S]*)", "call",
                [](const httplib::Request&, httplib::Response& answer, Exchange& exchange) {
                  const auto certificate = exchange.ClientCertificate();
                  answer.status = certificate ? 200 : 401;
                  if (certificate) answer.set_content(Thumbprint(certificate.get()), "text/plain");
                }};
    auto started = HttpServer::Start(world_.Https("resource", ask), {std::move(route)});
    ASSERT_TRUE(started) << started.error().message;
    server_ = std::move(*started);
    client_ = world_.NewClient();
  }

  void AddFault(const std::string& rule) {
    const auto added = world_.faults.Add(rule);
    ASSERT_TRUE(added) << added.error().message;
  }

  testing::TestWorld world_;
  TestClient client_;
  std::unique_ptr<HttpServer> server_;
};

struct AskCase {
  AskForCertificate ask;
  int version;
  int requests;  ///< CertificateRequest messages that the client sees
};

class AskForCertificateTest : public TlsServer, public ::testing::WithParamInterface<AskCase> {};

TEST_P(AskForCertificateTest, GetsTheCertificateOfAClientThatHasOne) {
  Start(GetParam().ask);
  WireClient client(Connect(*server_, &client_, GetParam().version));
  const auto answer = client.Exchange(GetRequest("/"));
  EXPECT_EQ(StatusOf(answer), 200) << answer;
  EXPECT_EQ(testing::BodyOf(answer), Thumbprint(client_.certificate.get()));
  EXPECT_EQ(client.certificate_requests(), 1);
  EXPECT_EQ(client.version(), GetParam().version);
}

TEST_P(AskForCertificateTest, AsksOnceForSeveralRequests) {
  Start(GetParam().ask);
  WireClient client(Connect(*server_, &client_, GetParam().version));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(StatusOf(client.Exchange(GetRequest("/"))), 200);
  EXPECT_EQ(client.certificate_requests(), 1);
}

TEST_P(AskForCertificateTest, GoesOnWithoutTheCertificateOfAClientThatHasNone) {
  Start(GetParam().ask);
  WireClient client(Connect(*server_, nullptr, GetParam().version));
  EXPECT_EQ(StatusOf(client.Exchange(GetRequest("/"))), 401);
}

TEST_P(AskForCertificateTest, ReadsABodyBeforeItAsks) {
  Start(GetParam().ask);
  WireClient client(Connect(*server_, &client_, GetParam().version));
  EXPECT_EQ(StatusOf(client.Exchange(testing::PostRequest("/", std::string(100000, 'x'), "text/plain"))),
            200);
}

TEST_P(AskForCertificateTest, ASessionWithoutCertificateNeverPassesForOneWithIt) {
  Start(GetParam().ask);
  SSL_SESSION* session = nullptr;
  {
    WireClient first(Connect(*server_, nullptr, GetParam().version));
    EXPECT_EQ(StatusOf(first.Exchange(GetRequest("/"))), 401);
    session = first.session();
    ASSERT_NE(session, nullptr);
  }
  auto options = Connect(*server_, nullptr, GetParam().version);
  options.session = session;
  {
    WireClient second(options);
    if (GetParam().version == TLS1_3_VERSION) {
      EXPECT_TRUE(second.resumed());
    }
    EXPECT_EQ(StatusOf(second.Exchange(GetRequest("/"))), 401);
  }
  SSL_SESSION_free(session);
}

INSTANTIATE_TEST_SUITE_P(Ways, AskForCertificateTest,
                         ::testing::Values(AskCase{AskForCertificate::kHandshake, TLS1_2_VERSION, 1},
                                           AskCase{AskForCertificate::kHandshake, TLS1_3_VERSION, 1},
                                           AskCase{AskForCertificate::kRenegotiation, TLS1_2_VERSION, 1},
                                           AskCase{AskForCertificate::kPostHandshake, TLS1_2_VERSION, 1},
                                           AskCase{AskForCertificate::kPostHandshake, TLS1_3_VERSION, 1}));

TEST_F(TlsServer, SpeaksTls12OnlyWhereItRenegotiates) {
  Start(AskForCertificate::kRenegotiation);
  WireClient client(Connect(*server_, &client_, TLS1_3_VERSION));
  EXPECT_EQ(client.version(), TLS1_2_VERSION);
}

TEST_F(TlsServer, AsksForNoCertificateBeforeTheRequestWhereItRenegotiates) {
  Start(AskForCertificate::kRenegotiation);
  WireClient client(Connect(*server_, &client_));
  EXPECT_TRUE(client.handshake_done());
  EXPECT_EQ(client.certificate_requests(), 0);
}

TEST_F(TlsServer, GoesOnWithoutACertificateWhenTheClientOffersNoPostHandshakeAuthentication) {
  Start(AskForCertificate::kPostHandshake);
  auto options = Connect(*server_, &client_);
  options.post_handshake_auth = false;
  WireClient client(options);
  EXPECT_EQ(StatusOf(client.Exchange(GetRequest("/"))), 401);
}

TEST_F(TlsServer, RefusesTls11) {
  Start(AskForCertificate::kHandshake);
  auto options = Connect(*server_, &client_, TLS1_1_VERSION);
  options.min_version = TLS1_VERSION;
  EXPECT_FALSE(WireClient(options).handshake_done());
}

TEST_F(TlsServer, ResumesASessionWithItsCertificate) {
  Start(AskForCertificate::kHandshake);
  SSL_SESSION* session = nullptr;
  {
    WireClient first(Connect(*server_, &client_, TLS1_2_VERSION));
    EXPECT_EQ(StatusOf(first.Exchange(GetRequest("/"))), 200);
    session = first.session();
  }
  auto options = Connect(*server_, nullptr, TLS1_2_VERSION);
  options.session = session;
  WireClient second(options);
  EXPECT_TRUE(second.resumed());
  EXPECT_EQ(testing::BodyOf(second.Exchange(GetRequest("/"))), Thumbprint(client_.certificate.get()));
  SSL_SESSION_free(session);
}

struct AlertCase {
  AskForCertificate ask;
  int version;
  int alert;
};

class AlertTest : public TlsServer, public ::testing::WithParamInterface<AlertCase> {};

TEST_P(AlertTest, ArrivesOnTheWire) {
  Start(GetParam().ask);
  AddFault("resource.call alert=" + std::to_string(GetParam().alert) + " count=1");
  {
    WireClient client(Connect(*server_, &client_, GetParam().version));
    EXPECT_EQ(client.Exchange(GetRequest("/")), "");
    EXPECT_THAT(client.alerts(), ElementsAre(GetParam().alert));
    EXPECT_FALSE(client.was_reset());
  }
  WireClient next(Connect(*server_, &client_, GetParam().version));
  EXPECT_EQ(StatusOf(next.Exchange(GetRequest("/"))), 200) << "only one connection was to be refused";
  // A connection that ends with an alert is logged when it has ended, which may be after the next connection.
  const auto refused = [&] {
    auto entries = world_.log.Entries();
    std::erase_if(entries, [](const RequestLogEntry& entry) { return entry.fault.empty(); });
    return entries;
  };
  while (refused().empty()) std::this_thread::yield();
  EXPECT_THAT(refused().front().fault, HasSubstr("alert="));
  EXPECT_EQ(refused().front().status, 0);
}

std::vector<AlertCase> AllAlerts() {
  std::vector<AlertCase> all;
  for (const int alert : {40, 42, 43, 44, 45, 46, 48, 49, 116}) {
    all.push_back({AskForCertificate::kHandshake, TLS1_2_VERSION, alert});
    all.push_back({AskForCertificate::kHandshake, TLS1_3_VERSION, alert});
    all.push_back({AskForCertificate::kRenegotiation, TLS1_2_VERSION, alert});
    all.push_back({AskForCertificate::kPostHandshake, TLS1_3_VERSION, alert});
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(EveryNumber, AlertTest, ::testing::ValuesIn(AllAlerts()));

TEST_F(TlsServer, ShowsItsAlertToTheOpensslTool) {
  Start(AskForCertificate::kHandshake);
  testing::WriteFile(testing::TempPath("client.pem"),
                     KeyPem(client_.key.get()) + CertificatePem(client_.certificate.get()));
  for (const auto& [alert, words] :
       {std::pair{44, "certificate_revoked"}, std::pair{49, "access_denied"}, std::pair{116, "<<< "}}) {
    AddFault("resource.call alert=" + std::to_string(alert) + " count=1");
    const auto run = testing::RunTool(
        "openssl s_client -msg -tls1_2 -connect 127.0.0.1:" + std::to_string(server_->port()) + " -cert " +
        testing::TempPath("client.pem") + " </dev/null");
    EXPECT_THAT(run.out, HasSubstr(words));
    EXPECT_THAT(run.out, HasSubstr("SSL alert number " + std::to_string(alert)));
  }
}

TEST_F(TlsServer, PassesAClientWithoutCertificateWhenAnAlertIsMeantForCertificates) {
  Start(AskForCertificate::kHandshake);
  AddFault("resource.call alert=44");
  WireClient client(Connect(*server_, nullptr, TLS1_2_VERSION));
  EXPECT_EQ(StatusOf(client.Exchange(GetRequest("/"))), 401);
}

TEST_F(TlsServer, RefusesAResumedSessionToo) {
  Start(AskForCertificate::kHandshake);
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    SSL_SESSION* session = nullptr;
    {
      WireClient first(Connect(*server_, &client_, version));
      EXPECT_EQ(StatusOf(first.Exchange(GetRequest("/"))), 200);
      session = first.session();
    }
    AddFault("resource.call alert=44 count=1");
    auto options = Connect(*server_, &client_, version);
    options.session = session;
    {
      WireClient second(options);
      second.Exchange(GetRequest("/"));
      EXPECT_THAT(second.alerts(), ElementsAre(44));
    }
    SSL_SESSION_free(session);
  }
}

TEST_F(TlsServer, ResetsBeforeTheCertificate) {
  Start(AskForCertificate::kHandshake);
  AddFault("resource.call reset=before-certificate");
  WireClient client(Connect(*server_, &client_));
  EXPECT_FALSE(client.handshake_done());
  EXPECT_TRUE(client.was_reset());
  EXPECT_EQ(client.certificate_requests(), 0);
  EXPECT_THAT(client.alerts(), IsEmpty());
}

TEST_F(TlsServer, ResetsAfterTheCertificate) {
  for (const auto ask : {AskForCertificate::kHandshake, AskForCertificate::kRenegotiation}) {
    Start(ask);
    AddFault("resource.call reset=after-certificate count=1");
    WireClient client(Connect(*server_, &client_, TLS1_2_VERSION));
    client.Exchange(GetRequest("/"));
    EXPECT_TRUE(client.was_reset());
    EXPECT_EQ(client.certificate_requests(), 1);
    EXPECT_THAT(client.alerts(), IsEmpty());
  }
}

TEST_F(TlsServer, ResetAfterTheCertificateShowsAtTheFirstReadUnderTls13) {
  Start(AskForCertificate::kHandshake);
  AddFault("resource.call reset=after-certificate");
  WireClient client(Connect(*server_, &client_, TLS1_3_VERSION));
  EXPECT_TRUE(client.handshake_done());
  client.Exchange(GetRequest("/"));
  EXPECT_TRUE(client.was_reset());
}

TEST_F(TlsServer, AHandshakeThatHangsEndsWhenFaultsAreCleared) {
  Start(AskForCertificate::kHandshake);
  AddFault("resource.call hang=handshake");
  auto connected = std::async(std::launch::async,
                              [this] { return WireClient(Connect(*server_, &client_)).handshake_done(); });
  while (world_.faults.Waiting() == 0) std::this_thread::yield();
  world_.faults.Clear();
  EXPECT_FALSE(connected.get());
}

TEST_F(TlsServer, AHandshakeThatHangsEndsOnStop) {
  Start(AskForCertificate::kHandshake);
  AddFault("resource.call hang=handshake");
  auto connected = std::async(std::launch::async,
                              [this] { return WireClient(Connect(*server_, &client_)).handshake_done(); });
  while (world_.faults.Waiting() == 0) std::this_thread::yield();
  server_->Stop();
  EXPECT_FALSE(connected.get());
}

}  // namespace
}  // namespace msiv2::emulator
