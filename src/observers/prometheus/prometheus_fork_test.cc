// A forked child and the locks of its parent's metrics. Unix only.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "msiv2/observers/prometheus.h"
#include "tests/support/in_child.h"

namespace msiv2 {
namespace {

constexpr Event kMiss{.kind = Event::Kind::kCacheMiss};

// F6.
TEST(PrometheusForkTest, AChildCountsItsOwnEventsAndWaitsForNoLockOfItsParent) {
  PrometheusObserver observer;
  std::atomic<bool> done{false};
  std::thread parent([&] {
    while (!done) observer.OnEvent(kMiss);
  });
  std::string wrong;
  for (int round = 0; round < 100 && wrong.empty(); ++round) {
    wrong = testing::WrongInChild([&] {
      observer.OnEvent(kMiss);
      return testing::Unless(observer.Text().find("result=\"miss\"} 1\n") != std::string::npos,
                             observer.Text());
    });
  }
  done = true;
  parent.join();
  EXPECT_EQ(wrong, "");
}

}  // namespace
}  // namespace msiv2
