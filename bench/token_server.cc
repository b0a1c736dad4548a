#include "bench/token_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace msiv2::bench {
namespace {

constexpr std::size_t kTokenLength = 1600;

std::string Answer() {
  std::string token = "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.";
  token.append(kTokenLength - token.size() - 44, 'A').append(".sig").append(40, 'B');
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now).count();
  const std::string body = R"({"access_token": ")" + token + R"(", "expires_in": "86400", "expires_on": ")" +
                           std::to_string(seconds + 86400) + R"(", "not_before": ")" +
                           std::to_string(seconds) +
                           R"(", "resource": "https://management.azure.com", "token_type": "Bearer", )"
                           R"("client_id": "00000000-0000-0000-0000-000000000000"})";
  return "HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\nConnection: keep-alive\r\n\r\n" + body;
}

// A connection, and the part of a request that has come on it.
struct Connection {
  int socket;
  std::string asked;
};

Connection Accept(int listener) {
  const int socket = ::accept(listener, nullptr, nullptr);
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return {socket, {}};
}

// Reads what has come, and answers a request that is complete. Returns false if the connection is at its end.
bool Serve(Connection& connection) {
  std::array<char, 4096> part{};
  const ssize_t count = ::read(connection.socket, part.data(), part.size());
  if (count <= 0) return false;
  connection.asked.append(part.data(), static_cast<std::size_t>(count));
  if (!std::string_view(connection.asked).ends_with("\r\n\r\n")) return true;
  connection.asked.clear();
  const std::string answer = Answer();
  return ::write(connection.socket, answer.data(), answer.size()) >= 0;
}

// One thread serves all: threads of their own would be closer to some clients than to others.
[[noreturn]] void ServeAll(int listener) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  std::vector<Connection> connections;
  while (true) {
    std::vector<pollfd> waiting = {{listener, POLLIN, 0}};
    for (const Connection& connection : connections) waiting.push_back({connection.socket, POLLIN, 0});
    if (::poll(waiting.data(), waiting.size(), -1) < 0) continue;
    for (std::size_t i = connections.size(); i-- > 0;) {
      if (waiting[i + 1].revents == 0 || Serve(connections[i])) continue;
      ::close(connections[i].socket);
      connections.erase(connections.begin() + static_cast<std::ptrdiff_t>(i));
    }
    if (waiting[0].revents != 0) connections.push_back(Accept(listener));
  }
}

}  // namespace

std::optional<TokenServer> TokenServer::Start() {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof address;
  if (::bind(listener, any, size) != 0 || ::listen(listener, SOMAXCONN) != 0 ||
      ::getsockname(listener, any, &size) != 0) {
    return std::nullopt;
  }
  const pid_t process = ::fork();
  if (process < 0) return std::nullopt;
  if (process == 0) ServeAll(listener);
  ::close(listener);
  return TokenServer(process, ntohs(address.sin_port));
}

TokenServer::TokenServer(TokenServer&& other) noexcept
    : process_(std::exchange(other.process_, -1)), port_(other.port_) {}

TokenServer::~TokenServer() {
  if (process_ < 0) return;
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
}

}  // namespace msiv2::bench
