#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <thread>

#include "msiv2/call.h"

namespace msiv2 {
namespace {

TEST(Cancellation, NeverComesFromADefaultToken) {
  const CancellationToken token;
  EXPECT_FALSE(token.IsCanceled());
  const auto registration = token.OnCancel([] { ADD_FAILURE(); });
}

TEST(Cancellation, ReachesEveryTokenAndCallbackOnce) {
  CancellationSource source;
  const CancellationToken first = source.token();
  const CancellationToken second = first;
  int calls = 0;
  const auto a = first.OnCancel([&] { ++calls; });
  const auto b = second.OnCancel([&] { ++calls; });
  EXPECT_FALSE(second.IsCanceled());
  source.Cancel();
  source.Cancel();
  EXPECT_TRUE(first.IsCanceled());
  EXPECT_TRUE(second.IsCanceled());
  EXPECT_EQ(calls, 2);
}

TEST(Cancellation, ALateCallbackRunsAtOnce) {
  CancellationSource source;
  source.Cancel();
  int calls = 0;
  const auto registration = source.token().OnCancel([&] { ++calls; });
  EXPECT_EQ(calls, 1);
}

TEST(Cancellation, RunsNoCallbackThatWasRemoved) {
  CancellationSource source;
  {
    const auto registration = source.token().OnCancel([] { ADD_FAILURE(); });
  }
  auto replaced = source.token().OnCancel([] { ADD_FAILURE(); });
  int calls = 0;
  replaced = source.token().OnCancel([&] { ++calls; });
  auto moved = std::move(replaced);
  source.Cancel();
  EXPECT_EQ(calls, 1);
}

TEST(Cancellation, LetsACallbackRemoveItself) {
  CancellationSource source;
  std::optional<CancellationToken::Registration> registration;
  int calls = 0;
  registration.emplace(source.token().OnCancel([&] {
    ++calls;
    registration.reset();
  }));
  source.Cancel();
  EXPECT_EQ(calls, 1);
}

TEST(Cancellation, OutlivesItsSource) {
  CancellationToken token;
  {
    CancellationSource source;
    token = source.token();
    source.Cancel();
  }
  EXPECT_TRUE(token.IsCanceled());
}

// B8. The callback runs on for a while after the removal has begun.
TEST(Cancellation, RemovalWaitsForACallbackThatIsRunning) {
  for (int round = 0; round < 20; ++round) {
    CancellationSource source;
    std::atomic<bool> runs{false};
    std::atomic<bool> removing{false};
    std::atomic<bool> ended{false};
    std::optional<CancellationToken::Registration> registration(source.token().OnCancel([&] {
      runs = true;
      while (!removing) std::this_thread::yield();
      for (int i = 0; i < 100; ++i) std::this_thread::yield();
      ended = true;
    }));
    std::thread canceller([&] { source.Cancel(); });
    while (!runs) std::this_thread::yield();
    removing = true;
    registration.reset();
    EXPECT_TRUE(ended) << "the callback outlived its registration";
    canceller.join();
  }
}

}  // namespace
}  // namespace msiv2
