#include <condition_variable>
#include <mutex>

#include "clock/wall_time.h"
#include "msiv2/clock.h"

namespace msiv2 {
namespace {

class MachineClock final : public Clock {
 public:
  std::chrono::system_clock::time_point Now() const override { return ReadWallTime(); }

  std::chrono::steady_clock::time_point MonotonicNow() const override {
    return std::chrono::steady_clock::now();
  }

  bool SleepUntil(std::chrono::steady_clock::time_point until,
                  const CancellationToken& cancellation) override {
    std::mutex mutex;
    std::condition_variable wake;
    bool canceled = false;
    auto registration = cancellation.OnCancel([&] {
      std::lock_guard lock(mutex);
      canceled = true;
      wake.notify_all();
    });
    std::unique_lock lock(mutex);
    return !wake.wait_until(lock, until, [&] { return canceled; });
  }
};

}  // namespace

std::shared_ptr<Clock> SystemClock() {
  static const std::shared_ptr<Clock> clock = std::make_shared<MachineClock>();
  return clock;
}

}  // namespace msiv2
