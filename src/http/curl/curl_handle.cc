#include "http/curl/curl_handle.h"

#include <algorithm>
#include <utility>

#include "base/ascii.h"
#include "crypto/thread_state.h"
#include "http/curl/curl_failure.h"
#include "http/curl/curl_options.h"
#include "http/curl/curl_request.h"
#include "msiv2/clock.h"

namespace msiv2::curl {
namespace {

using std::chrono::milliseconds;
using TimePoint = std::chrono::steady_clock::time_point;

// Adds without overflow: a timeout of milliseconds::max() means "no limit".
TimePoint After(TimePoint start, milliseconds time) {
  constexpr milliseconds kLongest = std::chrono::hours(24 * 365);
  return start + std::clamp(time, milliseconds(0), kLongest);
}

bool IsHttps(const HttpRequest& request) {
  return EqualsIgnoreCase(std::string_view(request.url).substr(0, 6), "https:");
}

// RFC 9112 section 6.3.
bool MayHaveBody(const HttpRequest& request, long status) {
  return request.method != "HEAD" && status != 204 && status != 304;
}

// CallOfTls is the time in which the verification of a server may use a call.
class CallOfTls {
 public:
  CallOfTls(tls::TlsRecord& record, const CallContext& call) : record_(record) { record_.call = &call; }
  CallOfTls(const CallOfTls&) = delete;
  CallOfTls& operator=(const CallOfTls&) = delete;
  ~CallOfTls() { record_.call = nullptr; }

 private:
  tls::TlsRecord& record_;
};

}  // namespace

// Transfer is one use of a new easy handle. At its end, the easy handle leaves the multi handle and is freed.
// If a connection is in the middle of an exchange, the multi handle then closes it.
class CurlHandle::Transfer {
 public:
  explicit Transfer(CurlHandle& owner) : owner_(owner) {
    owner_.easy_ = std::move(owner_.next_easy_);
    if (owner_.easy_ == nullptr) owner_.easy_.reset(curl_easy_init());
  }
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;
  ~Transfer() {
    if (added_) curl_multi_remove_handle(owner_.multi_.get(), owner_.easy_.get());
    owner_.easy_.reset();
  }

  bool Start() {
    added_ = curl_multi_add_handle(owner_.multi_.get(), owner_.easy_.get()) == CURLM_OK;
    return added_;
  }

 private:
  CurlHandle& owner_;
  bool added_ = false;
};

std::unique_ptr<CurlHandle> CurlHandle::Make(const tls::TrustAnchors& anchors) {
  std::unique_ptr<CurlHandle> handle(new CurlHandle(anchors));
  handle->multi_.reset(curl_multi_init());
  handle->share_.reset(curl_share_init());
  if (handle->multi_ == nullptr || handle->share_ == nullptr) return nullptr;
  // CURLMOPT_QUICK_EXIT of libcurl 8.20. From that version on, the option of the easy handle alone does not
  // abandon a lookup. Older versions do not know this option, and do not need it.
  static_cast<void>(curl_multi_setopt(handle->multi_.get(), static_cast<CURLMoption>(21), 1L));
  // One thread at a time uses the share, so it needs no lock functions.
  const CURLSHcode shared =
      curl_share_setopt(handle->share_.get(), CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
  return shared == CURLSHE_OK ? std::move(handle) : nullptr;
}

Result<HttpResponse, HttpFailure> CurlHandle::Perform(const HttpRequest& request, const Proxy* proxy,
                                                      const CallContext& context) {
  crypto::FreeWithThread();
  const auto start = context.clock->MonotonicNow();
  const Limits limits{After(start, request.connect_timeout), After(start, request.attempt_timeout),
                      context.deadline};
  tls_ = tls::TlsRecord{};
  // Set here already, so that a pinned server is never identified by its name.
  tls_.server_thumbprint = request.server_thumbprint;
  tls_.anchors = &anchors_;
  const CallContext attempt{context.clock, std::min(limits.attempt, context.deadline), context.cancellation};
  const CallOfTls call(tls_, attempt);
  request_ = &request;
  proxy_ = proxy;
  ready_ = false;
  if (auto stopped = WhyStop(context, limits)) return *std::move(stopped);

  // These outlive the transfer, which refers to them.
  ResponseReader reader(request.max_body_bytes);
  const std::optional<UniqueList> headers = MakeHeaderList(request);
  Transfer transfer(*this);
  if (easy_ == nullptr || !headers) return OutOfMemory();
  if (!Prepare(request, reader, headers->get())) {
    return MakeStopFailure(HttpFailure::Kind::kInvalidRequest, "libcurl refused the request", tls_);
  }
  const auto result =
      transfer.Start() ? Run(context, limits) : Result<CURLcode, HttpFailure>(CURLE_OUT_OF_MEMORY);
  auto answer = Outcome(request, result, reader);
  if (!answer) answer.error().server = reader.Server();
  return answer;
}

Result<HttpResponse, HttpFailure> CurlHandle::Outcome(const HttpRequest& request,
                                                      const Result<CURLcode, HttpFailure>& result,
                                                      ResponseReader& reader) const {
  if (!result) return result.error();
  if (*result != CURLE_OK) return Explain(*result, reader);
  return Finish(request, reader);
}

Result<HttpResponse, HttpFailure> CurlHandle::Finish(const HttpRequest& request,
                                                     ResponseReader& reader) const {
  // For libcurl, an answer whose head the connection's end has cut is whole. Here it is a reset.
  if (!reader.head_complete()) {
    return MakeStopFailure(HttpFailure::Kind::kReset, "the answer ended in its head", tls_);
  }
  long status = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  const bool may_be_cut = reader.ends_with_connection() && MayHaveBody(request, status);
  if (may_be_cut && IsHttps(request) && !tls_.close_notify_received) {
    return MakeStopFailure(HttpFailure::Kind::kTruncated, "the answer was cut off", tls_);
  }
  return reader.Take(static_cast<int>(status));
}

bool CurlHandle::Prepare(const HttpRequest& request, ResponseReader& reader, curl_slist* headers) {
  error_text_[0] = '\0';
  OptionSetter set(easy_.get());
  set(CURLOPT_SHARE, share_.get());
  set(CURLOPT_HTTPHEADER, headers);
  set(CURLOPT_ERRORBUFFER, error_text_);
  set(CURLOPT_NOSIGNAL, 1L);    // signals belong to the program
  set(CURLOPT_QUICK_EXIT, 1L);  // a name resolution that hangs is abandoned, not waited for
  // The SSL_CTX provides the trust anchors. Loading a bundle for each connection would only cost time.
  set(CURLOPT_CAINFO, static_cast<const char*>(nullptr));
  set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  set(CURLOPT_SSL_VERIFYPEER, 1L);
  // A pinned server is identified by its certificate, whatever names it contains.
  const bool pinned = !request.server_thumbprint.empty();
  set(CURLOPT_SSL_VERIFYHOST, pinned ? 0L : 2L);
  // In a resumed session, neither the server nor we would see the other's certificate again.
  set(CURLOPT_SSL_SESSIONID_CACHE, request.client_certificate == nullptr && !pinned ? 1L : 0L);
  set(CURLOPT_PREREQFUNCTION, &CurlHandle::OnReady);
  set(CURLOPT_PREREQDATA, this);
  set(CURLOPT_SSL_CTX_FUNCTION, &CurlHandle::OnTlsConnection);
  set(CURLOPT_SSL_CTX_DATA, this);
  return set.ok() && sockets_.AttachTo(easy_.get()) && ApplyRequest(easy_.get(), request, proxy_) &&
         reader.AttachTo(easy_.get());
}

// libcurl calls this when the connection is established, including TLS and tunnel. On a reused connection it
// calls this at once.
int CurlHandle::OnReady(void* handle, char*, char*, int, int) noexcept {
  static_cast<CurlHandle*>(handle)->ready_ = true;
  return CURL_PREREQFUNC_OK;
}

CURLcode CurlHandle::OnTlsConnection(CURL* easy, void* ssl_context, void* handle) noexcept {
  CurlHandle& self = *static_cast<CurlHandle*>(handle);
  try {
    const auto configured = tls::ConfigureClient(
        static_cast<SSL_CTX*>(ssl_context), self.anchors_, self.request_->max_tls,
        self.request_->client_certificate.get(), self.tls_, self.request_->server_thumbprint);
    if (!configured) {
      self.tls_.handshake_failed = true;
      self.tls_setup_failure_ = configured.error().message;
      return CURLE_SSL_CONNECT_ERROR;
    }
  } catch (...) {
    return CURLE_OUT_OF_MEMORY;
  }
  // libcurl counts the TLS handshake as connecting. At this point the connection is established. From now on
  // only the attempt's own limit applies, which Run checks.
  const bool lifted = curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, 24L * 3600 * 1000) == CURLE_OK;
  return lifted ? CURLE_OK : CURLE_SSL_CONNECT_ERROR;
}

Result<CURLcode, HttpFailure> CurlHandle::Run(const CallContext& context, const Limits& limits) {
  const auto wake = context.cancellation.OnCancel([this] { curl_multi_wakeup(multi_.get()); });
  for (;;) {
    int running = 0;
    if (curl_multi_perform(multi_.get(), &running) != CURLM_OK) return CURLE_OUT_OF_MEMORY;
    const auto code = Finished();
    // A handshake that could not wait any longer failed for the same reason as the call.
    if (code && !tls_.call_ended) return *code;
    if (auto stopped = WhyStop(context, limits)) return *std::move(stopped);
    if (code) return *code;
    // The server works now, and there is nothing else to do.
    if (next_easy_ == nullptr && Connected()) next_easy_.reset(curl_easy_init());
    const auto wait = static_cast<int>(LongestWait(context, limits).count());
    if (curl_multi_poll(multi_.get(), nullptr, 0, wait, nullptr) != CURLM_OK) return CURLE_OUT_OF_MEMORY;
  }
}

std::optional<CURLcode> CurlHandle::Finished() {
  int remaining = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &remaining)) {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-union-access): libcurl keeps the result in a union
    if (message->msg == CURLMSG_DONE) return message->data.result;
  }
  return std::nullopt;
}

std::optional<HttpFailure> CurlHandle::WhyStop(const CallContext& context, const Limits& limits) const {
  using StopKind = HttpFailure::Kind;
  if (context.cancellation.IsCanceled())
    return MakeStopFailure(StopKind::kCanceled, "the caller cancelled", tls_);
  const TimePoint now = context.clock->MonotonicNow();
  if (now >= limits.deadline)
    return MakeStopFailure(StopKind::kDeadline, "the caller's deadline passed", tls_);
  const bool connected = Connected();
  if (!connected && (now >= limits.connect || now >= limits.attempt)) {
    return MakeStopFailure(StopKind::kConnect, "no connection within the connect timeout", tls_);
  }
  if (now < limits.attempt) return std::nullopt;
  return MakeStopFailure(StopKind::kTimeout, "no complete answer within the attempt timeout", tls_);
}

// The clock may be a test clock that jumps, so the wait checks it again after a second at most.
milliseconds CurlHandle::LongestWait(const CallContext& context, const Limits& limits) const {
  TimePoint next = std::min(limits.deadline, limits.attempt);
  if (!Connected()) next = std::min(next, limits.connect);
  const auto remaining = std::chrono::ceil<milliseconds>(next - context.clock->MonotonicNow());
  return std::clamp(remaining, milliseconds(0), milliseconds(1000));
}

HttpFailure CurlHandle::Explain(CURLcode code, const ResponseReader& reader) const {
  long proxy_status = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_HTTP_CONNECTCODE, &proxy_status);
  const int refused = proxy_status / 100 == 2 ? 0 : static_cast<int>(proxy_status);
  const std::string_view detail =
      tls_setup_failure_.empty() ? error_text_ : std::string_view(tls_setup_failure_);
  // The lookup of a name needs a descriptor as well, and libcurl does not say that it had none.
  const bool lookup = code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_COULDNT_RESOLVE_PROXY;
  const bool local = sockets_.Exhausted() || (lookup && !CanOpenSocket());
  std::string trust_problems = tls_.issuer_unknown ? anchors_.SystemProblems() : "";
  return MakeFailure({code, Connected(), refused, reader, tls_, detail, local, std::move(trust_problems)});
}

}  // namespace msiv2::curl
