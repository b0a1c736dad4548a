#include "keys/key_chain.h"

#include <algorithm>
#include <exception>
#include <string>
#include <utility>

#include "keys/ask_provider.h"
#include "keys/provider_state.h"
#include "model/option_text.h"

namespace msiv2 {
namespace {

constexpr std::chrono::seconds kRetryStrongerAfter(60);
constexpr std::chrono::seconds kBetweenLosses(60);

}  // namespace

/// State is shared between the chain and its running creation, and lives as long as either of them.
struct KeyChain::State {
  Signal signal;  // guards everything below; the constant parts of a provider are read without it
  std::vector<ProviderState> providers;
  MadeKey cached;
  std::uint64_t begun = 0;  // creations are numbered from 1
  std::uint64_t ended = 0;
  std::chrono::steady_clock::time_point ended_at;  // of the last creation
  bool abandoned = false;                          // the chain is destroyed
  KeyStrength lost = KeyStrength::kNone;           // of the strongest key that stopped signing
  std::optional<std::chrono::steady_clock::time_point> lost_at;

  /// MinimumOf returns the weakest key for `policy`. No key that is weaker than a lost one takes its place.
  KeyStrength MinimumOf(const KeyPolicy& policy) const { return std::max(MinimumStrength(policy), lost); }
  Error NoKey(const KeyPolicy& policy) const;
  bool UnderWay() const { return ended < begun; }
  bool Serves(KeyStrength minimum) const { return cached.key != nullptr && cached.strength >= minimum; }
  bool AnyToAsk(KeyStrength minimum, std::uint64_t since) const;
  std::optional<MadeKey> Ask(ProviderState& provider, KeyStrength minimum, KeyStrength have,
                             std::uint64_t since);
  void Create(KeyStrength minimum, std::uint64_t since, std::uint64_t creation, const Clock& clock);
  void Publish(MadeKey& made);
};

bool KeyChain::State::AnyToAsk(KeyStrength minimum, std::uint64_t since) const {
  return std::any_of(providers.begin(), providers.end(), [&](const ProviderState& provider) {
    return ShouldAsk(provider, minimum, cached.strength, since);
  });
}

Error KeyChain::State::NoKey(const KeyPolicy& policy) const {
  Error error = NoKeyError(providers, {.minimum = MinimumOf(policy), .attestation = policy.attestation});
  if (lost > MinimumStrength(policy)) {
    Prepend(error,
            "a " + std::string(Name(lost)) + " key stopped signing, and no weaker one takes its place: ");
  }
  return error;
}

/// Ask asks one provider, without the lock, and records the outcome. Returns nullopt if it got no key.
std::optional<MadeKey> KeyChain::State::Ask(ProviderState& provider, KeyStrength minimum, KeyStrength have,
                                            std::uint64_t since) {
  {
    std::lock_guard lock(signal.mutex);
    if (abandoned || !ShouldAsk(provider, minimum, have, since)) return std::nullopt;
  }
  Result<MadeKey> answer = AskProvider(*provider.provider, provider.built_in, provider.best);
  std::lock_guard lock(signal.mutex);
  provider.asked_in = begun;
  provider.made = answer ? answer->strength : KeyStrength::kNone;
  provider.failure = answer ? std::nullopt : std::optional<Error>(std::move(answer.error()));
  if (!answer) return std::nullopt;
  return std::move(*answer);
}

/// Create asks the providers from the top until no further provider could return a stronger key than the
/// current one.
void KeyChain::State::Create(KeyStrength minimum, std::uint64_t since, std::uint64_t creation,
                             const Clock& clock) {
  MadeKey strongest;
  KeyStrength have = KeyStrength::kNone;
  {
    std::lock_guard lock(signal.mutex);
    have = cached.strength;
  }
  for (ProviderState& provider : providers) {
    std::optional<MadeKey> made = Ask(provider, minimum, have, since);
    if (!made || made->strength <= have) continue;
    have = made->strength;
    strongest = std::move(*made);
  }
  {
    std::lock_guard lock(signal.mutex);
    Publish(strongest);
    ended_at = clock.MonotonicNow();
    ended = creation;
  }
  signal.changed.notify_all();
}

/// Publish caches a stronger key and leaves the old key in `made`, to be released after the lock.
void KeyChain::State::Publish(MadeKey& made) {
  if (made.key != nullptr && made.strength > cached.strength) std::swap(cached, made);
}

KeyChain::KeyChain(std::vector<KeyChainEntry> entries, Executor& executor, Clock* clock)
    : executor_(executor), clock_(clock), state_(std::make_shared<State>()) {
  state_->providers = MakeProviderStates(std::move(entries));
}

KeyChain::~KeyChain() {
  std::lock_guard lock(state_->signal.mutex);
  state_->abandoned = true;
}

KeyStrength KeyChain::BestStrength() const {
  return state_->providers.empty() ? KeyStrength::kNone : state_->providers.front().best;
}

bool KeyChain::CanOnlyEmulate(const KeyPolicy& policy) const {
  const auto makes_real_ones = [](const ProviderState& provider) {
    return provider.built_in && provider.best == KeyStrength::kKeyGuard;
  };
  return MinimumStrength(policy) == KeyStrength::kKeyGuard &&
         std::none_of(state_->providers.begin(), state_->providers.end(), makes_real_ones);
}

std::optional<Error> KeyChain::Check(const KeyPolicy& policy) const {
  const KeyStrength best = BestStrength();
  const std::string can = best == KeyStrength::kNone ? "this client has no key provider"
                                                     : "the strongest key provider of this client makes " +
                                                           std::string(Name(best)) + " keys";
  if (policy.attestation && best < KeyStrength::kKeyGuard) {
    return Error(ErrorCode::kKeyguardUnavailable, Step::kKey, "attestation needs a KeyGuard key; " + can);
  }
  if (policy.minimum > best) {
    return Error(ErrorCode::kMinStrengthNotMet, Step::kKey,
                 FromTemplate("{minimum_strength} is ") + std::string(Name(policy.minimum)) + "; " + can);
  }
  return std::nullopt;
}

void KeyChain::Start(const KeyPolicy& policy) {
  State& state = *state_;
  std::lock_guard lock(state.signal.mutex);
  const KeyStrength minimum = state.MinimumOf(policy);
  if (state.Serves(minimum) || state.UnderWay() || !state.AnyToAsk(minimum, state.begun)) return;
  // A thread that cannot be started is reported by GetOrCreateKey, which tries again.
  static_cast<void>(Begin(minimum, state.begun));
}

Result<std::shared_ptr<const SigningKey>> KeyChain::GetOrCreateKey(const KeyPolicy& policy,
                                                                   const CallContext& context) {
  if (auto error = Check(policy)) return *error;
  State& state = *state_;
  std::unique_lock lock(state.signal.mutex);
  // What an earlier creation could not get may be requested again. A running creation is joined, not
  // repeated.
  const std::uint64_t since = state.ended;
  while (true) {
    const KeyStrength minimum = state.MinimumOf(policy);
    if (state.Serves(minimum)) {
      RetryStrongerIfDue();
      return state.cached.key;
    }
    if (!state.UnderWay()) {
      if (!state.AnyToAsk(minimum, since)) return state.NoKey(policy);
      if (auto error = CheckCall(context, Step::kKey)) return *error;
      if (auto error = Begin(minimum, since)) return *error;
    }
    const std::uint64_t awaited = state.begun;
    lock.unlock();
    const WaitOutcome outcome = WaitFor(state.signal, context, [&] { return state.ended >= awaited; });
    if (outcome != WaitOutcome::kReady) return CallEnded(outcome, Step::kKey, "a key to be created");
    lock.lock();
  }
}

std::string KeyChain::WhyNotStronger(KeyStrength strength) const {
  std::lock_guard lock(state_->signal.mutex);
  return StrongerFailures(state_->providers, strength);
}

bool KeyChain::HasStronger(KeyStrength strength) {
  std::lock_guard lock(state_->signal.mutex);
  RetryStrongerIfDue();
  return state_->cached.key != nullptr && state_->cached.strength > strength;
}

std::shared_ptr<const SigningKey> KeyChain::Watched(std::shared_ptr<const SigningKey> key) const {
  return Watch(std::move(key), reports_);
}

bool KeyChain::ForgetIfDead(const std::shared_ptr<const SigningKey>& key) {
  const std::shared_ptr<const SigningKey>& inner = Unwatched(key);
  const auto now = clock_->MonotonicNow();
  bool is_cached = false;
  {
    std::lock_guard lock(state_->signal.mutex);
    is_cached = state_->cached.key == inner;
    if (is_cached && state_->lost_at && now < *state_->lost_at + kBetweenLosses) return false;
  }
  reports_->Remove(*inner);
  if (StillSigns(*inner)) return false;
  if (!is_cached) return true;  // another call has dropped it
  {
    std::lock_guard lock(state_->signal.mutex);
    state_->lost_at = now;
    state_->lost = std::max(state_->lost, inner->Strength());
  }
  Forget(inner);
  return true;
}

std::vector<std::shared_ptr<const SigningKey>> KeyChain::ForgetDead() {
  std::vector<std::shared_ptr<const SigningKey>> dead;
  if (!HasReports()) return dead;
  for (const auto& key : reports_->Reported()) {
    if (ForgetIfDead(key)) dead.push_back(key);  // what may not be dropped yet keeps its report
  }
  return dead;
}

/// Forget drops exactly `key` from the cache, if it is still there.
void KeyChain::Forget(const std::shared_ptr<const SigningKey>& key) {
  const auto is_cached = [&] { return key != nullptr && state_->cached.key == key; };
  {
    std::lock_guard lock(state_->signal.mutex);
    if (!is_cached()) return;
  }
  // Without the lock, since a provider may be slow. First, so that no provider is asked again before it has
  // discarded the key.
  for (const ProviderState& provider : state_->providers) {
    try {
      provider.provider->Discard(*key);
    } catch (...) {  // a user-supplied provider; the key is dropped all the same
      continue;
    }
  }
  MadeKey dropped;  // released after the lock: to free a keystore's handle may be slow
  std::lock_guard lock(state_->signal.mutex);
  if (!is_cached()) return;
  std::swap(dropped, state_->cached);
  for (ProviderState& provider : state_->providers) provider.made = KeyStrength::kNone;
}

/// Begin posts a creation. The caller holds the lock and has checked that none is running.
std::optional<Error> KeyChain::Begin(KeyStrength minimum, std::uint64_t since) {
  const std::uint64_t creation = ++state_->begun;
  auto task = [state = state_, minimum, since, creation, clock = clock_]() mutable {
    // Taken out of the task, so that providers and keys are not destroyed inside the executor.
    const std::shared_ptr<State> mine = std::move(state);
    mine->Create(minimum, since, creation, *clock);
  };
  if (executor_.Post(std::move(task))) return std::nullopt;
  state_->ended = creation;
  return Error(ErrorCode::kKeyCreationFailed, Step::kKey, "no thread could be started to create the key");
}

/// RetryStrongerIfDue starts a creation for the providers that failed for a transient reason. The caller
/// holds the lock.
void KeyChain::RetryStrongerIfDue() {
  State& state = *state_;
  if (state.UnderWay() || !state.AnyToAsk(KeyStrength::kNone, state.begun)) return;
  if (clock_->MonotonicNow() < state.ended_at + kRetryStrongerAfter) return;
  static_cast<void>(Begin(state.lost, state.begun));
}

}  // namespace msiv2
