// The few socket calls of the emulator's servers. One source file per operating system.
#pragma once

#include <httplib.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "msiv2/result.h"

namespace msiv2::emulator {

/// Listener is a listening socket on 127.0.0.1.
class Listener {
 public:
  /// Open listens on `port`, 0 for any. Errors: `invalid_request` when the port is taken.
  static Result<std::unique_ptr<Listener>> Open(std::uint16_t port);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  std::uint16_t port() const noexcept { return port_; }
  /// Accept waits for a client. None: the listener was ended. For one thread.
  std::optional<socket_t> Accept();
  /// End wakes Accept for good; from then on clients are refused. For any thread.
  void End();

 private:
  explicit Listener(socket_t socket);

  socket_t socket_;
  const std::uint16_t port_;
  std::atomic<bool> ended_{false};
};

/// ConnectToLoopback connects to 127.0.0.1. None: nobody listens there.
std::optional<socket_t> ConnectToLoopback(std::uint16_t port);
/// ForgetSocketError and LastErrorWasReset tell whether the socket call between them met a TCP RST.
void ForgetSocketError() noexcept;
bool LastErrorWasReset() noexcept;

/// LocalPort returns the port of a bound socket.
std::uint16_t LocalPort(socket_t socket);

/// EndSocket ends both directions, which wakes every thread that waits on the socket. It stays open.
void EndSocket(socket_t socket);

void CloseSocket(socket_t socket);
/// CloseWithReset makes the peer see a TCP RST.
void CloseWithReset(socket_t socket);
/// DrainUntilPeerCloses ends our direction and reads on until the peer has ended its own, a second of silence
/// at most. To be called before CloseSocket: bytes left unread would make the system send an RST, which can
/// overtake the last answer.
void DrainUntilPeerCloses(socket_t socket);

/// PeerHasClosed is true when the peer ended its direction, even with unread bytes before the end.
bool PeerHasClosed(socket_t socket);

/// IgnoreBrokenPipes has this process live on when it writes to a connection that is gone, where that would
/// end it.
void IgnoreBrokenPipes() noexcept;
/// SendAll writes all bytes; false when the connection is gone. It raises no signal.
bool SendAll(socket_t socket, std::string_view bytes);
/// ReceiveSome waits for bytes and returns how many came; 0 at the end or on an error.
std::size_t ReceiveSome(socket_t socket, char* into, std::size_t room);

}  // namespace msiv2::emulator
