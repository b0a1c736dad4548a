#include "http/curl/curl_socket.h"

#include <algorithm>

#include "http/curl/curl_options.h"

namespace msiv2::curl {

bool OpenSockets::AttachTo(CURL* easy) {
  exhausted_ = false;
  OptionSetter set(easy);
  set(CURLOPT_OPENSOCKETFUNCTION, &OpenSockets::OnOpen);
  set(CURLOPT_OPENSOCKETDATA, this);
  set(CURLOPT_CLOSESOCKETFUNCTION, &OpenSockets::OnClose);
  set(CURLOPT_CLOSESOCKETDATA, this);
  return set.ok();
}

bool OpenSockets::AnyHasUnreadBytes() const {
  return std::any_of(open_.begin(), open_.end(), HasUnreadBytes);
}

curl_socket_t OpenSockets::OnOpen(void* sockets, curlsocktype, curl_sockaddr* address) noexcept {
  auto& self = *static_cast<OpenSockets*>(sockets);
  auto& open = self.open_;
  try {
    open.reserve(open.size() + 1);
  } catch (...) {
    self.exhausted_ = true;
    return CURL_SOCKET_BAD;
  }
  const curl_socket_t socket = MakeSocket(*address);
  if (socket == CURL_SOCKET_BAD) {
    self.exhausted_ = LastSocketWasWanting();
  } else {
    open.push_back(socket);
  }
  return socket;
}

bool CanOpenSocket() noexcept {
  curl_sockaddr address{};
  address.family = AF_INET;
  address.socktype = SOCK_STREAM;
  const curl_socket_t socket = MakeSocket(address);
  if (socket == CURL_SOCKET_BAD) return !LastSocketWasWanting();
  CloseSocket(socket);
  return true;
}

int OpenSockets::OnClose(void* sockets, curl_socket_t socket) noexcept {
  std::erase(static_cast<OpenSockets*>(sockets)->open_, socket);
  return CloseSocket(socket);
}

}  // namespace msiv2::curl
