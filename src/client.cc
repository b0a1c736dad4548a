#include "msiv2/client.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "base/begin_call.h"
#include "base/environment.h"
#include "base/unset_variable.h"
#include "builtin.h"
#include "cache/hot_token_index.h"
#include "cache_scope_registry.h"
#include "flow/capabilities.h"
#include "flow/select.h"
#include "imds/base_url.h"
#include "model/option_text.h"
#include "model/process_mark.h"

namespace msiv2 {
namespace {

// In-memory keys are only as safe as the memory that the system grants. This reports if it grants less.
void ReportKeyMemory(const ClientOptions& options) {
  if (!options.observer) return;
  const auto granted = BuiltInKeyMemory(options);
  const auto shortfall = granted ? ShortfallOf(*granted) : std::nullopt;
  if (!shortfall) return;
  const std::string notice = std::string(shortfall->text) + ". " + std::string(shortfall->cure);
  options.observer->OnEvent({.kind = Event::Kind::kNotice, .step = Step::kKey, .detail = notice});
}

// A switch with an unknown value is off, which its operator may not have meant.
void ReportSwitches(const ClientOptions& options) {
  if (!options.observer) return;
  for (const std::string& notice : SwitchNotices(options.environment)) {
    options.observer->OnEvent({.kind = Event::Kind::kNotice, .step = Step::kRequest, .detail = notice});
  }
}

v1::HostEnvironment ReadHost(const ClientOptions& options) {
  v1::HostEnvironment host = v1::ReadHostEnvironment(options, EnvironmentOf(options));
  host.azure_machine = v1::FirmwareOfHost().azure_machine;
  return host;
}

// Returns true if IMDS has answered a client of the same scope.
bool HasAnsweredBefore(const ClientOptions& options) {
  const flow::ImdsBases* bases = CacheScope::Registry::BasesOf(options);
  if (bases == nullptr) return false;
  const auto base =
      imds::ResolveImdsBase(options.imds_base_url, ProcessEnvironment(), options.allow_insecure_imds_base);
  return base && bases->HasAnswered(*base);
}

// A variable that is ignored may have been meant: it is reported.
void ReportSources(const ClientOptions& options) {
  if (!options.observer) return;
  const auto host = v1::ReadHostEnvironment(options, options.environment);
  for (const std::string& warning : v1::SourceWarnings(host, options.allow_workload_identity)) {
    options.observer->OnEvent({.kind = Event::Kind::kNotice, .step = Step::kRequest, .detail = warning});
  }
}

// Cancels when either the caller or the client cancels.
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
  Impl(ClientOptions options, std::shared_ptr<SharedState> shared, bool has_own_environment)
      : options_(std::move(options)),
        has_own_environment_(has_own_environment),
        shared_(std::move(shared)),
        calls_(options_.max_pending_calls) {
    if (options_.observer) shared_->observers().Add(*options_.observer);
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() {
    if (options_.observer) shared_->observers().Remove(*options_.observer);
    closing_.Cancel();
  }

  Result<flow::TokenPlan> MakePlan(const TokenRequest& request) const {
    return flow::Select(request, options_, shared_->ports());
  }

  Result<Capabilities> GetCapabilities(const CallContext& context) {
    const flow::ClientKeys keys{DescribeProviders(KeyChainOf(options_)),
                                shared_->ports().attestation.HasAttestor()};
    return flow::GetCapabilities(shared_->host_probe(), options_, keys, context);
  }

  bool IsOfParent() const noexcept { return made_in_.IsOfParent(); }

  CallContext Begin(const CallOptions& call) const {
    return BeginCall(*options_.clock, call, options_.timeouts.acquisition);
  }

  // Returns the answer of a request that was answered before, if it is still valid. The kill switch of MSI v2
  // takes precedence over the caches.
  cache::HotAnswer FindHot(const TokenRequest& request) const {
    auto hot = hot_.Find(request, {shared_->Generation(), options_.clock->Now()});
    if (hot.asks_kill_switch && ImdsV2Disabled(options_.environment)) hot.cached.reset();
    return hot;
  }

  TokenResult HotHit(cache::CachedTokenPtr cached) const {
    return shared_->tokens().HotHit(std::move(cached), options_.observer.get());
  }

  Result<TokenResult> Acquire(const TokenRequest& request, const flow::TokenPlan& token_plan,
                              const CallContext& context) {
    const std::uint64_t generation = shared_->Generation();  // before the caches are read
    auto acquired = std::visit(
        [&](const auto& plan) {
          auto fetcher = shared_->FetcherFor(plan);
          return shared_->tokens().Acquire(fetcher, context);
        },
        token_plan);
    return Keep(request, token_plan, generation, std::move(acquired));
  }

  // Returns what Acquire would find in the caches, without I/O.
  std::optional<Result<TokenResult>> FindCached(const TokenRequest& request,
                                                const flow::TokenPlan& token_plan) {
    const std::uint64_t generation = shared_->Generation();
    auto acquired = std::visit(
        [&](const auto& plan) {
          auto fetcher = shared_->FetcherFor(plan);
          return shared_->tokens().FindCached(fetcher);
        },
        token_plan);
    if (!acquired) return std::nullopt;
    return Keep(request, token_plan, generation, *std::move(acquired));
  }

  // Apart from AcquireToken, so that a hit does not set up the frame of what it does not do.
  [[gnu::noinline]] Result<TokenResult> AcquireSlowly(const TokenRequest& request, const CallOptions& call) {
    if (auto refused = RefuseOfParent(call)) return *std::move(refused);
    const auto plan = MakePlan(request);
    if (!plan) return plan.error();
    return Acquire(request, *plan, Begin(call));
  }

  // Returns false if too many calls are pending, or if no thread is available for this one.
  bool Start(TokenRequest request, flow::TokenPlan plan, CallContext context,
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
      --pending_;  // before the caller is notified, so that its next call finds room
      promise->set_value(std::move(result));
    });
    if (!posted) --pending_;
    return posted;
  }

 private:
  // Makes an answer of the caches hot. They had this `generation` before they were read. They have to be told
  // of a token that was refused, so such a request is never hot.
  Result<TokenResult> Keep(const TokenRequest& request, const flow::TokenPlan& plan, std::uint64_t generation,
                           tokens::Acquired acquired) {
    if (acquired.hot && request.rejected_token_sha256.empty()) {
      acquired.hot->generation = generation;
      if (std::holds_alternative<flow::BoundTokenPlan>(plan)) GuardByKillSwitch(*acquired.hot);
      hot_.Put(request, *std::move(acquired.hot));
    }
    return std::move(acquired.token);
  }

  // Each hit asks a reader of the caller's own. The variables of this process are compared instead.
  void GuardByKillSwitch(cache::HotToken& answer) {
    if (!has_own_environment_) answer.kill_switch = UnsetKillSwitch();
    answer.asks_kill_switch = answer.kill_switch == nullptr;
  }

  // One environment for all answers: they read the same memory.
  std::shared_ptr<const UnsetVariable> UnsetKillSwitch() {
    const std::lock_guard lock(unset_mutex_);
    if (unset_ == nullptr || !unset_->IsStillUnset()) unset_ = UnsetVariable::Of(kKillSwitchVariable);
    return unset_;
  }

  cache::HotTokenIndex hot_;  // declared first, because it is aligned to whole cache lines
  const ProcessMark made_in_;
  const ClientOptions options_;
  const bool has_own_environment_;
  const CancellationSource closing_;
  const std::shared_ptr<SharedState> shared_;
  std::mutex unset_mutex_;
  std::shared_ptr<const UnsetVariable> unset_;  // guarded by unset_mutex_
  std::atomic<std::size_t> pending_{0};
  Executor calls_;  // declared last, so joined first: its tasks use everything above
};

Result<ManagedIdentityClient> ManagedIdentityClient::Create(ClientOptions options) {
  options.clock = ClockOf(options);
  if (auto refused = flow::RefuseIdentity(options.identity)) return *std::move(refused);
  if (options.max_pending_calls == 0)
    return Error(ErrorCode::kInvalidRequest, FromTemplate("{max_pending_calls} is 0"));
  const auto base =
      imds::ResolveImdsBase(options.imds_base_url, EnvironmentOf(options), options.allow_insecure_imds_base);
  if (!base) return base.error();
  const bool shares = !options.environment;
  if (shares) options.environment = ProcessEnvironment();
  if (!options.cache_scope) options.cache_scope = CacheScope::Process();
  auto shared = CacheScope::Registry::Of(*options.cache_scope).Get(options, shares);
  if (!shared) return std::move(shared).error();
  ReportKeyMemory(options);
  ReportSwitches(options);
  ReportSources(options);
  return ManagedIdentityClient(Owner(new Impl(std::move(options), *std::move(shared), !shares)));
}

Result<ManagedIdentityClient> ManagedIdentityClient::TryCreate(ClientOptions options) {
  const v1::HostEnvironment host = ReadHost(options);
  const v1::Choice choice = v1::ChooseSource(host, options.source, options.allow_workload_identity);
  if (!v1::MayServe(choice, host) && !HasAnsweredBefore(options)) {
    return Error(ErrorCode::kAllSourcesUnavailable,
                 "no variable, file or firmware of this host indicates a managed identity, and no IMDS has "
                 "answered this process");
  }
  return Create(std::move(options));
}

std::vector<SourceFinding> ManagedIdentityClient::FindSources(const ClientOptions& options) {
  return v1::FindSources(ReadHost(options), options.source, options.allow_workload_identity);
}

Result<TokenResult> ManagedIdentityClient::AcquireToken(const TokenRequest& request,
                                                        const CallOptions& call) {
  if (impl_->IsOfParent()) return UsedAfterFork("the client");
  if (auto hot = impl_->FindHot(request).cached) return impl_->HotHit(std::move(hot));
  return impl_->AcquireSlowly(request, call);
}

std::optional<TokenResult> ManagedIdentityClient::FindToken(const TokenRequest& request) {
  if (impl_->IsOfParent()) return std::nullopt;
  if (auto hot = impl_->FindHot(request).cached) return impl_->HotHit(std::move(hot));
  const auto plan = impl_->MakePlan(request);
  if (!plan) return std::nullopt;
  auto cached = impl_->FindCached(request, *plan);
  if (!cached || !*cached) return std::nullopt;
  return **std::move(cached);
}

Result<Capabilities> ManagedIdentityClient::GetCapabilities(const CallOptions& call) {
  if (impl_->IsOfParent()) return UsedAfterFork("the client");
  if (auto refused = RefuseOfParent(call)) return *std::move(refused);
  return impl_->GetCapabilities(impl_->Begin(call));
}

// NOLINTBEGIN(performance-unnecessary-value-param): by value, since the call outlives the caller's arguments
std::future<Result<TokenResult>> ManagedIdentityClient::AcquireTokenAsync(TokenRequest request,
                                                                          CallOptions call) {
  auto promise = std::make_shared<std::promise<Result<TokenResult>>>();
  auto future = promise->get_future();
  if (impl_->IsOfParent()) {
    promise->set_value(UsedAfterFork("the client"));
    return future;
  }
  if (auto hot = impl_->FindHot(request).cached) {
    promise->set_value(impl_->HotHit(std::move(hot)));
    return future;
  }
  auto plan = impl_->MakePlan(request);
  if (auto refused = RefuseOfParent(call)) {
    promise->set_value(*std::move(refused));
  } else if (!plan) {
    promise->set_value(std::move(plan).error());
  } else if (auto cached = impl_->FindCached(request, *plan)) {
    promise->set_value(*std::move(cached));
  } else if (!impl_->Start(std::move(request), *std::move(plan), impl_->Begin(call), promise)) {
    promise->set_value(
        Error(ErrorCode::kBusy,
              "as many calls as are allowed are under way in this client, or no thread could be started"));
  }
  return future;
}
// NOLINTEND(performance-unnecessary-value-param)

// In a child, the threads that the destructor would join do not exist, and the connections are the parent's.
void ManagedIdentityClient::Free::operator()(Impl* impl) const noexcept {
  if (impl->IsOfParent()) return LeaveBehind(impl);
  delete impl;
}

ManagedIdentityClient::ManagedIdentityClient(Owner impl) : impl_(std::move(impl)) {}
ManagedIdentityClient::ManagedIdentityClient(ManagedIdentityClient&&) noexcept = default;
ManagedIdentityClient& ManagedIdentityClient::operator=(ManagedIdentityClient&&) noexcept = default;
ManagedIdentityClient::~ManagedIdentityClient() = default;

}  // namespace msiv2
