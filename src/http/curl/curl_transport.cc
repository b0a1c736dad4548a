#include "http/curl/curl_transport.h"

#include "base/url.h"
#include "http/curl/curl_failure.h"
#include "http/curl/curl_pool.h"
#include "http/curl/curl_request.h"
#include "tls/openssl/trust_anchors.h"

namespace msiv2::curl {
namespace {

class CurlTransport final : public HttpTransport {
 public:
  CurlTransport(tls::TrustAnchors anchors, EnvironmentReader environment)
      : anchors_(std::move(anchors)), environment_(std::move(environment)) {}

  Result<HttpResponse, HttpFailure> Send(const HttpRequest& request, const CallContext& context) override {
    if (auto refused = CheckRequest(request)) return *std::move(refused);
    const auto proxy = ProxyFor(request);
    if (proxy && !proxy->problem.empty()) return MakeProxyProblem(*proxy);
    auto handle = pool_.Take(request);
    if (handle == nullptr) handle = CurlHandle::Make(anchors_);
    if (handle == nullptr) return OutOfMemory();
    auto result = handle->Perform(request, proxy ? &*proxy : nullptr, context);
    // After a failure, the state of a kept connection is unknown. So the connection is closed with its
    // handle.
    if (result) pool_.GiveBack(request, std::move(handle));
    if (!result && proxy) return AtProxy(std::move(result).error(), *proxy);
    return result;
  }

 private:
  std::optional<Proxy> ProxyFor(const HttpRequest& request) const {
    if (!request.use_proxy || !environment_) return std::nullopt;
    const auto url = ParseUrl(request.url);
    if (!url) return std::nullopt;
    return ChooseProxy(url->origin, environment_);
  }

  const tls::TrustAnchors anchors_;
  const EnvironmentReader environment_;
  CurlPool pool_;  // its handles refer to anchors_
};

}  // namespace

bool StartCurl() {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  return started == CURLE_OK;
}

Result<std::shared_ptr<HttpTransport>> MakeCurlTransport(const CurlOptions& options) {
  if (!StartCurl()) return Error(ErrorCode::kMsiV2Error, "libcurl did not start");
  auto anchors =
      tls::LoadTrustAnchors(options.trust_anchors_pem, options.trust_anchors_file, options.use_system_trust);
  if (!anchors) return anchors.error();
  return std::shared_ptr<HttpTransport>(
      std::make_shared<CurlTransport>(*std::move(anchors), options.environment));
}

}  // namespace msiv2::curl
