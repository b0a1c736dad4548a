#include "msiv2/resource_client.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include "base/begin_call.h"
#include "base/environment.h"
#include "base/known_secrets.h"
#include "base/url.h"
#include "builtin.h"
#include "http/failure.h"
#include "http/proxy.h"
#include "http/request_wiper.h"
#include "http/sendable.h"
#include "model/find_header.h"
#include "model/process_mark.h"
#include "msiv2/clock.h"

namespace msiv2 {
namespace {

constexpr Leg kResourceLeg{Step::kResource, ErrorCode::kResourceRequestFailed,
                           ErrorCode::kResourceRequestFailed, "the resource"};

Error Invalid(std::string message) {
  return Error(ErrorCode::kInvalidRequest, Step::kResource, std::move(message));
}

// The vaults and managed HSMs of the public cloud, of China and of the US government.
constexpr std::string_view kVaults[] = {"*.vault.azure.net",         "*.vault.azure.cn",
                                        "*.vault.usgovcloudapi.net", "*.managedhsm.azure.net",
                                        "*.managedhsm.azure.cn",     "*.managedhsm.usgovcloudapi.net"};

// Key Vault requests the certificate only if the header is sent. Without it the answer is 401.
bool IsKeyVault(std::string_view host) {
  return std::any_of(std::begin(kVaults), std::end(kVaults),
                     [&](std::string_view vault) { return HostMatches(host, vault); });
}

// Checks a request, whatever the token. A URL may contain a password or a signature, so only its origin is
// reported.
Result<Origin> CheckedOrigin(const ResourceRequest& request) {
  const auto url = ParseUrl(request.url);
  if (!url || url->origin.scheme != "https") {
    const std::string origin = PrintableOrigin(request.url);
    return Invalid("the resource's URL must be an absolute https URL without userinfo" +
                   (origin.empty() ? origin : "; its origin is " + origin));
  }
  if (FindHeader(request.headers, "Authorization")) {
    return Invalid("the request has an Authorization header of its own; the token makes it");
  }
  const std::string why = WhyUnsendable(request.method, request.headers);
  if (!why.empty()) return Invalid("the request to the resource cannot be sent: " + why);
  return url->origin;
}

Result<Origin> CheckSend(const AccessToken& token, const ResourceRequest& request) {
  auto origin = CheckedOrigin(request);
  if (!origin) return origin;
  if (token.type != TokenType::kMtlsPop || !token.binding) {
    return Invalid("the token is not bound to a certificate: a bearer token is not sent from here");
  }
  return origin;
}

}  // namespace

class ResourceClient::Impl {
 public:
  Impl(ResourceClientOptions options, std::shared_ptr<HttpTransport> http)
      : options_(std::move(options)), http_(std::move(http)) {}

  bool IsOfParent() const noexcept { return made_in_.IsOfParent(); }

  Result<HttpResponse> Send(const AccessToken& token, const ResourceRequest& request,
                            const CallOptions& call) {
    const auto origin = CheckSend(token, request);
    if (!origin) return origin.error();
    HttpRequest http;
    const RequestWiper wiper(http);
    http.method = request.method;
    http.url = request.url;
    http.headers = request.headers;
    http.body = request.body;
    http.client_certificate = token.binding;
    http.max_tls = options_.tls.resource_leg_max;
    http.use_proxy = true;
    http.connect_timeout = options_.timeouts.connect;
    http.attempt_timeout = options_.timeouts.attempt;
    http.max_body_bytes = request.max_body_bytes;
    if (IsKeyVault(origin->host) && !FindHeader(request.headers, "x-ms-tokenboundauth")) {
      http.headers.emplace_back("x-ms-tokenboundauth", "true");
    }
    http.headers.emplace_back("Authorization", std::string(token.AuthorizationHeader().Reveal()));

    const CallContext context = BeginCall(*options_.clock, call, options_.timeouts.acquisition);
    auto answer = http_->Send(http, context);
    if (answer) return *std::move(answer);
    KnownSecrets secrets;
    AddProxySecrets(options_.environment, secrets);
    secrets.Add(token.secret.Reveal());
    return FailureError(answer.error(), kResourceLeg, /*attempts=*/1, secrets);
  }

 private:
  const ProcessMark made_in_;
  const ResourceClientOptions options_;
  const std::shared_ptr<HttpTransport> http_;
};

Result<ResourceClient> ResourceClient::Create(ResourceClientOptions options) {
  if (!options.clock) options.clock = SystemClock();
  if (!options.environment) options.environment = ProcessEnvironment();
  auto http = TransportOf(options.http, options.tls, options.environment);
  if (!http) return std::move(http).error();
  return ResourceClient(Owner(new Impl(std::move(options), *std::move(http))));
}

Result<void> ResourceClient::CheckRequest(const ResourceRequest& request) {
  const auto origin = CheckedOrigin(request);
  if (!origin) return origin.error();
  return {};
}

Result<HttpResponse> ResourceClient::Send(const AccessToken& token, const ResourceRequest& request,
                                          const CallOptions& call) {
  if (impl_->IsOfParent()) return UsedAfterFork("the resource client", Step::kResource);
  if (token.binding && token.binding->IsOfParent()) {
    return UsedAfterFork("the certificate of the token", Step::kResource);
  }
  if (auto refused = RefuseOfParent(call)) return *std::move(refused);
  return impl_->Send(token, request, call);
}

// Closing a connection would notify the server, which still talks to the parent on it.
void ResourceClient::Free::operator()(Impl* impl) const noexcept {
  if (impl->IsOfParent()) return LeaveBehind(impl);
  delete impl;
}

ResourceClient::ResourceClient(Owner impl) : impl_(std::move(impl)) {}
ResourceClient::ResourceClient(ResourceClient&&) noexcept = default;
ResourceClient& ResourceClient::operator=(ResourceClient&&) noexcept = default;
ResourceClient::~ResourceClient() = default;

}  // namespace msiv2
