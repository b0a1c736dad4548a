// A server in a child process that answers every request as App Service answers one for a token.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>

namespace msiv2::bench {

/// TokenServer is the child process. Create it before the first thread. It ends with this object, and with
/// the process that created it.
class TokenServer {
 public:
  /// Start returns the server, or nullopt if the system refuses a socket or a process.
  static std::optional<TokenServer> Start();
  TokenServer(TokenServer&& other) noexcept;
  TokenServer& operator=(TokenServer&&) = delete;
  TokenServer(const TokenServer&) = delete;
  TokenServer& operator=(const TokenServer&) = delete;
  ~TokenServer();

  std::uint16_t port() const noexcept { return port_; }

 private:
  TokenServer(pid_t process, std::uint16_t port) : process_(process), port_(port) {}

  pid_t process_;  // -1 after a move
  std::uint16_t port_;
};

}  // namespace msiv2::bench
