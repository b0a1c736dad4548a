// msiv2_bearer_libcurl ENDPOINT FIGURE...: tokens over bare libcurl, with no checks. No cache: each token is
// fetched.
#include <curl/curl.h>

#include <cstdio>
#include <memory>
#include <string>

#include "bench/figures.h"
#include "bench/socket_floor.h"

namespace {

class Libcurl {
 public:
  explicit Libcurl(const std::string& endpoint)
      : url_(endpoint + "?api-version=2019-08-01&resource=https%3A%2F%2Fmanagement.azure.com"),
        headers_(curl_slist_append(nullptr, "X-IDENTITY-HEADER: secret")) {}
  Libcurl(const Libcurl&) = delete;
  Libcurl& operator=(const Libcurl&) = delete;
  ~Libcurl() { curl_slist_free_all(headers_); }

  void NewClient() {
    easy_.reset(curl_easy_init());
    curl_easy_setopt(easy_.get(), CURLOPT_URL, url_.c_str());
    curl_easy_setopt(easy_.get(), CURLOPT_HTTPHEADER, headers_);
    curl_easy_setopt(easy_.get(), CURLOPT_WRITEFUNCTION, Append);
    curl_easy_setopt(easy_.get(), CURLOPT_WRITEDATA, &body_);
    curl_easy_setopt(easy_.get(), CURLOPT_NOPROXY, "*");
    curl_easy_setopt(easy_.get(), CURLOPT_NOSIGNAL, 1L);
  }
  std::size_t Token() { return NetworkToken(); }
  std::size_t NetworkToken() {
    body_.clear();
    return curl_easy_perform(easy_.get()) == CURLE_OK ? msiv2::bench::TokenIn(body_).size() : 0;
  }

 private:
  static std::size_t Append(char* data, std::size_t size, std::size_t count, void* body) {
    static_cast<std::string*>(body)->append(data, size * count);
    return size * count;
  }

  const std::string url_;
  curl_slist* headers_;
  std::string body_;
  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> easy_{nullptr, curl_easy_cleanup};
};

}  // namespace

int main(int argc, char** argv) {
  const auto started = msiv2::bench::Clock::now();
  if (argc < 3) {
    std::fputs("Usage: msiv2_bearer_libcurl ENDPOINT FIGURE...\n", stderr);
    return 2;
  }
  Libcurl libcurl(argv[1]);
  return msiv2::bench::PrintFigures(libcurl, started, argc - 2, argv + 2);
}
