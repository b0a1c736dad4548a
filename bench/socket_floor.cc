#include "bench/socket_floor.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <string_view>

namespace msiv2::bench {
namespace {

constexpr std::string_view kRequest =
    "GET /msi/token?api-version=2019-08-01&resource=https%3A%2F%2Fmanagement.azure.com HTTP/1.1\r\n"
    "Host: 127.0.0.1\r\nX-IDENTITY-HEADER: secret\r\n\r\n";

// Returns true if `answer` has its head and as many bytes after it as the head announces.
bool IsComplete(std::string_view answer) {
  constexpr std::string_view kLength = "Content-Length: ";
  const auto head = answer.find("\r\n\r\n");
  const auto length = answer.find(kLength);
  return head != std::string_view::npos && length < head &&
         answer.size() - head - 4 >= std::strtoul(answer.data() + length + kLength.size(), nullptr, 10);
}

}  // namespace

SocketFloor::SocketFloor(std::uint16_t port) : connection_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  const int on = 1;
  ::setsockopt(connection_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  if (::connect(connection_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) std::exit(1);
}

SocketFloor::~SocketFloor() { ::close(connection_); }

std::string SocketFloor::Fetch() const {
  if (::write(connection_, kRequest.data(), kRequest.size()) < 0) return {};
  std::string answer;
  std::array<char, 8192> part{};
  while (!IsComplete(answer)) {
    const ssize_t count = ::read(connection_, part.data(), part.size());
    if (count <= 0) return {};
    answer.append(part.data(), static_cast<std::size_t>(count));
  }
  return TokenIn(answer);
}

std::uint16_t PortOf(const std::string& url) {
  const auto colon = url.find(':', url.find("//"));
  return colon == std::string::npos ? std::uint16_t{0}
                                    : static_cast<std::uint16_t>(std::atoi(url.c_str() + colon + 1));
}

std::string TokenIn(std::string_view answer) {
  constexpr std::string_view kName = "\"access_token\": \"";
  const auto name = answer.find(kName);
  if (name == std::string_view::npos) return {};
  const auto token = answer.substr(name + kName.size());
  return std::string(token.substr(0, token.find('"')));
}

}  // namespace msiv2::bench
