#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <system_error>

#include "emulator/sockets.h"

namespace msiv2::emulator {
namespace {

void TurnOn(int socket, int level, int option) {
  const int on = 1;
  ::setsockopt(socket, level, option, &on, sizeof on);
}

sockaddr_in Loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

sigset_t OnlyBrokenPipe() {
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, SIGPIPE);
  return set;
}

}  // namespace

Result<std::unique_ptr<Listener>> Listener::Open(std::uint16_t port) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  // A port whose last connections are still in TIME_WAIT can be used; one with a listener cannot.
  if (listener >= 0) TurnOn(listener, SOL_SOCKET, SO_REUSEADDR);
  const auto address = Loopback(port);
  if (listener >= 0 && ::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
      ::listen(listener, SOMAXCONN) == 0) {
    return std::unique_ptr<Listener>(new Listener(listener));
  }
  const auto reason = std::generic_category().message(errno);
  if (listener >= 0) ::close(listener);
  return Error(ErrorCode::kInvalidRequest,
               "The emulator cannot listen on 127.0.0.1 port " + std::to_string(port) + ": " + reason + ".");
}

Listener::Listener(socket_t socket) : socket_(socket), port_(LocalPort(socket)) {}
Listener::~Listener() { ::close(socket_); }

// The socket stays open, so that no other process gets the port.
void Listener::End() {
  ended_ = true;
  ::shutdown(socket_, SHUT_RDWR);
}

std::optional<socket_t> Listener::Accept() {
  while (!ended_) {
    const int socket = ::accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket >= 0) {
      TurnOn(socket, IPPROTO_TCP, TCP_NODELAY);
      return socket;
    }
    // Out of descriptors, or a client that gave up: give other connections time to end, then go on.
    pollfd nothing{.fd = -1, .events = 0, .revents = 0};
    if (errno != EINTR && errno != ECONNABORTED && !ended_) ::poll(&nothing, 1, 10);
  }
  return std::nullopt;
}

std::optional<socket_t> ConnectToLoopback(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto address = Loopback(port);
  if (socket >= 0 && ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
    return socket;
  if (socket >= 0) ::close(socket);
  return std::nullopt;
}

void ForgetSocketError() noexcept { errno = 0; }
bool LastErrorWasReset() noexcept { return errno == ECONNRESET; }

std::uint16_t LocalPort(socket_t socket) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  return ntohs(address.sin_port);
}

void EndSocket(socket_t socket) { ::shutdown(socket, SHUT_RDWR); }

void CloseSocket(socket_t socket) { ::close(socket); }

void CloseWithReset(socket_t socket) {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  ::close(socket);
}

void DrainUntilPeerCloses(socket_t socket) {
  constexpr int kMostReads = 64;
  ::shutdown(socket, SHUT_WR);
  std::array<char, 4096> rest{};
  for (int i = 0; i < kMostReads; ++i) {
    pollfd readable{.fd = socket, .events = POLLIN, .revents = 0};
    if (::poll(&readable, 1, 1000) != 1) break;
    if (ReceiveSome(socket, rest.data(), rest.size()) == 0) break;
  }
}

bool PeerHasClosed(socket_t socket) {
  pollfd state{.fd = socket, .events = POLLRDHUP, .revents = 0};
  return ::poll(&state, 1, 0) == 1 && (state.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

void IgnoreBrokenPipes() noexcept { std::signal(SIGPIPE, SIG_IGN); }

BrokenPipeShield::BrokenPipeShield() noexcept {
  sigset_t pending;
  ::sigpending(&pending);
  was_pending_ = ::sigismember(&pending, SIGPIPE) == 1;
  sigset_t before;
  const sigset_t pipe = OnlyBrokenPipe();
  ::pthread_sigmask(SIG_BLOCK, &pipe, &before);
  was_blocked_ = ::sigismember(&before, SIGPIPE) == 1;
}

BrokenPipeShield::~BrokenPipeShield() {
  const sigset_t pipe = OnlyBrokenPipe();
  const timespec at_once{};
  // Takes the signal of this thread's own writes. One that was pending before belongs to someone else.
  while (!was_pending_ && ::sigtimedwait(&pipe, nullptr, &at_once) < 0 && errno == EINTR) {
  }
  if (!was_blocked_) ::pthread_sigmask(SIG_UNBLOCK, &pipe, nullptr);
}

bool SendAll(socket_t socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::size_t ReceiveSome(socket_t socket, char* into, std::size_t room) {
  while (true) {
    const auto received = ::recv(socket, into, room, 0);
    if (received < 0 && errno == EINTR) continue;
    return received > 0 ? static_cast<std::size_t>(received) : 0;
  }
}

}  // namespace msiv2::emulator
