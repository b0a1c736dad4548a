// A proxy's own refusals, and its password: on every leg, in every text that the library outputs.
#include <fstream>
#include <sstream>

#include "cli/run.h"
#include "msiv2/observers/fan_out.h"
#include "msiv2/observers/log.h"
#include "msiv2/resource_client.h"
#include "msiv2/tools/doctor.h"
#include "tests/flow/flow_fixture.h"
#include "tests/flow/told_secrets.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tls_test_server.h"

namespace msiv2 {
namespace {

using testing::LeakIn;
using testing::TestServer;

constexpr char kUser[] = "Yu5rN4me";

class ProxyTest : public FlowTest {
 protected:
  // Returns options whose observer writes logs of both forms at debug level.
  ClientOptions Logged() {
    ClientOptions options = Options();
    options.observer = std::make_shared<FanOutObserver>(std::vector<std::shared_ptr<Observer>>{
        observer_, std::make_shared<LogObserver>(log_, LogOptions{LogLevel::kDebug, LogFormat::kText}),
        std::make_shared<LogObserver>(log_, LogOptions{LogLevel::kDebug, LogFormat::kJson})});
    return options;
  }

  Result<HttpResponse> CallResource(const AccessToken& token) {
    ResourceClientOptions options;
    emulator::Use(emulator_->endpoints(), options);
    options.environment = Options().environment;
    auto resource = ResourceClient::Create(std::move(options));
    EXPECT_TRUE(resource);
    return resource->Send(token, {.url = emulator_->endpoints().resource + "/hello"});
  }

  Diagnosis Diagnose() {
    DiagnoseOptions options;
    options.client = Options();
    options.token_endpoint = emulator_->endpoints().entra;
    const auto diagnosis = msiv2::Diagnose(options);
    EXPECT_TRUE(diagnosis);
    return *diagnosis;
  }

  // Returns standard output and error of a command. It has the emulator for a host with IMDS: with --emulator
  // it would use no proxy.
  std::string RunCommand(std::vector<std::string> args) {
    const std::string anchors = (folder_.path() / "anchors.pem").string();
    std::ofstream(anchors) << emulator_->endpoints().ca_pem;
    args.insert(args.end(), {"--imds-base", emulator_->endpoints().imds, "--trust-anchors", anchors});
    std::istringstream in;
    std::ostringstream out;
    cli::Run(args, {in, out, out, false, Options().environment, {}});
    return out.str();
  }

  std::ostringstream log_;
  testing::TemporaryFolder folder_;
};

std::string Texts(const Error& error) {
  return error.ToString() + "\n" + error.message + "\n" + error.service_error + "\n" + error.correlation_id +
         "\n";
}

std::string Texts(const Diagnosis& diagnosis) {
  std::string texts;
  for (const Finding& finding : diagnosis.findings) texts += finding.text + "\n" + finding.cure + "\n";
  return texts;
}

TestServer::Script Refuse(const std::string& status) {
  return [status](TestServer::Connection& connection) {
    connection.ReadRequest();
    connection.Respond("<html>who are you?</html>", status);
    connection.WaitForClose();
  };
}

void ExpectProxyError(const Error& error, Step step, const std::string& origin) {
  EXPECT_EQ(error.code, ErrorCode::kProxyFailed) << error.ToString();
  EXPECT_EQ(error.step, step);
  EXPECT_NE(error.message.find("the proxy " + origin + " of HTTPS_PROXY "), std::string::npos)
      << error.message;
  EXPECT_NE(error.Cure().find("proxy"), std::string_view::npos);
  EXPECT_EQ(error.ToString().find("AADSTS"), std::string::npos);
  EXPECT_EQ(error.ToString().find(kUser), std::string::npos);
}

// U2.
TEST_F(ProxyTest, ARefusalIsAnErrorOfTheProxyOnEachLeg) {
  auto client = MakeClient(Options());
  const auto token = client.AcquireToken(Attested());
  ASSERT_TRUE(token) << token.error().ToString();
  TokenRequest again = Attested();
  again.force_refresh = true;
  for (const std::string& status : std::initializer_list<std::string>{"407 Proxy Authentication Required",
                                                                      "403 Forbidden", "502 Bad Gateway"}) {
    TestServer proxy(Refuse(status));
    const std::string origin = "http://127.0.0.1:" + std::to_string(proxy.port());
    environment_["HTTPS_PROXY"] = "http://" + std::string(kUser) + ":Zq7xVk9Jw2@" + origin.substr(7);
    const auto refused = client.AcquireToken(again);
    ASSERT_FALSE(refused);
    ExpectProxyError(refused.error(), Step::kToken, origin);
    EXPECT_EQ(refused.error().http_status, std::stoi(status));
    EXPECT_EQ(refused.error().retryable, status[0] == '5');
    const auto resource = CallResource(**token);
    ASSERT_FALSE(resource);
    ExpectProxyError(resource.error(), Step::kResource, origin);
    int through_the_proxy = 0;
    for (const Finding& finding : Diagnose().findings) {
      if (finding.check != "attestation" && finding.check != "token_endpoint") continue;
      ++through_the_proxy;
      EXPECT_EQ(finding.cause, "proxy_failed") << finding.text;
      EXPECT_NE(finding.text.find("the proxy " + origin + " of HTTPS_PROXY"), std::string::npos)
          << finding.text;
    }
    EXPECT_EQ(through_the_proxy, 2);
  }
  EXPECT_EQ(Requests("imds", "/issuecredential"), 1) << "a refusal by the proxy asks for no new certificate";
}

// A1. The head of the answer to CONNECT goes through libcurl's own reader. It refuses a first line that
// begins with a blank, and takes a folded one for a header. Neither harms the client.
TEST_F(ProxyTest, AFoldedHeadOfAnAnswerToConnectHarmsNothing) {
  auto client = MakeClient(Options());
  TokenRequest again = Attested();
  again.force_refresh = true;
  for (const char* line : {" HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\n Folded: x\r\n\r\n",
                           "HTTP/1.1 200 OK\r\n\tFolded: x\r\nConnection: keep-alive\r\n\r\n"}) {
    TestServer proxy([line](TestServer::Connection& connection) {
      connection.ReadRequest();
      connection.Write(line);
    });
    environment_["HTTPS_PROXY"] = "http://127.0.0.1:" + std::to_string(proxy.port());
    for (int round = 0; round < 3; ++round) {
      const auto refused = client.AcquireToken(again);
      ASSERT_FALSE(refused);
      const ErrorCode expected = *line == ' ' ? ErrorCode::kProxyFailed : ErrorCode::kTokenRequestFailed;
      EXPECT_EQ(Name(refused.error().code), Name(expected)) << refused.error().ToString();
    }
    environment_.erase("HTTPS_PROXY");
    const auto token = client.AcquireToken(again);
    EXPECT_TRUE(token) << token.error().ToString();
  }
}

// A proxy that is down, and one whose name does not resolve.
// U2.
TEST_F(ProxyTest, AProxyThatIsDownIsNotTakenForTheEndpoint) {
  auto client = MakeClient(Options());
  for (const std::string& origin :
       std::initializer_list<std::string>{"http://127.0.0.1:1", "http://proxy.invalid:3128"}) {
    environment_["HTTPS_PROXY"] = origin;
    const auto refused = client.AcquireToken(Attested());
    ASSERT_FALSE(refused);
    ExpectProxyError(refused.error(), Step::kToken, origin);
    EXPECT_TRUE(refused.error().retryable);
  }
  environment_["NO_PROXY"] = "127.0.0.0/8,localhost";
  const auto token = client.AcquireToken(Attested());
  EXPECT_TRUE(token) << token.error().ToString();
}

// Returns values of a proxy variable with this password, of proxies that refuse, cannot be reached or are not
// usable. `refusing` is the host and port of a proxy.
std::vector<std::string> ValuesWith(const std::string& password, const std::string& refusing) {
  const std::string userinfo = std::string(kUser) + ":" + password + "@";
  return {"http://" + userinfo + refusing,
          "http://" + userinfo + "127.0.0.1:1",
          userinfo + "127.0.0.1:99999",
          "ftp://" + userinfo + refusing,
          "'http://" + userinfo + refusing + "' \n",
          "https://" + userinfo + refusing,
          "http://" + PercentEncode(kUser) + ":" + PercentEncode(password) + "@" + refusing};
}

// A4, F2.
TEST_F(ProxyTest, NoPartOfItsPasswordIsInAnyTextOfTheLibrary) {
  auto client = MakeClient(Logged());
  const auto token = client.AcquireToken(Attested());
  ASSERT_TRUE(token) << token.error().ToString();
  TokenRequest again = Attested();
  again.force_refresh = true;
  TestServer proxy(Refuse("407 Proxy Authentication Required"));
  const std::string refusing = "127.0.0.1:" + std::to_string(proxy.port());
  int failures = 0;
  int turn = 0;
  for (const std::string& password : testing::AwkwardPasswords()) {
    for (const std::string& value : ValuesWith(password, refusing)) {
      environment_["https_proxy"] = value;
      std::string texts;
      const auto refused = client.AcquireToken(again);
      if (!refused) texts += Texts(refused.error());
      const auto resource = CallResource(**token);
      if (!resource) texts += Texts(resource.error());
      failures += refused || resource ? 0 : 1;
      if (turn++ % 8 == 0) texts += Texts(Diagnose());  // not always with the same form of each password
      for (const std::string& secret : {password, PercentEncode(password)}) {
        EXPECT_EQ(LeakIn(texts, secret), "") << value << "\n" << texts;
      }
      EXPECT_EQ(texts.find(kUser), std::string::npos) << value << "\n" << texts;
    }
  }
  EXPECT_EQ(failures, 7 * static_cast<int>(testing::AwkwardPasswords().size()));
  const std::string said = log_.str() + observer_->Text();
  EXPECT_NE(said.find("proxy_failed"), std::string::npos);
  for (const std::string& password : testing::AwkwardPasswords()) EXPECT_EQ(LeakIn(said, password), "");
  EXPECT_EQ(said.find(kUser), std::string::npos);
}

// A4, F2.
TEST_F(ProxyTest, NoPartOfItsPasswordIsInAnyOutputOfTheCommand) {
  TestServer proxy(Refuse("407 Proxy Authentication Required"));
  const std::string& url = emulator_->endpoints().resource;
  const std::vector<std::vector<std::string>> commands = {
      {"token", "--resource", url, "--mtls-pop", "--allow-unattested", "--verbose", "--explain"},
      {"token", "--resource", url, "--mtls-pop", "--allow-unattested", "--output", "json"},
      {"call", url + "/hello", "--resource", url, "--allow-unattested", "--verbose"},
      {"call", url + "/hello", "--resource", url, "--allow-unattested", "--output", "json"},
      {"doctor"},
      {"doctor", "--output", "json"}};
  std::size_t turn = 0;  // the number of commands and the number of values have no common divisor
  int named = 0;
  for (const std::string& password : testing::AwkwardPasswords()) {
    for (const std::string& value : ValuesWith(password, "127.0.0.1:" + std::to_string(proxy.port()))) {
      environment_["HTTPS_PROXY"] = value;
      const std::string shown = RunCommand(commands[turn++ % commands.size()]);
      named += shown.find("HTTPS_PROXY") != std::string::npos ? 1 : 0;
      for (const std::string& secret : {password, PercentEncode(password)}) {
        EXPECT_EQ(LeakIn(shown, secret), "") << value << "\n" << shown;
      }
      EXPECT_EQ(shown.find(kUser), std::string::npos) << value << "\n" << shown;
    }
  }
  EXPECT_EQ(named, static_cast<int>(turn)) << "each output is about the proxy";
}

}  // namespace
}  // namespace msiv2
