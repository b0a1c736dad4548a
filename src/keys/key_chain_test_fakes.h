// Fake keys, providers and clocks for the tests of the key chain.
#pragma once

#include <atomic>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/wait.h"
#include "keys/key_chain.h"

namespace msiv2::key_chain_test {

using KeyPointer = std::shared_ptr<const SigningKey>;
using Answer = Result<KeyPointer>;

struct FakeKey final : SigningKey {
  explicit FakeKey(KeyStrength key_strength, KeyOrigin key_origin = KeyOrigin::kPlatform)
      : strength(key_strength), origin(key_origin) {}

  const RsaPublicKey& PublicKey() const override { return public_key; }
  Result<std::vector<std::uint8_t>> SignDigest(SignaturePadding, DigestAlgorithm,
                                               std::span<const std::uint8_t>) const override {
    return Error(ErrorCode::kKeySignFailed, "a fake key signs nothing");
  }
  KeyStrength Strength() const override { return strength; }
  KeyOrigin Origin() const override { return origin; }

  KeyStrength strength;
  KeyOrigin origin;
  RsaPublicKey public_key{std::vector<std::uint8_t>(256, 0xC5), {1, 0, 1}};
};

inline KeyPointer MakeKey(KeyStrength strength, KeyOrigin origin = KeyOrigin::kPlatform) {
  return std::make_shared<FakeKey>(strength, origin);
}

inline Error Failure(const std::string& why, bool retryable, std::int64_t native_code = 0) {
  Error error(ErrorCode::kKeyCreationFailed, Step::kKey, why);
  error.retryable = retryable;
  error.native_code = native_code;
  return error;
}

/// Gate blocks a provider until the test opens it, and notifies the test when a caller is inside.
class Gate {
 public:
  void Pass() {
    std::unique_lock lock(signal_.mutex);
    ++arrived_;
    signal_.changed.notify_all();
    signal_.changed.wait(lock, [&] { return open_; });
  }
  void Open() {
    std::lock_guard lock(signal_.mutex);
    open_ = true;
    signal_.changed.notify_all();
  }
  void AwaitArrival() {
    std::unique_lock lock(signal_.mutex);
    signal_.changed.wait(lock, [&] { return arrived_ > 0; });
  }

 private:
  Signal signal_;
  bool open_ = false;
  int arrived_ = 0;
};

/// FakeProvider returns what `answer` returns. The argument of `answer` is the number of calls, from 1.
struct FakeProvider final : KeyProvider {
  FakeProvider(std::string provider_name, KeyStrength best_strength,
               std::function<Answer(int)> provider_answer)
      : name(std::move(provider_name)), best(best_strength), answer(std::move(provider_answer)) {}

  std::string_view ProviderName() const override { return name; }
  KeyStrength BestStrength() const override { return best; }
  Answer GetOrCreateKey() override { return answer(++calls); }

  const std::string name;
  const KeyStrength best;
  const std::function<Answer(int)> answer;
  std::atomic<int> calls{0};
};

using Provider = std::shared_ptr<FakeProvider>;

inline Provider MakeProvider(std::string name, KeyStrength best, std::function<Answer(int)> answer) {
  return std::make_shared<FakeProvider>(std::move(name), best, std::move(answer));
}

/// Working creates a new key of its best strength at each call.
inline Provider Working(std::string name, KeyStrength best) {
  return MakeProvider(std::move(name), best, [best](int) -> Answer { return MakeKey(best); });
}

inline Provider Failing(std::string name, KeyStrength best, const Error& error) {
  return MakeProvider(std::move(name), best, [error](int) -> Answer { return error; });
}

/// FakeClock stands still until it is advanced.
class FakeClock final : public Clock {
 public:
  std::chrono::system_clock::time_point Now() const override { return {}; }
  std::chrono::steady_clock::time_point MonotonicNow() const override {
    return std::chrono::steady_clock::time_point(std::chrono::nanoseconds(now_.load()));
  }
  bool SleepUntil(std::chrono::steady_clock::time_point, const CancellationToken&) override { return true; }
  void Advance(std::chrono::nanoseconds by) { now_ += by.count(); }

 private:
  std::atomic<std::chrono::nanoseconds::rep> now_{0};
};

/// ChainFixture holds what a chain needs; it outlives the chain.
struct ChainFixture {
  FakeClock clock;
  Executor executor{1};

  KeyChain Chain(const std::vector<Provider>& providers, bool built_in = true) {
    std::vector<KeyChainEntry> entries;
    for (const Provider& provider : providers) entries.push_back({provider, built_in});
    return KeyChain(std::move(entries), executor, &clock);
  }

  CallContext Context() { return {&clock, std::chrono::steady_clock::time_point::max(), {}}; }

  /// AwaitBackground returns when all tasks that were posted before have run: the executor has one thread.
  void AwaitBackground() {
    const auto done = std::make_shared<std::promise<void>>();
    static_cast<void>(executor.Post([done] { done->set_value(); }));
    done->get_future().wait();
  }
};

}  // namespace msiv2::key_chain_test
