// The sockets of one handle.
#pragma once

#include <curl/curl.h>

#include <vector>

namespace msiv2::curl {

/// OpenSockets creates the sockets that libcurl asks for and knows which of them are open. No program that
/// the caller starts inherits them. (libcurl creates the socket pairs that wake its multi handle and its
/// resolver without a callback. Before libcurl 8.8, programs inherit these. They carry no data. See
/// docs/dependencies.md.)
///
/// Threads: one at a time.
class OpenSockets {
 public:
  OpenSockets() = default;
  OpenSockets(const OpenSockets&) = delete;
  OpenSockets& operator=(const OpenSockets&) = delete;

  /// AttachTo makes `easy` open and close its sockets here. This object must outlive the connections that the
  /// transfer leaves open. It returns false if libcurl refuses an option.
  bool AttachTo(CURL* easy);

  /// AnyHasUnreadBytes returns true if a peer sent something that no request asked for. Before 8.22, libcurl
  /// takes that for the answer to the next request (curl issues 10646 and 22169).
  bool AnyHasUnreadBytes() const;

  /// Exhausted returns true if this process could not open a socket since the last AttachTo, because it has
  /// no descriptor or memory left.
  bool Exhausted() const noexcept { return exhausted_; }

 private:
  static curl_socket_t OnOpen(void* sockets, curlsocktype purpose, curl_sockaddr* address) noexcept;
  static int OnClose(void* sockets, curl_socket_t socket) noexcept;

  std::vector<curl_socket_t> open_;
  bool exhausted_ = false;
};

/// MakeSocket returns a socket that child processes do not inherit, or CURL_SOCKET_BAD.
curl_socket_t MakeSocket(const curl_sockaddr& address) noexcept;
/// LastSocketWasWanting returns true if MakeSocket has just failed for want of descriptors or memory.
bool LastSocketWasWanting() noexcept;
/// CanOpenSocket returns false if this process has no descriptor or memory left for a socket.
bool CanOpenSocket() noexcept;
/// CloseSocket closes `socket`. It returns 0 on success.
int CloseSocket(curl_socket_t socket) noexcept;
/// HasUnreadBytes returns true if `socket`, which does not block, has bytes to read. It returns false at the
/// end of the stream.
bool HasUnreadBytes(curl_socket_t socket) noexcept;

}  // namespace msiv2::curl
