// Renewals off the callers' threads.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "base/executor.h"
#include "msiv2/call.h"
#include "msiv2/clock.h"

namespace msiv2::flow {

/// BackgroundJobs runs at most one job a key at a time, on two threads that start when first needed. After a
/// job that failed its key rests: 30 s, then twice as long each time, ten minutes at most; after one that
/// came too early, an hour.
///
/// Threads: all members may be called at the same time.
/// Lifetime: the destructor cancels the jobs under way, drops those that wait, and joins the threads.
class BackgroundJobs {
 public:
  enum class Outcome {
    kDone,
    kFailed,
    kTooEarly,  ///< there was nothing new to be had yet
  };
  /// Job does the work; it ends soon after its cancellation fires.
  using Job = std::function<Outcome(const CancellationToken&)>;

  explicit BackgroundJobs(const Clock& clock) : clock_(clock) {}
  BackgroundJobs(const BackgroundJobs&) = delete;
  BackgroundJobs& operator=(const BackgroundJobs&) = delete;
  ~BackgroundJobs() { closing_.Cancel(); }

  /// Begin posts `job` and returns at once, unless a job of `key` is under way or the key rests. False when
  /// the key rests.
  bool Begin(const std::string& key, Job job);

 private:
  struct State {
    bool under_way = false;
    int failures = 0;
    std::chrono::steady_clock::time_point rests_until{};
  };
  enum class Turn { kBegins, kUnderWay, kRests };
  Turn TakeUp(const std::string& key);
  void Settle(const std::string& key, Outcome outcome);

  const Clock& clock_;
  const CancellationSource closing_;
  std::mutex mutex_;  // guards states_
  std::map<std::string, State> states_;
  Executor executor_{2};  // last, so joined first: its jobs use everything above
};

}  // namespace msiv2::flow
