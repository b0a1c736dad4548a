// The floor of a bearer token: the request of App Service on a bare socket, with no library and no checks.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace msiv2::bench {

/// SocketFloor keeps one connection.
class SocketFloor {
 public:
  explicit SocketFloor(std::uint16_t port);
  SocketFloor(const SocketFloor&) = delete;
  SocketFloor& operator=(const SocketFloor&) = delete;
  ~SocketFloor();
  /// Fetch returns a token, or empty text if there is none.
  std::string Fetch() const;

 private:
  int connection_;
};

/// PortOf returns the port of a URL `http://HOST:PORT/...`.
std::uint16_t PortOf(const std::string& url);

/// TokenIn returns the value of `access_token` in the text of an answer; empty if there is none.
std::string TokenIn(std::string_view answer);

}  // namespace msiv2::bench
