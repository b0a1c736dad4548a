// Rotator: renewals off the callers' threads, each when it falls due.
#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "base/executor.h"
#include "msiv2/clock.h"
#include "rotation/idle.h"
#include "rotation/renewal_queue.h"

namespace msiv2::rotation {

/// Rotator runs the renewals of a RenewalQueue: one thread idles until the next falls due, four
/// others work. All start when first needed.
///
/// Threads: all members may be called at the same time.
/// Lifetime: the destructor stops it. Threads do not survive a fork: a child never destroys its parent's.
class Rotator {
 public:
  /// Listener is called when a job begins (no outcome), on the thread that begins it, and when it has ended.
  /// It must be quick and must not throw.
  using Listener = std::function<void(Step, std::optional<RenewalOutcome>)>;

  /// Rotator needs `clock` as long as it lives. `listener` may be empty. An empty `idle` waits in real time,
  /// whatever `clock` is.
  explicit Rotator(Clock& clock, Listener listener = {}, Idle idle = {})
      : clock_(clock), listener_(std::move(listener)), idle_(std::move(idle)) {}
  Rotator(const Rotator&) = delete;
  Rotator& operator=(const Rotator&) = delete;
  ~Rotator() { Stop(); }

  /// Schedule puts `job` into the queue (RenewalQueue::Schedule).
  void Schedule(const std::string& key, Step step, std::chrono::system_clock::time_point due, RenewalJob job,
                const std::string& blocked_by = {});

  /// StartIfDue starts the job of `key` on a worker thread if it is due and does not back off. Call it when
  /// what the job renews is used. It returns true if the job is running.
  bool StartIfDue(const std::string& key);

  /// Stop cancels the running jobs, drops those that wait, and joins the threads. No job begins after it.
  void Stop();

 private:
  using Claim = RenewalQueue::Claim;

  Now ReadClocks() const { return {clock_.Now(), clock_.MonotonicNow()}; }
  void Watch();
  bool ClockWasSet(Now now) const;
  void IdleUntil(std::chrono::steady_clock::time_point until, const CancellationToken& wake) const;
  bool Run(Claim claim);
  void Finish(const Claim& claim, RenewalOutcome outcome);
  void Wake();

  Clock& clock_;
  const Listener listener_;
  const Idle idle_;
  const CancellationSource closing_;
  std::mutex mutex_;  // guards everything down to idles_until_
  RenewalQueue queue_;
  bool is_watching_ = false;
  CancellationSource wake_;  // ends the current sleep
  Now looked_;               // when the watching thread looked, and until when it then idles
  std::chrono::steady_clock::time_point idles_until_;
  Executor workers_{4};
  Executor watch_{1};
};

}  // namespace msiv2::rotation
