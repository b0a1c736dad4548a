// The few socket calls of the emulator's servers. One source file per operating system.
#pragma once

#include <httplib.h>

#include <cstdint>
#include <optional>
#include <string_view>

#include "msiv2/result.h"

namespace msiv2::emulator {

/// ListenOnLoopback opens a listening socket on 127.0.0.1. Errors: `invalid_request` when the port is taken.
Result<socket_t> ListenOnLoopback(std::uint16_t port);

/// LocalPort returns the port of a bound socket.
std::uint16_t LocalPort(socket_t socket);

/// AcceptConnection waits for a client. None: the listener was ended.
std::optional<socket_t> AcceptConnection(socket_t listener);

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

/// SendAll writes all bytes; false when the connection is gone. It raises no signal.
bool SendAll(socket_t socket, std::string_view bytes);
/// ReceiveSome waits for bytes and returns how many came; 0 at the end or on an error.
std::size_t ReceiveSome(socket_t socket, char* into, std::size_t room);

}  // namespace msiv2::emulator
