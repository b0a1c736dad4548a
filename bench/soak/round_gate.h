// Rounds of work, with pauses between them in which no worker runs.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace msiv2::soak {

/// RoundGate lets a fixed number of workers run round by round. Between two rounds the clock can be stepped
/// without taking time from a call that is under way.
class RoundGate {
 public:
  explicit RoundGate(int workers) : workers_(workers) {}

  /// Enter waits for the next round; returns false if there are no more rounds. A worker calls Enter, then
  /// Leave.
  bool Enter() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return waiting_to_enter_ > 0 || closed_; });
    if (closed_) return false;
    --waiting_to_enter_;
    return true;
  }

  /// Leave waits until every worker has left the round.
  void Leave() {
    std::unique_lock lock(mutex_);
    const auto round = round_;
    if (++left_ == workers_) {
      ++round_;
      changed_.notify_all();
    }
    changed_.wait(lock, [&] { return round_ != round; });
  }

  /// RunRound lets all workers in and returns when all have left.
  void RunRound() {
    std::unique_lock lock(mutex_);
    const auto round = round_;
    left_ = 0;
    waiting_to_enter_ = workers_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return round_ != round; });
  }

  /// Close ends the work. Do not call it during a round.
  void Close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }

 private:
  const int workers_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int waiting_to_enter_ = 0;
  int left_ = 0;
  std::uint64_t round_ = 0;
  bool closed_ = false;
};

}  // namespace msiv2::soak
