// One libcurl handle with the connections it keeps.
#pragma once

#include <curl/curl.h>

#include <chrono>
#include <memory>
#include <optional>

#include "http/curl/curl_response.h"
#include "http/proxy.h"
#include "msiv2/call.h"
#include "msiv2/http.h"
#include "tls/openssl/client_config.h"

namespace msiv2::curl {

/// CurlHandle sends one request at a time and keeps its connections for the next. It drives libcurl's multi
/// interface, because only that can be woken from another thread while anything hangs.
///
/// Threads: one at a time.
class CurlHandle {
 public:
  /// Make returns a handle that trusts `anchors`, which must outlive it; null when out of memory.
  static std::unique_ptr<CurlHandle> Make(const tls::TrustAnchors& anchors);
  CurlHandle(const CurlHandle&) = delete;
  CurlHandle& operator=(const CurlHandle&) = delete;

  /// Perform sends `request`, which passed CheckRequest, by `proxy`; null: directly. After a failure the
  /// handle must not be used again.
  Result<HttpResponse, HttpFailure> Perform(const HttpRequest& request, const Proxy* proxy,
                                            const CallContext& context);

 private:
  struct FreeEasy {
    void operator()(CURL* easy) const noexcept { curl_easy_cleanup(easy); }
  };
  struct FreeMulti {
    void operator()(CURLM* multi) const noexcept { curl_multi_cleanup(multi); }
  };
  using TimePoint = std::chrono::steady_clock::time_point;
  // The instants at which one request ends, by the caller's clock.
  struct Limits {
    TimePoint connect;
    TimePoint attempt;
    TimePoint deadline;
  };

  explicit CurlHandle(const tls::TrustAnchors& anchors) : anchors_(anchors) {}
  bool Prepare(const HttpRequest& request, ResponseReader& reader, curl_slist* headers);
  Result<CURLcode, HttpFailure> Run(const CallContext& context, const Limits& limits);
  std::optional<CURLcode> Finished();
  std::optional<HttpFailure> WhyStop(const CallContext& context, const Limits& limits) const;
  std::chrono::milliseconds LongestWait(const CallContext& context, const Limits& limits) const;
  bool Connected() const;
  HttpFailure Explain(CURLcode code, const ResponseReader& reader) const;
  static CURLcode OnTlsConnection(CURL* easy, void* ssl_context, void* handle) noexcept;

  const tls::TrustAnchors& anchors_;
  tls::TlsRecord tls_;  // written by the connections that the next two keep
  std::unique_ptr<CURLM, FreeMulti> multi_;
  std::unique_ptr<CURL, FreeEasy> easy_;
  const HttpRequest* request_ = nullptr;  // during Perform
  const Proxy* proxy_ = nullptr;          // during Perform; null: none
  std::string tls_setup_failure_;
  char error_text_[CURL_ERROR_SIZE] = {};
};

}  // namespace msiv2::curl
