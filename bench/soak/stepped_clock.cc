#include "bench/soak/stepped_clock.h"

namespace msiv2::soak {

std::chrono::system_clock::time_point SteppedClock::Now() const {
  return std::chrono::system_clock::now() + Ahead();
}

std::chrono::steady_clock::time_point SteppedClock::MonotonicNow() const {
  return std::chrono::steady_clock::now() + Ahead();
}

bool SteppedClock::SleepUntil(std::chrono::steady_clock::time_point until,
                              const CancellationToken& cancellation) {
  const auto registration = cancellation.OnCancel([this] {
    const std::lock_guard lock(mutex_);
    stepped_.notify_all();
  });
  std::unique_lock lock(mutex_);
  while (!cancellation.IsCanceled()) {
    if (std::chrono::steady_clock::now() + ahead_ >= until) return true;
    stepped_.wait_until(lock, until - ahead_);
  }
  return false;
}

void SteppedClock::Step(std::chrono::seconds length) {
  const std::lock_guard lock(mutex_);
  ahead_ += length;
  stepped_.notify_all();
}

std::chrono::seconds SteppedClock::Ahead() const {
  const std::lock_guard lock(mutex_);
  return ahead_;
}

}  // namespace msiv2::soak
