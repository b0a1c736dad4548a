#include <winsock2.h>
// after winsock2.h
#include <ws2tcpip.h>

#include <array>
#include <system_error>
#include <utility>

#include "emulator/sockets.h"

namespace msiv2::emulator {
namespace {

// Winsock must be started once per process, before the first socket.
void StartWinsock() {
  static const bool started = [] {
    WSADATA data{};
    return WSAStartup(MAKEWORD(2, 2), &data) == 0;
  }();
  static_cast<void>(started);
}

void TurnOn(SOCKET socket, int level, int option) {
  const BOOL on = TRUE;
  ::setsockopt(socket, level, option, reinterpret_cast<const char*>(&on), sizeof on);
}

sockaddr_in Loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

// A TCP socket that no child process inherits.
SOCKET OwnSocket() {
  return ::WSASocketW(AF_INET, SOCK_STREAM, IPPROTO_TCP, nullptr, 0,
                      WSA_FLAG_NO_HANDLE_INHERIT | WSA_FLAG_OVERLAPPED);
}

// Waits until the socket can be read or has ended; returns false if neither happens within `milliseconds`.
bool AwaitReadable(SOCKET socket, int milliseconds) {
  WSAPOLLFD readable{};
  readable.fd = socket;
  readable.events = POLLRDNORM;
  return ::WSAPoll(&readable, 1, milliseconds) == 1;
}

}  // namespace

Result<std::unique_ptr<Listener>> Listener::Open(std::uint16_t port) {
  StartWinsock();
  const SOCKET listener = OwnSocket();
  // SO_REUSEADDR would let another program take over the port.
  if (listener != INVALID_SOCKET) TurnOn(listener, SOL_SOCKET, SO_EXCLUSIVEADDRUSE);
  const auto address = Loopback(port);
  if (listener != INVALID_SOCKET &&
      ::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
      ::listen(listener, SOMAXCONN) == 0) {
    return std::unique_ptr<Listener>(new Listener(listener));
  }
  const auto reason = std::system_category().message(WSAGetLastError());
  if (listener != INVALID_SOCKET) ::closesocket(listener);
  return Error(ErrorCode::kInvalidRequest,
               "The emulator cannot listen on 127.0.0.1 port " + std::to_string(port) + ": " + reason + ".");
}

Listener::Listener(socket_t socket) : socket_(socket), port_(LocalPort(socket)) {}
Listener::~Listener() {
  if (socket_ != INVALID_SOCKET) ::closesocket(socket_);
}

void Listener::End() { ended_ = true; }

// Only a client, or closing the socket under it, wakes a thread in accept(), so this one polls.
std::optional<socket_t> Listener::Accept() {
  constexpr int kLookEvery = 50;  // milliseconds
  while (!ended_) {
    if (!AwaitReadable(socket_, kLookEvery)) continue;
    const SOCKET socket = ::accept(socket_, nullptr, nullptr);
    if (socket != INVALID_SOCKET) {
      ::SetHandleInformation(reinterpret_cast<HANDLE>(socket), HANDLE_FLAG_INHERIT, 0);
      TurnOn(socket, IPPROTO_TCP, TCP_NODELAY);
      return socket;
    }
    ::Sleep(10);  // out of sockets, or a client that gave up: give other connections time to end, then go on
  }
  // An open listener would continue to accept clients into the system's queue.
  ::closesocket(std::exchange(socket_, INVALID_SOCKET));
  return std::nullopt;
}

std::optional<socket_t> ConnectToLoopback(std::uint16_t port) {
  StartWinsock();
  const SOCKET socket = OwnSocket();
  const auto address = Loopback(port);
  if (socket != INVALID_SOCKET &&
      ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    return socket;
  }
  if (socket != INVALID_SOCKET) ::closesocket(socket);
  return std::nullopt;
}

void ForgetSocketError() noexcept { WSASetLastError(0); }
bool LastErrorWasReset() noexcept {
  const int error = WSAGetLastError();
  return error == WSAECONNRESET || error == WSAECONNABORTED;
}

std::uint16_t LocalPort(socket_t socket) {
  sockaddr_in address{};
  int size = sizeof address;
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  return ntohs(address.sin_port);
}

void EndSocket(socket_t socket) {
  ::shutdown(socket, SD_BOTH);
  // A call that is already waiting does not notice the shutdown; only later calls do.
  ::CancelIoEx(reinterpret_cast<HANDLE>(socket), nullptr);
}

void CloseSocket(socket_t socket) { ::closesocket(socket); }

void CloseWithReset(socket_t socket) {
  linger at_once{};
  at_once.l_onoff = 1;
  ::setsockopt(socket, SOL_SOCKET, SO_LINGER, reinterpret_cast<const char*>(&at_once), sizeof at_once);
  ::closesocket(socket);
}

void DrainUntilPeerCloses(socket_t socket) {
  constexpr int kMostReads = 64;
  ::shutdown(socket, SD_SEND);
  std::array<char, 4096> rest{};
  for (int i = 0; i < kMostReads; ++i) {
    if (!AwaitReadable(socket, 1000) || ReceiveSome(socket, rest.data(), rest.size()) == 0) break;
  }
}

bool PeerHasClosed(socket_t socket) {
  WSAPOLLFD state{};
  state.fd = socket;
  state.events = POLLRDNORM;
  if (::WSAPoll(&state, 1, 0) != 1) return false;
  if ((state.revents & (POLLHUP | POLLERR)) != 0) return true;
  char next = 0;
  return ::recv(socket, &next, 1, MSG_PEEK) == 0;
}

void IgnoreBrokenPipes() noexcept {}

BrokenPipeShield::BrokenPipeShield() noexcept = default;
BrokenPipeShield::~BrokenPipeShield() = default;

bool SendAll(socket_t socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const int sent = ::send(socket, bytes.data(), static_cast<int>(bytes.size()), 0);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::size_t ReceiveSome(socket_t socket, char* into, std::size_t room) {
  const int received = ::recv(socket, into, static_cast<int>(room), 0);
  return received > 0 ? static_cast<std::size_t>(received) : 0;
}

}  // namespace msiv2::emulator
