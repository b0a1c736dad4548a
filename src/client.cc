#include "msiv2/client.h"

#include <atomic>
#include <optional>
#include <random>
#include <utility>

#include "attestation/attestation_service.h"
#include "base/begin_call.h"
#include "base/environment.h"
#include "base/executor.h"
#include "builtin.h"
#include "cache/warm_tokens.h"
#include "flow/acquire.h"
#include "flow/gate.h"
#include "imds/base_url.h"
#include "keys/key_chain.h"
#include "msiv2/diagnostics.h"

namespace msiv2 {
namespace {

RandomSource DeviceRandom() {
  return [](std::span<std::uint8_t> bytes) {
    std::random_device device;
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(device());
  };
}

std::vector<KeyChainEntry> ChainOf(const ClientOptions& options) {
  std::vector<KeyChainEntry> entries;
  for (const auto& provider : options.key_providers) {
    if (provider) entries.push_back({provider, /*built_in=*/false});
  }
  if (!entries.empty()) return entries;
  for (auto& provider : BuiltInKeyProviders()) entries.push_back({std::move(provider), /*built_in=*/true});
  return entries;
}

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
        keys_(ChainOf(options_), background_, options_.clock.get()),
        attestation_(options_.attestor, attestor_line_, options_.timeouts.attestation),
        acquirer_(flow::Ports{*http_, keys_, attestation_, options_.certificate_store.get(),
                              options_.observer.get(), *options_.clock, DeviceRandom(),
                              [this] { return ImdsV2Disabled(options_.environment); }}),
        calls_(options_.max_pending_calls) {}

  ~Impl() { closing_.Cancel(); }

  Result<flow::Plan> Plan(const TokenRequest& request) const {
    return flow::MakePlan(request, options_, options_.environment, keys_, attestation_.HasAttestor());
  }

  CallContext Begin(const CallOptions& call) const {
    return BeginCall(*options_.clock, call, options_.timeouts.acquisition);
  }

  // The answer of a request that was answered before and still holds. The kill switch goes ahead of the
  // caches.
  std::optional<TokenResult> FindWarm(const TokenRequest& request) {
    auto cached = warm_.Find(request, acquirer_.Generation(), options_.clock->Now());
    if (!cached || ImdsV2Disabled(options_.environment)) return std::nullopt;
    return acquirer_.WarmHit(std::move(cached));
  }

  Result<TokenResult> Acquire(const TokenRequest& request, const flow::Plan& plan,
                              const CallContext& context) {
    cache::WarmToken warm;
    auto result = acquirer_.Acquire(plan, context, &warm);
    if (warm.generation != 0) warm_.Put(request, std::move(warm));
    return result;
  }

  // False when as many calls as may be are under way, or no thread can be had for this one.
  bool Start(TokenRequest request, flow::Plan plan, CallContext context,
             std::shared_ptr<std::promise<Result<TokenResult>>> promise) {
    if (pending_.fetch_add(1) >= options_.max_pending_calls) {
      --pending_;
      return false;
    }
    const bool posted = calls_.Post([this, request = std::move(request), plan = std::move(plan), context,
                                     promise = std::move(promise)]() mutable {
      const JoinedCancellation joined(context.cancellation, closing_.token());
      context.cancellation = joined.token();
      auto result = Acquire(request, plan, context);
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
  flow::Acquirer acquirer_;
  cache::WarmTokens warm_;
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
  if (auto warm = impl_->FindWarm(request)) return *std::move(warm);
  const auto plan = impl_->Plan(request);
  if (!plan) return plan.error();
  return impl_->Acquire(request, *plan, impl_->Begin(call));
}

// NOLINTBEGIN(performance-unnecessary-value-param): by value, since the call outlives the caller's arguments
std::future<Result<TokenResult>> ManagedIdentityClient::AcquireTokenAsync(TokenRequest request,
                                                                          CallOptions call) {
  auto promise = std::make_shared<std::promise<Result<TokenResult>>>();
  auto future = promise->get_future();
  if (auto warm = impl_->FindWarm(request)) {
    promise->set_value(*std::move(warm));
    return future;
  }
  auto plan = impl_->Plan(request);
  if (!plan) {
    promise->set_value(std::move(plan).error());
  } else if (!impl_->Start(std::move(request), *std::move(plan), impl_->Begin(call), promise)) {
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
