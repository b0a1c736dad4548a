// What a refresh costs without msiv2: the same request on a bare socket, and on bare libcurl.
#pragma once

#include <curl/curl.h>

#include <cstdint>
#include <memory>
#include <string>

namespace msiv2::bench {

/// SocketFloor keeps one connection. It reads the token out of the answer by looking for its name.
class SocketFloor {
 public:
  explicit SocketFloor(std::uint16_t port);
  SocketFloor(const SocketFloor&) = delete;
  SocketFloor& operator=(const SocketFloor&) = delete;
  ~SocketFloor();
  /// Fetch returns a token, or empty text if there is none.
  std::string Fetch() const;

 private:
  int connection_;
};

/// CurlFloor keeps one easy handle, with its connection and its options, for all requests.
class CurlFloor {
 public:
  explicit CurlFloor(std::uint16_t port);
  CurlFloor(const CurlFloor&) = delete;
  CurlFloor& operator=(const CurlFloor&) = delete;
  ~CurlFloor();
  /// Fetch returns a token, or empty text if there is none.
  std::string Fetch();

 private:
  CURL* easy_;
  curl_slist* headers_;
  std::string body_;
};

}  // namespace msiv2::bench
