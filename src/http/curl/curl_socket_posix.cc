#include <sys/socket.h>

#include "http/curl/curl_socket.h"

namespace msiv2::curl {

curl_socket_t OpenSocket(void*, curlsocktype, curl_sockaddr* address) noexcept {
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

}  // namespace msiv2::curl
