#include <winsock2.h>

#include "http/curl/curl_socket.h"

namespace msiv2::curl {

curl_socket_t MakeSocket(const curl_sockaddr& address) noexcept {
  return WSASocketW(address.family, address.socktype, address.protocol, nullptr, 0,
                    WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT);
}

bool LastSocketWasWanting() noexcept {
  const int error = WSAGetLastError();
  return error == WSAEMFILE || error == WSAENOBUFS || error == WSA_NOT_ENOUGH_MEMORY;
}

int CloseSocket(curl_socket_t socket) noexcept { return closesocket(socket); }

bool HasUnreadBytes(curl_socket_t socket) noexcept {
  char byte = 0;
  return recv(socket, &byte, sizeof byte, MSG_PEEK) > 0;
}

}  // namespace msiv2::curl
