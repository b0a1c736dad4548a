#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <thread>

#include "msiv2/call.h"
#include "tests/support/in_child.h"

namespace msiv2 {
namespace {

using testing::Unless;
using testing::WrongInChild;

// F6. The callbacks are those of the parent's calls: they wake its connections.
TEST(CancellationForkTest, AChildCancelsWithoutTheCallbacksOfItsParent) {
  const CancellationSource source;
  std::atomic<int> runs{0};
  const auto registration = source.token().OnCancel([&] { ++runs; });
  const auto wrong = WrongInChild([&] {
    std::string found = Unless(source.token().IsOfParent(), "not the parent's");
    source.Cancel();
    found += Unless(source.token().IsCanceled(), "not cancelled") + Unless(runs == 0, "a callback ran");
    const auto late = source.token().OnCancel([&] { ++runs; });
    found += Unless(runs == 0, "a callback ran late");
    return found +
           Unless(!CancellationSource().token().IsOfParent(), "the child's own is taken for another's");
  });
  EXPECT_EQ(wrong, "");
  EXPECT_FALSE(source.token().IsCanceled());
  EXPECT_FALSE(source.token().IsOfParent());
  source.Cancel();
  EXPECT_EQ(runs, 1);
}

// F6. In the parent the destructor waits for the callback; in the child the thread that runs it is missing.
TEST(CancellationForkTest, AChildDoesNotWaitForACallbackThatRunsInItsParent) {
  const CancellationSource source;
  std::atomic<bool> runs{false};
  std::atomic<bool> may_end{false};
  std::optional<CancellationToken::Registration> registration = source.token().OnCancel([&] {
    runs = true;
    while (!may_end) std::this_thread::yield();
  });
  std::thread canceller([&] { source.Cancel(); });
  while (!runs) std::this_thread::yield();
  const auto wrong = WrongInChild([&] {
    registration.reset();
    source.Cancel();
    return Unless(source.token().IsCanceled(), "not cancelled");
  });
  may_end = true;
  canceller.join();
  EXPECT_EQ(wrong, "");
}

}  // namespace
}  // namespace msiv2
