// Rotator: renewals off the callers' threads, each when it falls due.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/executor.h"
#include "msiv2/call.h"
#include "msiv2/clock.h"
#include "msiv2/error.h"
#include "msiv2/observer.h"

namespace msiv2::rotation {

/// Rotator runs planned jobs: one thread idles on the Clock until the next falls due, four others work. All
/// start when first needed. A job that failed is tried again after a rest that grows (RestAfter), one that
/// came too early after an hour, one that nobody has use for when Poke says that somebody has.
///
/// Threads: all members may be called at the same time.
/// Lifetime: the destructor stops it. Threads do not survive a fork: a child never destroys its parent's.
class Rotator {
 public:
  using Outcome = RenewalOutcome;
  /// Job does the work; it ends soon after its cancellation fires.
  using Job = std::function<Outcome(const CancellationToken&)>;

  /// Listener is told when a job begins (no outcome), on the thread that begins it, and how it ended. It must
  /// be quick and must not throw.
  using Listener = std::function<void(Step, std::optional<Outcome>)>;

  /// Rotator needs `clock` as long as it lives. `listener` may be empty.
  explicit Rotator(Clock& clock, Listener listener = {}) : clock_(clock), listener_(std::move(listener)) {}
  Rotator(const Rotator&) = delete;
  Rotator& operator=(const Rotator&) = delete;
  ~Rotator() { Stop(); }

  /// Schedule plans `job` for the wall time `due`, in place of what was planned for `key`. `step` says what
  /// it renews, for the listener. While the job of `goes_first` is due or under way, this one is not begun:
  /// that job may bring what it would fetch.
  void Schedule(const std::string& key, Step step, std::chrono::system_clock::time_point due, Job job,
                const std::string& goes_first = {});

  /// Poke begins the job of `key` at once if it is due and does not rest, on a working thread. A caller that
  /// uses the thing says so by it. True while the job is under way.
  bool Poke(const std::string& key);

  /// Stop cancels the jobs under way, drops those that wait, and joins the threads; no job begins after it.
  void Stop();

 private:
  struct Plan {
    Step step = Step::kRequest;
    std::chrono::system_clock::time_point due;
    Job job;
    std::string goes_first;
    std::uint64_t number = 0;  // tells a plan from the one that took its place
    bool under_way = false;
    bool unused = false;
    int failures = 0;
    std::chrono::steady_clock::time_point rests_until{};
  };
  struct Turn {
    std::string key;
    std::uint64_t number = 0;
    Step step = Step::kRequest;
    Job job;
  };

  void Watch();
  std::vector<Turn> TakeDue();
  std::chrono::steady_clock::time_point NextWake() const;
  bool HasCome(const Plan& plan) const;
  bool MustWait(const Plan& plan) const;
  bool IsDue(const Plan& plan) const;
  static Turn TakeUp(const std::string& key, Plan& plan);
  bool Begin(Turn turn);
  void Settle(const Turn& turn, Outcome outcome);
  void Tell(Step step, std::optional<Outcome> outcome) const;
  void Wake();

  Clock& clock_;
  const Listener listener_;
  const CancellationSource closing_;
  mutable std::mutex mutex_;  // guards everything down to wake_
  std::map<std::string, Plan> plans_;
  std::uint64_t last_number_ = 0;
  bool watching_ = false;
  CancellationSource wake_;  // ends the sleep under way
  Executor workers_{4};
  Executor watch_{1};
};

}  // namespace msiv2::rotation
