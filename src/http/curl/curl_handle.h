// A libcurl handle with the connections that it keeps open.
#pragma once

#include <curl/curl.h>

#include <chrono>
#include <memory>
#include <optional>

#include "http/curl/curl_response.h"
#include "http/curl/curl_socket.h"
#include "http/proxy.h"
#include "msiv2/call.h"
#include "msiv2/http.h"
#include "tls/openssl/client_config.h"

namespace msiv2::curl {

/// CurlHandle sends one request at a time and keeps its connections and TLS sessions for the next. It uses
/// libcurl's multi interface, because only that can be woken from another thread while anything hangs.
///
/// Each transfer has its own easy handle, made while the transfer before it waited for its answer. Before
/// libcurl 8.1.0, an easy handle that has served a request keeps a pointer to a freed header (curl issue
/// 11101). Through that pointer, a server can corrupt the heap. Connections stay in the multi handle. TLS
/// sessions stay in a share that only this handle uses.
///
/// Threads: one at a time.
class CurlHandle {
 public:
  /// Make returns a handle that trusts `anchors`, which must outlive it. It returns null if memory is
  /// exhausted.
  static std::unique_ptr<CurlHandle> Make(const tls::TrustAnchors& anchors);
  CurlHandle(const CurlHandle&) = delete;
  CurlHandle& operator=(const CurlHandle&) = delete;

  /// Perform sends `request`, which must have passed CheckRequest, through `proxy`, or directly if `proxy` is
  /// null. After a failure the handle must not be used again.
  Result<HttpResponse, HttpFailure> Perform(const HttpRequest& request, const Proxy* proxy,
                                            const CallContext& context);

  /// HasUnaskedBytes returns true if a peer has sent something since the last request. Then the handle must
  /// not be used again, because those bytes would be taken for the next answer.
  bool HasUnaskedBytes() const { return sockets_.AnyHasUnreadBytes(); }

 private:
  struct FreeEasy {
    void operator()(CURL* easy) const noexcept { curl_easy_cleanup(easy); }
  };
  struct FreeMulti {
    void operator()(CURLM* multi) const noexcept { curl_multi_cleanup(multi); }
  };
  struct FreeShare {
    void operator()(CURLSH* share) const noexcept { curl_share_cleanup(share); }
  };
  using TimePoint = std::chrono::steady_clock::time_point;
  // The times at which one request is stopped, by the caller's clock.
  struct Limits {
    TimePoint connect;
    TimePoint attempt;
    TimePoint deadline;
  };

  class Transfer;

  explicit CurlHandle(const tls::TrustAnchors& anchors) : anchors_(anchors) {}
  bool Prepare(const HttpRequest& request, ResponseReader& reader, curl_slist* headers);
  Result<CURLcode, HttpFailure> Run(const CallContext& context, const Limits& limits);
  std::optional<CURLcode> Finished();
  Result<HttpResponse, HttpFailure> Outcome(const HttpRequest& request,
                                            const Result<CURLcode, HttpFailure>& result,
                                            ResponseReader& reader) const;
  Result<HttpResponse, HttpFailure> Finish(const HttpRequest& request, ResponseReader& reader) const;
  std::optional<HttpFailure> WhyStop(const CallContext& context, const Limits& limits) const;
  std::chrono::milliseconds LongestWait(const CallContext& context, const Limits& limits) const;
  bool Connected() const { return tls_.handshake_started || ready_; }
  HttpFailure Explain(CURLcode code, const ResponseReader& reader) const;
  static int OnReady(void* handle, char*, char*, int, int) noexcept;
  static CURLcode OnTlsConnection(CURL* easy, void* ssl_context, void* handle) noexcept;

  const tls::TrustAnchors& anchors_;
  OpenSockets sockets_;                        // sockets of the connections in multi_
  tls::TlsRecord tls_;                         // written by the connections in multi_
  std::unique_ptr<CURLSH, FreeShare> share_;   // TLS sessions; freed after its users
  std::unique_ptr<CURLM, FreeMulti> multi_;    // connections
  std::unique_ptr<CURL, FreeEasy> easy_;       // during Perform
  std::unique_ptr<CURL, FreeEasy> next_easy_;  // new, for the next Perform; may be null
  bool ready_ = false;                         // during Perform: the request can be sent
  const HttpRequest* request_ = nullptr;       // during Perform
  const Proxy* proxy_ = nullptr;               // during Perform; null: none
  std::string tls_setup_failure_;
  char error_text_[CURL_ERROR_SIZE] = {};
};

}  // namespace msiv2::curl
