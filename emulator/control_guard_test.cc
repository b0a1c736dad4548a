// Local programs may use the control endpoint; a web page in a local browser may not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "emulator/control_server.h"
#include "emulator/testing/wire_client.h"

namespace msiv2::emulator {
namespace {

using testing::BodyOf;
using ::testing::HasSubstr;
using testing::StatusOf;
using testing::WireClient;

struct Call {
  const char* method;
  const char* path;
};

/// ControlGuard counts what reaches the hooks.
class ControlGuard : public ::testing::Test {
 protected:
  void SetUp() override {
    ControlHooks hooks;
    hooks.endpoints_json = [this] { return Count(), std::string("{}"); };
    hooks.log = [this] { return Count(), std::vector<RequestLogEntry>(); };
    hooks.clear_log = [this] { Count(); };
    hooks.faults = [this] { return Count(), std::vector<std::string>(); };
    hooks.add_fault = [this](std::string_view) { return Count(), Result<void>(); };
    hooks.clear_faults = [this] { Count(); };
    hooks.rotate_federated_token = [this] { return Count(), Result<void>(); };
    hooks.revoke = [this] { Count(); };
    hooks.hanging = [this] { return Count(), std::size_t{0}; };
    auto started = StartControlServer(0, std::move(hooks));
    ASSERT_TRUE(started) << started.error().message;
    server_ = std::move(*started);
  }

  std::string Port() const { return std::to_string(server_->port()); }
  /// Request returns a request with exactly these header lines; @ stands for the server's port.
  std::string Request(const Call& call, std::string headers, const std::string& body = {}) const {
    for (auto at = headers.find('@'); at != std::string::npos; at = headers.find('@')) {
      headers.replace(at, 1, Port());
    }
    return std::string(call.method) + " " + call.path + " HTTP/1.1\r\n" + headers +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }
  std::string Ask(const std::string& request) const {
    testing::WireClientOptions options;
    options.port = server_->port();
    return WireClient(options).Exchange(request);
  }
  int calls() const { return calls_; }

 private:
  void Count() { ++calls_; }

  std::atomic<int> calls_{0};
  std::unique_ptr<HttpServer> server_;
};

constexpr Call kCalls[] = {
    {"GET", "/health"}, {"GET", "/endpoints"}, {"GET", "/log"},       {"DELETE", "/log"},
    {"GET", "/faults"}, {"POST", "/faults"},   {"DELETE", "/faults"}, {"POST", "/rotate-federated-token"},
    {"POST", "/revoke"}};

// A14.
TEST_F(ControlGuard, ProgramsOfThisMachineAreServed) {
  int served = 0;
  for (const char* headers :
       {"Host: 127.0.0.1:@\r\n", "Host: localhost:@\r\n", "Host: [::1]:@\r\n", "HOST: LocalHost:@\r\n",
        "Host: 127.0.0.1:@\r\nSec-Fetch-Site: same-origin\r\n"}) {
    for (const Call& call : kCalls) {
      const std::string answer = Ask(Request(call, headers, call.method[0] == 'P' ? "rule" : ""));
      EXPECT_EQ(StatusOf(answer) / 100, 2) << call.method << call.path << headers;
      EXPECT_GE(calls(), ++served);
    }
  }
}

// A14.
TEST_F(ControlGuard, WebPagesAreRefusedOnEveryRoute) {
  const char* const foreign[] = {
      "",
      "Host: evil.example\r\n",
      "Host: evil.example:@\r\n",
      "Host: 127.0.0.1\r\n",
      "Host: 127.0.0.1:1\r\n",
      "Host: 127.0.0.1.evil.example:@\r\n",
      "Host: localhost.:@\r\n",
      "Host: localhost.evil.example:@\r\n",
      "Host: evil@127.0.0.1:@\r\n",
      "Host: 0.0.0.0:@\r\n",
      "Host: 127.1:@\r\n",
      "Host: \r\n",
      "Host: 127.0.0.1:@\r\nHost: evil.example\r\n",
      "Host: 127.0.0.1:@\r\nOrigin: http://evil.example\r\n",
      "Host: 127.0.0.1:@\r\nOrigin: null\r\n",
      "Host: 127.0.0.1:@\r\nOrigin: http://127.0.0.1:@\r\n",
      "Host: 127.0.0.1:@\r\norigin: x\r\n",
      "Host: 127.0.0.1:@\r\nSec-Fetch-Site: cross-site\r\n",
      "Host: 127.0.0.1:@\r\nSec-Fetch-Site: same-site\r\n",
      "Host: 127.0.0.1:@\r\nSec-Fetch-Site: none\r\n",
      "Host: 127.0.0.1:@\r\nSec-Fetch-Site: same-origin\r\nSec-Fetch-Site: cross-site\r\n",
  };
  for (const char* headers : foreign) {
    for (const Call& call : kCalls) {
      const std::string answer = Ask(Request(call, headers, call.method[0] == 'P' ? "rule" : ""));
      EXPECT_EQ(StatusOf(answer), 403) << call.method << call.path << headers;
      EXPECT_THAT(BodyOf(answer), HasSubstr("refused"));
    }
  }
  EXPECT_EQ(StatusOf(Ask(Request({"GET", "/missing"}, "Host: evil.example\r\n"))), 403);
  EXPECT_EQ(StatusOf(Ask(Request({"OPTIONS", "/revoke"}, "Host: evil.example\r\n"))), 403);
  EXPECT_EQ(calls(), 0);
}

// A14. A page may send a POST of plain text without asking first, and its body can be a whole request.
TEST_F(ControlGuard, TheBodyOfARefusedRequestIsNotTakenForARequest) {
  const std::string inner = Request({"POST", "/revoke"}, "Host: 127.0.0.1:@\r\nConnection: close\r\n");
  testing::WireClientOptions options;
  options.port = static_cast<std::uint16_t>(std::stoi(Port()));
  WireClient client(options);
  ASSERT_TRUE(client.Send(Request({"POST", "/faults"}, "Host: evil.example\r\n", inner)));
  const std::string all = client.ReceiveToEnd();
  EXPECT_EQ(StatusOf(all), 403);
  EXPECT_EQ(all.find("HTTP/1.1", 8), std::string::npos) << "one answer and no other";
  EXPECT_EQ(calls(), 0);
}

// A14. Nor the body of a request whose path is too long.
TEST_F(ControlGuard, TheBodyBehindALongPathIsNotTakenForARequest) {
  const std::string path = "/" + std::string(2000, 'x');
  const std::string inner = Request({"POST", "/revoke"}, "Host: 127.0.0.1:@\r\nConnection: close\r\n");
  testing::WireClientOptions options;
  options.port = static_cast<std::uint16_t>(std::stoi(Port()));
  WireClient client(options);
  ASSERT_TRUE(client.Send(Request({"POST", path.c_str()}, "Host: 127.0.0.1:@\r\n", inner)));
  EXPECT_EQ(StatusOf(client.ReceiveToEnd()), 414);
  EXPECT_EQ(calls(), 0);
}

}  // namespace
}  // namespace msiv2::emulator
