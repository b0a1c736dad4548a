// Wherever a request hangs, the caller's deadline, a cancellation and the attempt timeout end it.
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "http/curl/curl_test_fixture.h"

namespace msiv2::curl {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// A listener that never accepts and whose queue is full, so that a further connect gets no answer.
class FullListener {
 public:
  FullListener() {
    sockets_.push_back(socket(AF_INET, SOCK_STREAM, 0));
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address_;
    EXPECT_EQ(bind(sockets_[0], reinterpret_cast<sockaddr*>(&address_), size), 0);
    EXPECT_EQ(listen(sockets_[0], 0), 0);
    getsockname(sockets_[0], reinterpret_cast<sockaddr*>(&address_), &size);
    while (ConnectsAtOnce()) {
    }
  }
  FullListener(const FullListener&) = delete;
  FullListener& operator=(const FullListener&) = delete;
  ~FullListener() {
    for (const int socket : sockets_) close(socket);
  }

  std::string Url(const std::string& scheme) const {
    return scheme + "://127.0.0.1:" + std::to_string(ntohs(address_.sin_port)) + "/";
  }

 private:
  bool ConnectsAtOnce() {
    const int client = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    sockets_.push_back(client);
    connect(client, reinterpret_cast<sockaddr*>(&address_), sizeof address_);
    pollfd waiting{client, POLLOUT, 0};
    return poll(&waiting, 1, 200) == 1;
  }

  std::vector<int> sockets_;
  sockaddr_in address_{};
};

enum class Place { kConnect, kTlsHandshake, kHead, kBody, kEndlessBody };

class CurlHang : public CurlTest, public ::testing::WithParamInterface<Place> {
 protected:
  void SetUp() override {
    CurlTest::SetUp();
    if (GetParam() == Place::kConnect) {
      listener_.emplace();
      request_ = Get(listener_->Url("https"));
    } else {
      server_.emplace([this](TestServer::Connection& connection) { Play(connection); });
      request_ = Get(server_->Url("https"));
    }
    request_.connect_timeout = request_.attempt_timeout = std::chrono::hours(1);
    request_.max_body_bytes = SIZE_MAX;
  }

  void Play(TestServer::Connection& connection) {
    if (GetParam() == Place::kTlsHandshake) connection.ReadRaw();
    if (GetParam() == Place::kTlsHandshake) return connection.Hang();
    if (!connection.StartTls(tls_)) return;
    connection.ReadRequest();
    if (GetParam() == Place::kHead) connection.Write("HTTP/1.1 200 OK\r\nX-A");
    if (GetParam() == Place::kBody) connection.Write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
    if (GetParam() == Place::kEndlessBody) Drip(connection);
    connection.Hang();
  }

  static void Drip(TestServer::Connection& connection) {
    connection.Write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    while (connection.Write("1\r\nx\r\n")) {
    }
  }

  bool Connected() const { return GetParam() != Place::kConnect; }
  // Returns true if the server's script ends in silence that a test can wait for.
  bool FallsSilent() const { return Connected() && GetParam() != Place::kEndlessBody; }

  std::optional<FullListener> listener_;
  std::optional<TestServer> server_;
  HttpRequest request_;
};

TEST_P(CurlHang, EndsAtTheCallersDeadline) {
  context_.deadline = clock_->MonotonicNow() + milliseconds(100);
  ExpectFailure(Send(request_), Kind::kDeadline);
}

TEST_P(CurlHang, EndsWhenAnotherThreadCancels) {
  const CancellationSource source;
  context_.cancellation = source.token();
  std::thread canceler([&] {
    if (FallsSilent()) server_->WaitForHang();
    source.Cancel();
  });
  ExpectFailure(Send(request_), Kind::kCanceled);
  canceler.join();
}

TEST_P(CurlHang, EndsAtTheAttemptTimeout) {
  request_.attempt_timeout = seconds(1);
  ExpectFailure(Send(request_), Connected() ? Kind::kTimeout : Kind::kConnect);
}

TEST_P(CurlHang, TheConnectTimeoutCoversTheConnectionOnly) {
  request_.connect_timeout = milliseconds(500);
  request_.attempt_timeout = milliseconds(2500);
  const auto sent = Send(request_);
  ExpectFailure(sent, Connected() ? Kind::kTimeout : Kind::kConnect);
  if (!Connected()) return;
  EXPECT_EQ(sent.error().native_code, 0) << "libcurl's own connect timeout ended the handshake";
}

std::string NameOf(const ::testing::TestParamInfo<Place>& place) {
  constexpr const char* kNames[] = {"Connect", "TlsHandshake", "Head", "Body", "EndlessBody"};
  return kNames[static_cast<int>(place.param)];
}

INSTANTIATE_TEST_SUITE_P(Places, CurlHang,
                         ::testing::Values(Place::kConnect, Place::kTlsHandshake, Place::kHead, Place::kBody,
                                           Place::kEndlessBody),
                         NameOf);

class CurlLimits : public CurlTest {};

TEST_F(CurlLimits, PlainHttpThatDoesNotConnectIsAConnectFailure) {
  const FullListener listener;
  HttpRequest request = Get(listener.Url("http"));
  request.connect_timeout = milliseconds(100);
  ExpectFailure(Send(request), Kind::kConnect);
}

TEST_F(CurlLimits, AServerThatIsSilentOnAKeptConnectionTimesOut) {
  TestServer server([](TestServer::Connection& connection) {
    connection.ReadRequest();
    connection.Respond("first");
    connection.ReadRequest();
    connection.Hang();
  });
  HttpRequest request = Get(server.Url("http"));
  ExpectBody(Send(request), "first");
  request.connect_timeout = milliseconds(500);
  request.attempt_timeout = seconds(1);
  ExpectFailure(Send(request), Kind::kTimeout);
}

TEST_F(CurlLimits, NothingIsSentAfterTheDeadlineOrACancellation) {
  TestServer server([](TestServer::Connection&) {});
  CancellationSource source;
  source.Cancel();
  context_.cancellation = source.token();
  ExpectFailure(Send(Get(server.Url("http"))), Kind::kCanceled);
  context_.cancellation = {};
  context_.deadline = clock_->MonotonicNow();
  ExpectFailure(Send(Get(server.Url("http"))), Kind::kDeadline);
  EXPECT_EQ(server.connections(), 0);
}

// A clock that advances by an hour each time it is read.
class RacingClock final : public Clock {
 public:
  std::chrono::system_clock::time_point Now() const override { return {}; }
  std::chrono::steady_clock::time_point MonotonicNow() const override {
    now_ += std::chrono::hours(1);
    return now_;
  }
  bool SleepUntil(std::chrono::steady_clock::time_point, const CancellationToken&) override { return true; }

 private:
  mutable std::chrono::steady_clock::time_point now_{};
};

TEST_F(CurlLimits, TimeIsReadFromTheCallersClock) {
  TestServer server([](TestServer::Connection& connection) { connection.Hang(); });
  RacingClock clock;
  context_.clock = &clock;
  context_.deadline = std::chrono::steady_clock::time_point(std::chrono::hours(10));
  HttpRequest request = Get(server.Url("http"));
  request.connect_timeout = request.attempt_timeout = std::chrono::hours(1000);
  ExpectFailure(Send(request), Kind::kDeadline);
}

TEST_F(CurlLimits, TheTransportServesOnAfterATimeout) {
  std::atomic<int> accepted = 0;
  TestServer server([&](TestServer::Connection& connection) {
    if (accepted++ == 0) return connection.Hang();
    while (connection.ReadRequest()) connection.Respond("answer");
  });
  HttpRequest request = Get(server.Url("http"));
  request.attempt_timeout = seconds(1);
  ExpectFailure(Send(request), Kind::kTimeout);
  request.attempt_timeout = seconds(60);
  ExpectBody(Send(request), "answer");
}

}  // namespace
}  // namespace msiv2::curl
