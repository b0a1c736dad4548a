#include "emulator/http_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <stdexcept>
#include <thread>

#include "emulator/testing/test_server.h"
#include "emulator/testing/tools.h"

namespace msiv2::emulator {
namespace {

using testing::BodyOf;
using ::testing::EndsWith;
using testing::GetRequest;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::StatusOf;
using testing::WireClient;

/// PlainServer plays "imds" with one operation, "compute", that says hello.
class PlainServer : public ::testing::Test {
 protected:
  void SetUp() override {
    std::vector<Route> routes;
    routes.push_back({"GET", "/hello/([^/]*)", "compute",
                      [](const httplib::Request&, httplib::Response& answer, Exchange& exchange) {
                        answer.set_header("Server", "IMDS/1");
                        answer.set_content("{\"hello\":\"" + exchange.captures.at(1) + "\"}",
                                           "application/json");
                      }});
    routes.push_back({"GET", "/answer", "compute",
                      [](const httplib::Request&, httplib::Response& answer, Exchange& exchange) {
                        answer.set_content(exchange.answer_fault(), "text/plain");
                      }});
    routes.push_back({"POST", "/count", "token",
                      [](const httplib::Request& request, httplib::Response& answer, Exchange&) {
                        answer.set_content(std::to_string(request.body.size()), "text/plain");
                      }});
    routes.push_back({"GET", "/throws", "token", [](const httplib::Request&, httplib::Response&, Exchange&) {
                        throw std::runtime_error("it broke");
                      }});
    auto options = world_.Http("imds");
    options.server_header = "IMDS/2";
    options.now = [] { return std::chrono::system_clock::time_point(std::chrono::seconds(784111777)); };
    auto started = HttpServer::Start(std::move(options), std::move(routes));
    ASSERT_TRUE(started) << started.error().message;
    server_ = std::move(*started);
  }

  std::string Ask(const std::string& request) {
    testing::WireClientOptions options;
    options.port = server_->port();
    return WireClient(options).Exchange(request);
  }

  std::string Hello(const std::string& headers = {}) { return Ask(GetRequest("/hello/you", headers)); }

  std::future<std::string> HelloThatWaits() {
    auto answer = std::async(std::launch::async, [this] { return Hello(); });
    while (world_.faults.Waiting() == 0) std::this_thread::yield();
    return answer;
  }

  void AddFault(const std::string& rule) {
    const auto added = world_.faults.Add(rule);
    ASSERT_TRUE(added) << added.error().message;
  }

  RequestLogEntry LastEntry() {
    const auto entries = world_.log.Entries();
    return entries.empty() ? RequestLogEntry{} : entries.back();
  }

  testing::TestWorld world_;
  std::unique_ptr<HttpServer> server_;
};

TEST_F(PlainServer, AnswersByItsRoutes) {
  const auto answer = Hello();
  EXPECT_EQ(StatusOf(answer), 200);
  EXPECT_EQ(BodyOf(answer), R"({"hello":"you"})");
  EXPECT_EQ(StatusOf(Ask(GetRequest("/HELLO/you"))), 200) << "letter case of a path does not matter";
  EXPECT_EQ(StatusOf(Ask(GetRequest("/hello/you/more"))), 404);
  EXPECT_EQ(StatusOf(Ask(testing::PostRequest("/hello/you", "x"))), 404);
}

TEST_F(PlainServer, AnswersTheCurlTool) {
  const auto run = testing::RunTool("curl -sS " + server_->url() + "/hello/curl");
  EXPECT_EQ(run.status, 0);
  EXPECT_EQ(run.out, R"({"hello":"curl"})");
}

TEST_F(PlainServer, KeepsAConnectionForManyRequests) {
  testing::WireClientOptions options;
  options.port = server_->port();
  WireClient client(options);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(StatusOf(client.Exchange(GetRequest("/hello/you"))), 200);
}

TEST_F(PlainServer, ClosesTheConnectionWhenTheClientAsks) {
  testing::WireClientOptions options;
  options.port = server_->port();
  WireClient client(options);
  client.Send(GetRequest("/hello/you", "Connection: close\r\n"));
  EXPECT_THAT(client.ReceiveToEnd(), EndsWith(R"({"hello":"you"})"));
  EXPECT_FALSE(client.was_reset());
}

TEST_F(PlainServer, LogsARequestBeforeItsAnswer) {
  Ask(GetRequest("/hello/you?client_id=abc"));
  const auto entry = LastEntry();
  EXPECT_EQ(entry.server, "imds");
  EXPECT_EQ(entry.method, "GET");
  EXPECT_EQ(entry.path, "/hello/you");
  EXPECT_EQ(entry.query, "client_id=abc");
  EXPECT_EQ(entry.status, 200);
  EXPECT_EQ(entry.fault, "");
  EXPECT_FALSE(entry.client_certificate);
}

TEST_F(PlainServer, RefusesLargeBodies) {
  EXPECT_EQ(BodyOf(Ask(testing::PostRequest("/count", std::string(1 << 20, 'x'), "text/plain"))), "1048576");
  EXPECT_EQ(StatusOf(Ask(testing::PostRequest("/count", std::string((1 << 20) + 1, 'x'), "text/plain"))),
            413);
}

TEST_F(PlainServer, RefusesWhatIsNotHttp) {
  EXPECT_EQ(StatusOf(Ask("nonsense\r\n\r\n")), 400);
  EXPECT_EQ(StatusOf(Ask("GET /" + std::string(9000, 'a') + " HTTP/1.1\r\n\r\n")), 414);
}

TEST_F(PlainServer, RefusesLongPathsButTakesLongQueries) {
  EXPECT_EQ(StatusOf(Ask(GetRequest("/hello/" + std::string(8000, 'a')))), 414);
  EXPECT_EQ(StatusOf(Ask(GetRequest("/hello/you?claims=" + std::string(8000, 'a')))), 200);
}

TEST_F(PlainServer, TurnsAnExceptionIntoA500) {
  const auto answer = Ask(GetRequest("/throws"));
  EXPECT_EQ(StatusOf(answer), 500);
  EXPECT_THAT(BodyOf(answer), HasSubstr("it broke"));
}

TEST_F(PlainServer, SaysWhenAPortIsTaken) {
  auto options = world_.Http("entra");
  options.port = server_->port();
  const auto second = HttpServer::Start(std::move(options), {});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kInvalidRequest);
  EXPECT_THAT(second.error().message, HasSubstr("port " + std::to_string(server_->port())));
}

TEST_F(PlainServer, ListensAgainOnThePortOfAStoppedServer) {
  const auto port = server_->port();
  Hello();
  server_.reset();
  auto options = world_.Http("imds");
  options.port = port;
  EXPECT_TRUE(HttpServer::Start(std::move(options), {}));
}

TEST_F(PlainServer, AnswersWithAStatusForTheNextRequests) {
  AddFault("imds.compute status=503 count=2");
  for (int i = 0; i < 2; ++i) {
    const auto answer = Hello();
    EXPECT_EQ(StatusOf(answer), 503);
    EXPECT_THAT(answer, HasSubstr("Server: IMDS/2"));
  }
  EXPECT_EQ(LastEntry().fault, "imds.compute status=503 count=2");
  EXPECT_EQ(LastEntry().status, 503);
  EXPECT_EQ(StatusOf(Hello()), 200);
}

TEST_F(PlainServer, SendsRetryAfterAsSecondsOrDate) {
  AddFault("imds.compute status=429 retry-after=5 count=1");
  EXPECT_THAT(Hello(), HasSubstr("Retry-After: 5\r\n"));
  AddFault("imds.compute status=429 retry-after=date:60 count=1");
  EXPECT_THAT(Hello(),
              HasSubstr("Retry-After: Sun, 06 Nov 1994 08:50:37 GMT\r\n"));  // RFC 9110's example + 60 s
}

TEST_F(PlainServer, LeavesAHeaderOut) {
  EXPECT_THAT(Hello(), HasSubstr("Server: IMDS/1"));
  AddFault("imds.compute header=no-server");
  EXPECT_THAT(Hello(), Not(HasSubstr("Server:")));
}

TEST_F(PlainServer, LeavesAHeaderOutOfAFaultyStatusToo) {
  AddFault("imds.compute status=500 header=no-server");
  EXPECT_THAT(Hello(), Not(HasSubstr("Server:")));
}

TEST_F(PlainServer, SpoilsBodies) {
  AddFault("imds.compute body=malformed count=1");
  EXPECT_THAT(BodyOf(Hello()), HasSubstr("not JSON"));
  AddFault("imds.compute body=empty count=1");
  const auto empty = Hello();
  EXPECT_EQ(StatusOf(empty), 200);
  EXPECT_EQ(BodyOf(empty), "");
  AddFault("imds.compute body=oversized count=1");
  EXPECT_GT(BodyOf(Hello()).size(), std::size_t{2} << 20);
}

TEST_F(PlainServer, TruncatesABody) {
  AddFault("imds.compute body=truncated");
  const auto answer = Hello();
  EXPECT_THAT(answer, HasSubstr("Content-Length: 15\r\n"));
  EXPECT_EQ(BodyOf(answer), R"({"hello)");
  const auto curl = testing::RunTool("(curl -s " + server_->url() + "/hello/you; echo \" exit code $?\")");
  EXPECT_THAT(curl.out, HasSubstr("exit code 18")) << "curl's word for a partial file";
}

TEST_F(PlainServer, HandsContentFaultsToTheHandler) {
  AddFault("imds.compute answer=windows");
  EXPECT_EQ(BodyOf(Ask(GetRequest("/answer"))), "windows");
}

TEST_F(PlainServer, AnswersAfterADelay) {
  AddFault("imds.compute delay=1ms");
  EXPECT_EQ(StatusOf(Hello()), 200);
}

TEST_F(PlainServer, AnswersAtOnceWhenADelayIsCleared) {
  AddFault("imds.compute delay=1000s");
  auto answer = HelloThatWaits();
  world_.faults.Clear();
  EXPECT_EQ(StatusOf(answer.get()), 200);
}

TEST_F(PlainServer, ResetsTheConnection) {
  AddFault("imds.compute reset");
  testing::WireClientOptions options;
  options.port = server_->port();
  WireClient client(options);
  EXPECT_EQ(client.Exchange(GetRequest("/hello/you")), "");
  EXPECT_TRUE(client.was_reset());
  EXPECT_EQ(LastEntry().status, 0);
}

TEST_F(PlainServer, AHangEndsWhenFaultsAreCleared) {
  AddFault("imds.compute hang");
  auto answer = HelloThatWaits();
  EXPECT_EQ(LastEntry().path, "/hello/you") << "a hang is logged while it lasts";
  world_.faults.Clear();
  EXPECT_EQ(answer.get(), "");
}

TEST_F(PlainServer, AHangEndsOnStop) {
  AddFault("imds.compute hang");
  auto answer = HelloThatWaits();
  server_->Stop();
  EXPECT_EQ(answer.get(), "");
}

TEST_F(PlainServer, AHangEndsWhenTheClientGoes) {
  AddFault("imds.compute hang");
  testing::WireClientOptions options;
  options.port = server_->port();
  auto client = std::make_unique<WireClient>(options);
  client->Send(GetRequest("/hello/you"));
  while (world_.faults.Waiting() == 0) std::this_thread::yield();
  client.reset();
  while (world_.faults.Waiting() != 0) std::this_thread::yield();
}

TEST_F(PlainServer, AHangInTheBodyComesAfterHalfOfIt) {
  AddFault("imds.compute hang=body");
  auto answer = HelloThatWaits();
  world_.faults.Clear();
  EXPECT_EQ(BodyOf(answer.get()), R"({"hello)");
}

TEST_F(PlainServer, ManyHangsDoNotKeepOthersFromAnAnswer) {
  AddFault("imds.compute hang count=40");
  std::vector<std::unique_ptr<WireClient>> hanging;
  testing::WireClientOptions options;
  options.port = server_->port();
  for (int i = 0; i < 40; ++i) {
    hanging.push_back(std::make_unique<WireClient>(options));
    hanging.back()->Send(GetRequest("/hello/you"));
  }
  while (world_.faults.Waiting() < 40) std::this_thread::yield();
  EXPECT_EQ(StatusOf(Hello()), 200);
  server_->Stop();
}

TEST_F(PlainServer, StopEndsIdleConnections) {
  testing::WireClientOptions options;
  options.port = server_->port();
  WireClient idle(options);
  WireClient used(options);
  used.Exchange(GetRequest("/hello/you"));
  server_->Stop();
  EXPECT_EQ(idle.ReceiveToEnd(), "");
  EXPECT_EQ(used.ReceiveToEnd(), "");
}

TEST_F(PlainServer, StopEndsATlsHandshakeThatNeverStarts) {
  auto secure = HttpServer::Start(world_.Https("entra", AskForCertificate::kHandshake), {});
  ASSERT_TRUE(secure);
  testing::WireClientOptions options;
  options.port = (*secure)->port();
  WireClient silent(options);
  (*secure)->Stop();
  EXPECT_EQ(silent.ReceiveToEnd(), "");
}

TEST_F(PlainServer, ListensOnLoopbackOnly) {
  const auto run = testing::RunTool("ss -Hltn 'sport = :" + std::to_string(server_->port()) + "'");
  if (run.status != 0) GTEST_SKIP() << "no ss tool here";
  const std::string port = ":" + std::to_string(server_->port());
  EXPECT_THAT(run.out, HasSubstr("127.0.0.1" + port));
  for (const std::string everywhere : {"0.0.0.0", "*", "[::]"}) {
    EXPECT_THAT(run.out, Not(HasSubstr(everywhere + port)));
  }
}

}  // namespace
}  // namespace msiv2::emulator
