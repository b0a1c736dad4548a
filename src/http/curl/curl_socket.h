// The sockets that libcurl asks for.
#pragma once

#include <curl/curl.h>

namespace msiv2::curl {

/// OpenSocket makes a socket that no child process inherits; it is libcurl's CURLOPT_OPENSOCKETFUNCTION.
///
/// The pair by which libcurl wakes its multi handle is made without a callback, so a child that the program
/// starts does inherit that one (docs/dependencies.md). It carries no data.
curl_socket_t OpenSocket(void* context, curlsocktype purpose, curl_sockaddr* address) noexcept;

}  // namespace msiv2::curl
