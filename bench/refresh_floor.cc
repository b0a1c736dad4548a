#include "bench/refresh_floor.h"

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

constexpr std::string_view kTarget =
    "/msi/token?api-version=2019-08-01&resource=https%3A%2F%2Fmanagement.azure.com";
constexpr std::string_view kSecret = "X-IDENTITY-HEADER: secret";

std::string TokenIn(std::string_view answer) {
  constexpr std::string_view kName = R"("access_token": ")";
  const auto name = answer.find(kName);
  if (name == std::string_view::npos) return {};
  const auto token = answer.substr(name + kName.size());
  return std::string(token.substr(0, token.find('"')));
}

// Returns true if `answer` holds its head and as many bytes after it as the head announces.
bool IsComplete(std::string_view answer) {
  constexpr std::string_view kLength = "Content-Length: ";
  const auto head = answer.find("\r\n\r\n");
  if (head == std::string_view::npos) return false;
  const auto length = answer.find(kLength);
  return length < head &&
         answer.size() - head - 4 >= std::strtoul(answer.data() + length + kLength.size(), nullptr, 10);
}

std::size_t Append(char* data, std::size_t size, std::size_t count, void* body) {
  static_cast<std::string*>(body)->append(data, size * count);
  return size * count;
}

}  // namespace

SocketFloor::SocketFloor(std::uint16_t port) : connection_(::socket(AF_INET, SOCK_STREAM, 0)) {
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
  static const std::string request = std::string("GET ").append(kTarget).append(
      " HTTP/1.1\r\nHost: 127.0.0.1\r\nX-IDENTITY-HEADER: secret\r\n\r\n");
  if (::write(connection_, request.data(), request.size()) < 0) return {};
  std::string answer;
  std::array<char, 8192> part{};
  while (!IsComplete(answer)) {
    const ssize_t count = ::read(connection_, part.data(), part.size());
    if (count <= 0) return {};
    answer.append(part.data(), static_cast<std::size_t>(count));
  }
  return TokenIn(answer);
}

CurlFloor::CurlFloor(std::uint16_t port)
    : easy_(curl_easy_init()), headers_(curl_slist_append(nullptr, kSecret.data())) {
  const std::string url = "http://127.0.0.1:" + std::to_string(port) + std::string(kTarget);
  curl_easy_setopt(easy_, CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy_, CURLOPT_HTTPHEADER, headers_);
  curl_easy_setopt(easy_, CURLOPT_WRITEFUNCTION, Append);
  curl_easy_setopt(easy_, CURLOPT_WRITEDATA, &body_);
  curl_easy_setopt(easy_, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(easy_, CURLOPT_NOSIGNAL, 1L);
}

CurlFloor::~CurlFloor() {
  curl_easy_cleanup(easy_);
  curl_slist_free_all(headers_);
}

std::string CurlFloor::Fetch() {
  body_.clear();
  return curl_easy_perform(easy_) == CURLE_OK ? TokenIn(body_) : std::string();
}

}  // namespace msiv2::bench
