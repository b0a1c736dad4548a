// Callers that wait for one creation.
#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <optional>
#include <thread>

#include "keys/key_chain.h"
#include "keys/key_chain_test_fakes.h"
#include "tests/support/asked_clock.h"

namespace msiv2 {
namespace {

using key_chain_test::Answer;
using key_chain_test::Failure;
using key_chain_test::Gate;
using key_chain_test::KeyPointer;
using key_chain_test::MakeKey;
using key_chain_test::MakeProvider;
using key_chain_test::Provider;
using key_chain_test::Working;

constexpr KeyPolicy kAnyKey{};
constexpr KeyPolicy kAttested{KeyStrength::kNone, true};

/// TickingClock advances by a second at each read, so that a wait reaches its deadline without sleeping.
class TickingClock final : public Clock {
 public:
  std::chrono::system_clock::time_point Now() const override { return {}; }
  std::chrono::steady_clock::time_point MonotonicNow() const override {
    return std::chrono::steady_clock::time_point(std::chrono::seconds(++seconds_));
  }
  bool SleepUntil(std::chrono::steady_clock::time_point, const CancellationToken&) override { return true; }

 private:
  mutable std::atomic<int> seconds_{0};
};

/// OpeningClock opens a gate when it is read. A caller that joins a creation reads the clock when it waits.
class OpeningClock final : public Clock {
 public:
  explicit OpeningClock(Gate& gate) : gate_(gate) {}
  std::chrono::system_clock::time_point Now() const override { return {}; }
  std::chrono::steady_clock::time_point MonotonicNow() const override {
    gate_.Open();
    return {};
  }
  bool SleepUntil(std::chrono::steady_clock::time_point, const CancellationToken&) override { return true; }

 private:
  Gate& gate_;
};

struct KeyChainWaitTest : ::testing::Test, key_chain_test::ChainFixture {
  // A provider that waits uses the members below, so it must end before they are destroyed.
  void TearDown() override {
    gate.Open();
    executor.Stop();
  }

  // Calls `call` on 32 threads, each with a context of its own. Opens the gate when all of them wait: a
  // caller looks at its time when it waits for a creation.
  void OnThirtyTwoThreads(const std::function<void(std::size_t, const CallContext&)>& call) {
    std::deque<testing::AskedClock> clocks;
    std::vector<std::thread> callers;
    for (std::size_t i = 0; i < 32; ++i) {
      callers.emplace_back([&call, i, own = &clocks.emplace_back(clock)] {
        call(i, {own, std::chrono::steady_clock::time_point::max(), {}});
      });
    }
    for (const auto& asked : clocks) {
      while (!asked.was_asked) std::this_thread::yield();
    }
    gate.AwaitArrival();
    gate.Open();
    for (std::thread& caller : callers) caller.join();
  }

  Gate gate;
  Provider slow = MakeProvider("slow", KeyStrength::kSoftware, [this](int) -> Answer {
    gate.Pass();
    return MakeKey(KeyStrength::kSoftware);
  });
};

TEST_F(KeyChainWaitTest, ThirtyTwoCallersShareOneCreation) {
  KeyChain chain = Chain({slow});
  std::vector<KeyPointer> keys(32);
  OnThirtyTwoThreads([&](std::size_t i, const CallContext& context) {
    keys[i] = chain.GetOrCreateKey(kAnyKey, context).value();
  });
  EXPECT_NE(keys.front(), nullptr);
  for (const KeyPointer& key : keys) EXPECT_EQ(key, keys.front());
  EXPECT_EQ(slow->calls, 1);
}

TEST_F(KeyChainWaitTest, ThirtyTwoCallersShareOneFailure) {
  const Provider failing = MakeProvider("slow", KeyStrength::kSoftware, [this](int) -> Answer {
    gate.Pass();
    return Failure("busy", /*retryable=*/false);
  });
  KeyChain chain = Chain({failing});
  std::atomic<int> failed{0};
  OnThirtyTwoThreads([&](std::size_t, const CallContext& context) {
    failed += chain.GetOrCreateKey(kAnyKey, context) ? 0 : 1;
  });
  EXPECT_EQ(failed, 32);
  EXPECT_EQ(failing->calls, 1);
}

TEST_F(KeyChainWaitTest, ACallerTakesTheFailureOfTheCreationThatItJoined) {
  const Provider busy = MakeProvider("busy", KeyStrength::kSoftware, [this](int) -> Answer {
    gate.Pass();
    return Failure("busy", /*retryable=*/true);
  });
  KeyChain chain = Chain({busy});
  chain.Start(kAnyKey);
  gate.AwaitArrival();
  OpeningClock opening(gate);
  const CallContext context{&opening, std::chrono::steady_clock::time_point::max(), {}};
  EXPECT_EQ(chain.GetOrCreateKey(kAnyKey, context).error().code, ErrorCode::kKeyCreationFailed);
  EXPECT_EQ(busy->calls, 1) << "asked again by the caller that has its answer";
}

TEST_F(KeyChainWaitTest, StartDoesNothingWhileACreationIsUnderWay) {
  const Provider busy = MakeProvider("busy", KeyStrength::kSoftware, [this](int) -> Answer {
    gate.Pass();
    return Failure("busy", /*retryable=*/true);
  });
  KeyChain chain = Chain({busy});
  chain.Start(kAnyKey);
  gate.AwaitArrival();
  chain.Start(kAnyKey);
  gate.Open();
  AwaitBackground();
  EXPECT_EQ(busy->calls, 1);
}

TEST_F(KeyChainWaitTest, CancellationEndsAWaitAndTheCreationGoesOnForTheOthers) {
  KeyChain chain = Chain({slow});
  CancellationSource source;
  CallContext context = Context();
  context.cancellation = source.token();
  std::optional<Result<KeyPointer>> cancelled;
  std::optional<Result<KeyPointer>> patient;
  std::thread first([&] { cancelled = chain.GetOrCreateKey(kAnyKey, context); });
  gate.AwaitArrival();
  std::thread second([&] { patient = chain.GetOrCreateKey(kAnyKey, Context()); });
  source.Cancel();
  first.join();  // the provider still hangs
  ASSERT_FALSE(*cancelled);
  EXPECT_EQ(cancelled->error().code, ErrorCode::kCanceled);
  EXPECT_EQ(cancelled->error().step, Step::kKey);

  gate.Open();
  second.join();
  EXPECT_TRUE(*patient);
  EXPECT_EQ(slow->calls, 1);
}

TEST_F(KeyChainWaitTest, ADeadlineEndsAWaitAndTheCreationGoesOn) {
  KeyChain chain = Chain({slow});
  chain.Start(kAnyKey);
  gate.AwaitArrival();
  TickingClock ticking;
  const CallContext context{&ticking, std::chrono::steady_clock::time_point(std::chrono::seconds(1)), {}};
  const auto late = chain.GetOrCreateKey(kAnyKey, context);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::kTimeout);
  EXPECT_EQ(late.error().step, Step::kKey);

  gate.Open();
  EXPECT_TRUE(chain.GetOrCreateKey(kAnyKey, Context()));
  EXPECT_EQ(slow->calls, 1);
}

TEST_F(KeyChainWaitTest, AWaiterOfALesserPolicyContinuesAfterAStricterCreationEnded) {
  const Provider keyguard = MakeProvider("keyguard", KeyStrength::kKeyGuard, [this](int) -> Answer {
    gate.Pass();
    return Failure("busy", /*retryable=*/true);
  });
  const Provider software = Working("in-memory", KeyStrength::kSoftware);
  KeyChain chain = Chain({keyguard, software});
  chain.Start(kAttested);
  gate.AwaitArrival();
  std::optional<Result<KeyPointer>> answer;
  std::thread waiter([&] { answer = chain.GetOrCreateKey(kAnyKey, Context()); });
  gate.Open();
  waiter.join();
  EXPECT_EQ(answer->value()->Strength(), KeyStrength::kSoftware);
  EXPECT_EQ(software->calls, 1);
}

TEST_F(KeyChainWaitTest, ACachedKeyServesWhileAStrongerOneIsBeingMade) {
  const Provider keyguard = MakeProvider("keyguard", KeyStrength::kKeyGuard, [this](int call) -> Answer {
    if (call == 1) return Failure("busy", /*retryable=*/true);
    gate.Pass();
    return MakeKey(KeyStrength::kKeyGuard);
  });
  KeyChain chain = Chain({keyguard, Working("in-memory", KeyStrength::kSoftware)});
  const KeyPointer weaker = chain.GetOrCreateKey(kAnyKey, Context()).value();
  std::optional<Result<KeyPointer>> attested;
  std::thread waiter([&] { attested = chain.GetOrCreateKey(kAttested, Context()); });
  gate.AwaitArrival();
  EXPECT_EQ(chain.GetOrCreateKey(kAnyKey, Context()).value(), weaker);
  gate.Open();
  waiter.join();
  EXPECT_EQ(attested->value()->Strength(), KeyStrength::kKeyGuard);
  EXPECT_EQ(chain.GetOrCreateKey(kAnyKey, Context()).value(), attested->value());
}

TEST_F(KeyChainWaitTest, AChainMayBeDestroyedWhileACreationRuns) {
  const Provider strong = MakeProvider("strong", KeyStrength::kHardware, [this](int) -> Answer {
    gate.Pass();
    return Failure("busy", /*retryable=*/true);
  });
  const Provider software = Working("in-memory", KeyStrength::kSoftware);
  {
    KeyChain chain = Chain({strong, software});
    chain.Start(kAnyKey);
    gate.AwaitArrival();
  }
  gate.Open();
  AwaitBackground();
  EXPECT_EQ(software->calls, 0) << "no caller wants the key any more";
  EXPECT_EQ(software.use_count(), 1) << "the creation has let go of the providers";
}

}  // namespace
}  // namespace msiv2
