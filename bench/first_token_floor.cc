// msiv2_first_token_floor http://127.0.0.1:PORT: asks a token server over a raw socket, with no library and
// no checks.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

int main(int argc, char** argv) {
  const char* const port = argc == 2 ? std::strrchr(argv[1], ':') : nullptr;
  if (port == nullptr) {
    std::fputs("Usage: msiv2_first_token_floor http://127.0.0.1:PORT\n", stderr);
    return 2;
  }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(std::atoi(port + 1)));
  const int connection = ::socket(AF_INET, SOCK_STREAM, 0);
  if (::connect(connection, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return 1;
  const char request[] =
      "GET /metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fvault.azure.net "
      "HTTP/1.1\r\nHost: 127.0.0.1\r\nMetadata: true\r\nConnection: close\r\n\r\n";
  if (::write(connection, request, sizeof request - 1) != static_cast<ssize_t>(sizeof request - 1)) return 1;
  std::string answer;
  std::array<char, 4096> part{};
  for (ssize_t count = 0; (count = ::read(connection, part.data(), part.size())) > 0;) {
    answer.append(part.data(), static_cast<std::size_t>(count));
  }
  ::close(connection);
  return answer.find("\"access_token\"") == std::string::npos ? 1 : 0;
}
