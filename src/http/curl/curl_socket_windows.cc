#include <winsock2.h>

#include "http/curl/curl_socket.h"

namespace msiv2::curl {

curl_socket_t OpenSocket(void*, curlsocktype, curl_sockaddr* address) noexcept {
  return WSASocketW(address->family, address->socktype, address->protocol, nullptr, 0,
                    WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT);
}

}  // namespace msiv2::curl
