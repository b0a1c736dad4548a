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
  /// Accept waits for a client. Returns nullopt if the listener was ended. For use by one thread.
  std::optional<socket_t> Accept();
  /// End wakes Accept permanently; from then on clients are refused. Any thread may call it.
  void End();

 private:
  explicit Listener(socket_t socket);

  socket_t socket_;
  const std::uint16_t port_;
  std::atomic<bool> ended_{false};
};

/// ConnectToLoopback connects to 127.0.0.1. Returns nullopt if it cannot connect.
std::optional<socket_t> ConnectToLoopback(std::uint16_t port);
/// ForgetSocketError and LastErrorWasReset detect whether the socket call between them met a TCP RST.
void ForgetSocketError() noexcept;
bool LastErrorWasReset() noexcept;

/// LocalPort returns the port of a bound socket.
std::uint16_t LocalPort(socket_t socket);

/// EndSocket ends both directions, which wakes every thread that waits on the socket. The socket stays open.
void EndSocket(socket_t socket);

void CloseSocket(socket_t socket);
/// CloseWithReset makes the peer see a TCP RST.
void CloseWithReset(socket_t socket);
/// DrainUntilPeerCloses ends our direction and reads until the peer has ended its own, or for a second of
/// silence. Call it before CloseSocket: unread bytes would make the system send an RST, which can overtake
/// the last answer.
void DrainUntilPeerCloses(socket_t socket);

/// PeerHasClosed returns true if the peer ended its direction, even with unread bytes before the end.
bool PeerHasClosed(socket_t socket);

/// IgnoreBrokenPipes keeps this process alive when it writes to a closed connection, on systems where that
/// would end it.
void IgnoreBrokenPipes() noexcept;

/// BrokenPipeShield keeps writes of this thread to a closed connection from ending the process, on systems
/// where they would. It is for httplib's clients, which write without MSG_NOSIGNAL. Other threads, and how
/// the program handles the signal, stay as they are. Threads: it begins and ends on one thread.
class BrokenPipeShield {
 public:
  BrokenPipeShield() noexcept;
  ~BrokenPipeShield();
  BrokenPipeShield(const BrokenPipeShield&) = delete;
  BrokenPipeShield& operator=(const BrokenPipeShield&) = delete;

 private:
  bool was_pending_ = false;
  bool was_blocked_ = false;
};

/// SendAll writes all bytes; returns false if the connection is gone. It raises no signal.
bool SendAll(socket_t socket, std::string_view bytes);
/// ReceiveSome waits for bytes and returns their number; 0 at the end or on an error.
std::size_t ReceiveSome(socket_t socket, char* into, std::size_t room);

}  // namespace msiv2::emulator
