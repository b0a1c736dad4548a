#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "http/curl/curl_socket.h"

namespace msiv2::curl {

curl_socket_t MakeSocket(const curl_sockaddr& address) noexcept {
  return socket(address.family, address.socktype | SOCK_CLOEXEC, address.protocol);
}

bool LastSocketWasWanting() noexcept {
  return errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM;
}

int CloseSocket(curl_socket_t socket) noexcept { return close(socket); }

bool HasUnreadBytes(curl_socket_t socket) noexcept {
  char byte = 0;
  return recv(socket, &byte, sizeof byte, MSG_PEEK | MSG_DONTWAIT) > 0;
}

}  // namespace msiv2::curl
