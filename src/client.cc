#include "msiv2/client.h"

#include <atomic>
#include <utility>

#include "attestation/attestation_service.h"
#include "base/begin_call.h"
#include "base/environment.h"
#include "base/executor.h"
#include "builtin.h"
#include "flow/acquire.h"
#include "flow/capabilities.h"
#include "flow/gate.h"
#include "imds/base_url.h"
#include "keys/key_chain.h"

namespace msiv2 {
namespace {

// In-memory keys are as safe as the memory that the system grants: say so when it grants less.
void TellOfKeyMemory(const ClientOptions& options) {
  if (!options.observer || !options.key_providers.empty()) return;
  if (const auto notice = KeyMemoryNotice()) {
    options.observer->OnEvent({.kind = Event::Kind::kNotice, .step = Step::kKey, .detail = *notice});
  }
}

// Cancels when either the caller or the client does.
class JoinedCancellation {
 public:
  JoinedCancellation(const CancellationToken& caller, const CancellationToken& client)
      : caller_(caller.OnCancel([source = source_] { source.Cancel(); })),
        client_(client.OnCancel([source = source_] { source.Cancel(); })) {}
  CancellationToken token() const { return source_.token(); }

 private:
  CancellationSource source_;
  CancellationToken::Registration caller_;
  CancellationToken::Registration client_;
};

}  // namespace

class ManagedIdentityClient::Impl {
 public:
  Impl(ClientOptions options, std::shared_ptr<HttpTransport> http)
      : options_(std::move(options)),
        http_(std::move(http)),
        keys_(KeyChainOf(options_), background_, options_.clock.get()),
        attestation_(options_.attestor, attestor_line_, options_.timeouts.attestation),
        acquirer_(flow::Ports{*http_, keys_, attestation_, options_.certificate_store.get(),
                              options_.observer.get(), *options_.clock, DeviceRandom(), v1_only_}),
        host_probe_(*http_, *options_.clock, options_.observer.get(), DeviceRandom(), v1_only_),
        client_keys_{DescribeProviders(KeyChainOf(options_)), attestation_.HasAttestor()},
        calls_(options_.max_pending_calls) {}

  ~Impl() { closing_.Cancel(); }

  Result<flow::Plan> Plan(const TokenRequest& request) const {
    return flow::MakePlan(request, options_, options_.environment, keys_, attestation_.HasAttestor(),
                          v1_only_);
  }

  Result<Capabilities> GetCapabilities(const CallContext& context) {
    return flow::GetCapabilities(host_probe_, options_, client_keys_, context);
  }

  CallContext Begin(const CallOptions& call) const {
    return BeginCall(*options_.clock, call, options_.timeouts.acquisition);
  }

  Result<TokenResult> Acquire(const flow::Plan& plan, const CallContext& context) {
    return acquirer_.Acquire(plan, context);
  }

  // False when as many calls as may be are under way, or no thread can be had for this one.
  bool Start(flow::Plan plan, CallContext context,
             std::shared_ptr<std::promise<Result<TokenResult>>> promise) {
    if (pending_.fetch_add(1) >= options_.max_pending_calls) {
      --pending_;
      return false;
    }
    const bool posted =
        calls_.Post([this, plan = std::move(plan), context, promise = std::move(promise)]() mutable {
          const JoinedCancellation joined(context.cancellation, closing_.token());
          context.cancellation = joined.token();
          auto result = acquirer_.Acquire(plan, context);
          --pending_;  // before the caller hears of it, so that its next call finds room
          promise->set_value(std::move(result));
        });
    if (!posted) --pending_;
    return posted;
  }

 private:
  const ClientOptions options_;
  const CancellationSource closing_;
  const std::shared_ptr<HttpTransport> http_;
  Executor background_{1};     // key creation: one at a time
  Executor attestor_line_{1};  // calls into the attestor: one at a time
  KeyChain keys_;
  attestation::AttestationService attestation_;
  flow::V1OnlyBases v1_only_;
  flow::Acquirer acquirer_;
  flow::HostProbe host_probe_;
  const flow::ClientKeys client_keys_;
  std::atomic<std::size_t> pending_{0};
  Executor calls_;  // last, so joined first: its tasks use everything above
};

Result<ManagedIdentityClient> ManagedIdentityClient::Create(ClientOptions options) {
  if (!options.clock) options.clock = SystemClock();
  if (!options.environment) options.environment = ProcessEnvironment();
  if (options.max_pending_calls == 0) return Error(ErrorCode::kInvalidRequest, "max_pending_calls is 0");
  const auto base =
      imds::ResolveImdsBase(options.imds_base_url, options.environment, options.allow_insecure_imds_base);
  if (!base) return base.error();
  std::shared_ptr<HttpTransport> http = options.http;
  if (!http) {
    auto made = MakeBuiltInTransport(options.tls);
    if (!made) return std::move(made).error();
    http = *std::move(made);
  }
  TellOfKeyMemory(options);
  return ManagedIdentityClient(std::make_unique<Impl>(std::move(options), std::move(http)));
}

Result<TokenResult> ManagedIdentityClient::AcquireToken(const TokenRequest& request,
                                                        const CallOptions& call) {
  const auto plan = impl_->Plan(request);
  if (!plan) return plan.error();
  return impl_->Acquire(*plan, impl_->Begin(call));
}

Result<Capabilities> ManagedIdentityClient::GetCapabilities(const CallOptions& call) {
  return impl_->GetCapabilities(impl_->Begin(call));
}

// NOLINTBEGIN(performance-unnecessary-value-param): by value, since the call outlives the caller's arguments
std::future<Result<TokenResult>> ManagedIdentityClient::AcquireTokenAsync(TokenRequest request,
                                                                          CallOptions call) {
  auto promise = std::make_shared<std::promise<Result<TokenResult>>>();
  auto future = promise->get_future();
  auto plan = impl_->Plan(request);
  if (!plan) {
    promise->set_value(std::move(plan).error());
  } else if (!impl_->Start(*std::move(plan), impl_->Begin(call), promise)) {
    promise->set_value(
        Error(ErrorCode::kBusy,
              "max_pending_calls calls are under way in this client, or no thread could be started"));
  }
  return future;
}
// NOLINTEND(performance-unnecessary-value-param)

ManagedIdentityClient::ManagedIdentityClient(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ManagedIdentityClient::ManagedIdentityClient(ManagedIdentityClient&&) noexcept = default;
ManagedIdentityClient& ManagedIdentityClient::operator=(ManagedIdentityClient&&) noexcept = default;
ManagedIdentityClient::~ManagedIdentityClient() = default;

}  // namespace msiv2
