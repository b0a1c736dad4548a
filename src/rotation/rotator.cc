#include "rotation/rotator.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "rotation/schedule.h"

namespace msiv2::rotation {
namespace {

// A user-supplied port may throw: that must not end the process from a thread that it does not know of.
RenewalOutcome Guarded(const RenewalJob& job, const CancellationToken& closing) {
  try {
    return job(closing);
  } catch (...) {
    return RenewalOutcome::kFailed;
  }
}

}  // namespace

void Rotator::Stop() {
  closing_.Cancel();
  Wake();
  watch_.Stop();  // first: it posts to the workers
  workers_.Stop();
}

void Rotator::Schedule(const std::string& key, Step step, std::chrono::system_clock::time_point due,
                       RenewalJob job, const std::string& blocked_by) {
  bool starts = false;
  bool wakes = false;
  {
    std::lock_guard lock(mutex_);
    const Now now = ReadClocks();
    const auto first = queue_.Schedule(key, step, due, std::move(job), blocked_by, now);
    starts = !std::exchange(is_watching_, true);
    // To wake a thread costs the caller more than anything else here. A later renewal needs no look, unless
    // the thread should have looked before: the time of a test's clock passes without it.
    wakes = first < idles_until_ || now.monotonic >= idles_until_ || ClockWasSet(now);
  }
  if (!starts) {
    if (wakes) Wake();
  } else if (!watch_.Post([this] { Watch(); })) {
    // No thread is available. Until the next Schedule tries again, due jobs begin with StartIfDue alone.
    std::lock_guard lock(mutex_);
    is_watching_ = false;
  }
}

bool Rotator::StartIfDue(const std::string& key) {
  RenewalQueue::Use use;
  {
    std::lock_guard lock(mutex_);
    if (closing_.token().IsCanceled()) return false;
    use = queue_.NoteUse(key, ReadClocks());
  }
  return use.claim ? Run(*std::move(use.claim)) : use.is_running;
}

void Rotator::Watch() {
  while (!closing_.token().IsCanceled()) {
    CancellationToken wake;
    std::chrono::steady_clock::time_point until;
    std::vector<Claim> due;
    {
      std::lock_guard lock(mutex_);
      wake_ = CancellationSource();
      wake = wake_.token();
      const Now now = ReadClocks();
      due = queue_.ClaimDue(now);
      until = queue_.NextDue(now);
      looked_ = now;
      idles_until_ = until;
    }
    for (Claim& claim : due) Run(std::move(claim));
    // Stop cancels the previous source if it comes between the two looks at it.
    if (closing_.token().IsCanceled()) return;
    IdleUntil(until, wake);
  }
}

// Returns true if the wall clock was set since the watching thread looked, so that another renewal may be
// due.
bool Rotator::ClockWasSet(Now now) const {
  constexpr std::chrono::seconds kTolerance{1};
  const std::chrono::nanoseconds difference = (now.wall - looked_.wall) - (now.monotonic - looked_.monotonic);
  return difference > kTolerance || difference < -kTolerance;
}

void Rotator::IdleUntil(std::chrono::steady_clock::time_point until, const CancellationToken& wake) const {
  if (idle_) return idle_(until, wake);
  // A clock that stands still shortly before `until` must not keep the thread busy. One that was set back
  // must not let it sleep for long.
  using Duration = std::chrono::steady_clock::duration;
  constexpr Duration kShortest = std::chrono::milliseconds(10);
  const auto length = std::clamp<Duration>(until - clock_.MonotonicNow(), kShortest, kLongestIdle);
  const auto machine = SystemClock();
  machine->SleepUntil(machine->MonotonicNow() + length, wake);
}

bool Rotator::Run(Claim claim) {
  if (listener_) listener_(claim.step, std::nullopt);
  const auto shared = std::make_shared<const Claim>(std::move(claim));
  const bool posted = workers_.Post([this, shared] {
    const bool ends = closing_.token().IsCanceled();
    Finish(*shared, ends ? RenewalOutcome::kFailed : Guarded(shared->job, closing_.token()));
  });
  if (!posted) Finish(*shared, RenewalOutcome::kFailed);
  return posted;
}

void Rotator::Finish(const Claim& claim, RenewalOutcome outcome) {
  {
    std::lock_guard lock(mutex_);
    queue_.Finish(claim, outcome, ReadClocks());
  }
  Wake();
  if (listener_) listener_(claim.step, outcome);
}

void Rotator::Wake() {
  CancellationSource wake;
  {
    std::lock_guard lock(mutex_);
    wake = wake_;
  }
  wake.Cancel();
}

}  // namespace msiv2::rotation
