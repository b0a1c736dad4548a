#include "keys/key_chain.h"

#include <algorithm>
#include <exception>
#include <string>
#include <utility>

#include "keys/ask_provider.h"
#include "keys/key_ladder.h"

namespace msiv2 {
namespace {

constexpr std::chrono::seconds kRetryStrongerAfter(60);

}  // namespace

/// State is shared between the chain and its running creation, and lives as long as either of them.
struct KeyChain::State {
  Signal signal;  // guards everything below; the constant parts of a rung are read without it
  std::vector<Rung> ladder;
  MadeKey cached;
  std::uint64_t begun = 0;  // creations are numbered from 1
  std::uint64_t ended = 0;
  std::chrono::steady_clock::time_point ended_at;  // of the last creation
  bool abandoned = false;                          // the chain is destroyed

  bool UnderWay() const { return ended < begun; }
  bool Serves(KeyTier minimum) const { return cached.key != nullptr && cached.tier >= minimum; }
  bool AnyToAsk(KeyTier minimum, std::uint64_t since) const;
  std::optional<MadeKey> AskRung(Rung& rung, KeyTier minimum, KeyTier have, std::uint64_t since);
  void Create(KeyTier minimum, std::uint64_t since, std::uint64_t creation, const Clock& clock);
  void Publish(MadeKey& made);
};

bool KeyChain::State::AnyToAsk(KeyTier minimum, std::uint64_t since) const {
  return std::any_of(ladder.begin(), ladder.end(),
                     [&](const Rung& rung) { return ShouldAsk(rung, minimum, cached.tier, since); });
}

/// AskRung asks one provider, without the lock, and records the outcome. Returns nullopt if it got no key.
std::optional<MadeKey> KeyChain::State::AskRung(Rung& rung, KeyTier minimum, KeyTier have,
                                                std::uint64_t since) {
  {
    std::lock_guard lock(signal.mutex);
    if (abandoned || !ShouldAsk(rung, minimum, have, since)) return std::nullopt;
  }
  Result<MadeKey> answer = AskProvider(*rung.provider, rung.built_in, rung.best);
  std::lock_guard lock(signal.mutex);
  rung.asked_in = begun;
  rung.made = answer ? answer->tier : KeyTier::kNone;
  rung.failure = answer ? std::nullopt : std::optional<Error>(std::move(answer.error()));
  if (!answer) return std::nullopt;
  return std::move(*answer);
}

/// Create asks the rungs from the top until no further rung could return a stronger key than the current one.
void KeyChain::State::Create(KeyTier minimum, std::uint64_t since, std::uint64_t creation,
                             const Clock& clock) {
  MadeKey strongest;
  KeyTier have = KeyTier::kNone;
  {
    std::lock_guard lock(signal.mutex);
    have = cached.tier;
  }
  for (Rung& rung : ladder) {
    std::optional<MadeKey> made = AskRung(rung, minimum, have, since);
    if (!made || made->tier <= have) continue;
    have = made->tier;
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
  if (made.key != nullptr && made.tier > cached.tier) std::swap(cached, made);
}

KeyChain::KeyChain(std::vector<KeyChainEntry> entries, Executor& executor, Clock* clock)
    : executor_(executor), clock_(clock), state_(std::make_shared<State>()) {
  state_->ladder = MakeLadder(std::move(entries));
}

KeyChain::~KeyChain() {
  std::lock_guard lock(state_->signal.mutex);
  state_->abandoned = true;
}

KeyTier KeyChain::BestTier() const {
  return state_->ladder.empty() ? KeyTier::kNone : state_->ladder.front().best;
}

bool KeyChain::CanOnlyEmulate(const KeyPolicy& policy) const {
  const auto makes_real_ones = [](const Rung& rung) {
    return rung.built_in && rung.best == KeyTier::kKeyGuard;
  };
  return MinimumTier(policy) == KeyTier::kKeyGuard &&
         std::none_of(state_->ladder.begin(), state_->ladder.end(), makes_real_ones);
}

std::optional<Error> KeyChain::Check(const KeyPolicy& policy) const {
  const KeyTier best = BestTier();
  const std::string can = best == KeyTier::kNone ? "this client has no key provider"
                                                 : "the strongest key provider of this client makes " +
                                                       std::string(Name(best)) + " keys";
  if (policy.attestation && best < KeyTier::kKeyGuard) {
    return Error(ErrorCode::kKeyguardUnavailable, Step::kKey, "attestation needs a KeyGuard key; " + can);
  }
  if (policy.floor > best) {
    return Error(ErrorCode::kMinStrengthNotMet, Step::kKey,
                 "minimum_strength is " + std::string(Name(policy.floor)) + "; " + can);
  }
  return std::nullopt;
}

void KeyChain::Start(const KeyPolicy& policy) {
  const KeyTier minimum = MinimumTier(policy);
  State& state = *state_;
  std::lock_guard lock(state.signal.mutex);
  if (state.Serves(minimum) || state.UnderWay() || !state.AnyToAsk(minimum, state.begun)) return;
  // A thread that cannot be started is reported by GetOrCreateKey, which tries again.
  static_cast<void>(Begin(policy, state.begun));
}

Result<std::shared_ptr<const SigningKey>> KeyChain::GetOrCreateKey(const KeyPolicy& policy,
                                                                   const CallContext& context) {
  if (auto error = Check(policy)) return *error;
  const KeyTier minimum = MinimumTier(policy);
  State& state = *state_;
  std::unique_lock lock(state.signal.mutex);
  // What an earlier creation could not get may be requested again. A running creation is joined, not
  // repeated.
  const std::uint64_t since = state.ended;
  while (true) {
    if (state.Serves(minimum)) {
      RetryStrongerIfDue();
      return state.cached.key;
    }
    if (!state.UnderWay()) {
      if (!state.AnyToAsk(minimum, since)) return NoKeyError(state.ladder, policy);
      if (auto error = CheckCall(context, Step::kKey)) return *error;
      if (auto error = Begin(policy, since)) return *error;
    }
    const std::uint64_t awaited = state.begun;
    lock.unlock();
    const WaitOutcome outcome = WaitFor(state.signal, context, [&] { return state.ended >= awaited; });
    if (outcome != WaitOutcome::kReady) return CallEnded(outcome, Step::kKey, "a key to be created");
    lock.lock();
  }
}

std::string KeyChain::WhyNotStronger(KeyTier tier) const {
  std::lock_guard lock(state_->signal.mutex);
  return StrongerFailures(state_->ladder, tier);
}

bool KeyChain::HasStronger(KeyTier tier) {
  std::lock_guard lock(state_->signal.mutex);
  RetryStrongerIfDue();
  return state_->cached.key != nullptr && state_->cached.tier > tier;
}

void KeyChain::Forget(const std::shared_ptr<const SigningKey>& key) {
  const auto is_cached = [&] { return key != nullptr && state_->cached.key == key; };
  {
    std::lock_guard lock(state_->signal.mutex);
    if (!is_cached()) return;
  }
  // Without the lock, since a provider may be slow. First, so that no provider is asked again before it has
  // discarded the key.
  for (const Rung& rung : state_->ladder) rung.provider->Discard(*key);
  MadeKey dropped;  // released after the lock: to free a keystore's handle may be slow
  std::lock_guard lock(state_->signal.mutex);
  if (!is_cached()) return;
  std::swap(dropped, state_->cached);
  for (Rung& rung : state_->ladder) rung.made = KeyTier::kNone;
}

/// Begin posts a creation. The caller holds the lock and has checked that none is running.
std::optional<Error> KeyChain::Begin(const KeyPolicy& policy, std::uint64_t since) {
  const std::uint64_t creation = ++state_->begun;
  auto task = [state = state_, minimum = MinimumTier(policy), since, creation, clock = clock_]() mutable {
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
  if (state.UnderWay() || !state.AnyToAsk(KeyTier::kNone, state.begun)) return;
  if (clock_->MonotonicNow() < state.ended_at + kRetryStrongerAfter) return;
  static_cast<void>(Begin(KeyPolicy{}, state.begun));
}

}  // namespace msiv2
