#include "rotation/rotator.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "rotation/schedule.h"

namespace msiv2::rotation {
namespace {

// A port of the user's may throw: that must not end the process from a thread that it does not know of.
Rotator::Outcome Guarded(const Rotator::Job& job, const CancellationToken& closing) {
  try {
    return job(closing);
  } catch (...) {
    return Rotator::Outcome::kFailed;
  }
}

}  // namespace

void Rotator::Stop() {
  closing_.Cancel();
  Wake();
  watch_.Stop();  // first: it posts to the workers
  workers_.Stop();
}

void Rotator::Schedule(const std::string& key, Step step, std::chrono::system_clock::time_point due, Job job,
                       const std::string& goes_first) {
  bool starts = false;
  {
    std::lock_guard lock(mutex_);
    Plan plan;
    plan.step = step;
    plan.due = due;
    plan.job = std::move(job);
    plan.goes_first = goes_first;
    plan.number = ++last_number_;
    plans_.insert_or_assign(key, std::move(plan));
    starts = !std::exchange(watching_, true);
  }
  if (!starts) {
    Wake();
  } else if (!watch_.Post([this] { Watch(); })) {
    // No thread to be had: until the next Schedule tries again, what is due begins with the calls that Poke.
    std::lock_guard lock(mutex_);
    watching_ = false;
  }
}

bool Rotator::Poke(const std::string& key) {
  Turn turn;
  {
    std::lock_guard lock(mutex_);
    const auto entry = plans_.find(key);
    if (entry == plans_.end()) return false;
    Plan& plan = entry->second;
    if (closing_.token().IsCanceled()) return false;
    if (plan.under_way) return true;
    if (std::exchange(plan.unused, false)) plan.rests_until = {};
    if (!IsDue(plan)) return false;
    turn = TakeUp(key, plan);
  }
  return Begin(std::move(turn));
}

void Rotator::Watch() {
  while (!closing_.token().IsCanceled()) {
    CancellationToken wake;
    std::chrono::steady_clock::time_point until;
    std::vector<Turn> due;
    {
      std::lock_guard lock(mutex_);
      wake_ = CancellationSource();
      wake = wake_.token();
      due = TakeDue();
      until = NextWake();
    }
    for (Turn& turn : due) Begin(std::move(turn));
    // Closing wakes the source of before, if it came between the two looks at it.
    if (closing_.token().IsCanceled()) return;
    clock_.IdleUntil(until, wake);
  }
}

/// TakeDue takes up what is due. The caller holds the lock, as for the five below.
std::vector<Rotator::Turn> Rotator::TakeDue() {
  std::vector<Turn> due;
  for (auto& [key, plan] : plans_) {
    if (!plan.under_way && IsDue(plan)) due.push_back(TakeUp(key, plan));
  }
  return due;
}

std::chrono::steady_clock::time_point Rotator::NextWake() const {
  const auto now = clock_.MonotonicNow();
  const auto wall = clock_.Now();
  std::chrono::steady_clock::time_point next = now + kLongestIdle;
  for (const auto& [key, plan] : plans_) {
    if (plan.under_way || plan.due - wall >= kLongestIdle || MustWait(plan)) continue;
    const auto due = now + std::chrono::duration_cast<std::chrono::steady_clock::duration>(plan.due - wall);
    next = std::min(next, std::max(due, plan.rests_until));
  }
  return next;
}

bool Rotator::HasCome(const Plan& plan) const {
  return clock_.Now() >= plan.due && clock_.MonotonicNow() >= plan.rests_until;
}

bool Rotator::MustWait(const Plan& plan) const {
  if (plan.goes_first.empty()) return false;
  const auto first = plans_.find(plan.goes_first);
  return first != plans_.end() && (first->second.under_way || HasCome(first->second));
}

bool Rotator::IsDue(const Plan& plan) const { return HasCome(plan) && !MustWait(plan); }

Rotator::Turn Rotator::TakeUp(const std::string& key, Plan& plan) {
  plan.under_way = true;
  return {key, plan.number, plan.step, plan.job};
}

bool Rotator::Begin(Turn turn) {
  Tell(turn.step, std::nullopt);
  const auto shared = std::make_shared<const Turn>(std::move(turn));
  const bool posted = workers_.Post([this, shared] {
    const bool ended = closing_.token().IsCanceled();
    Settle(*shared, ended ? Outcome::kFailed : Guarded(shared->job, closing_.token()));
  });
  if (!posted) Settle(*shared, Outcome::kFailed);
  return posted;
}

void Rotator::Settle(const Turn& turn, Outcome outcome) {
  {
    std::lock_guard lock(mutex_);
    const auto entry = plans_.find(turn.key);
    // A job may have planned anew itself.
    if (entry != plans_.end() && entry->second.number == turn.number) {
      Plan& plan = entry->second;
      plan.under_way = false;
      const auto now = clock_.MonotonicNow();
      plan.unused = outcome == Outcome::kUnused;
      if (outcome == Outcome::kFailed) plan.rests_until = now + RestAfter(++plan.failures);
      if (outcome == Outcome::kTooEarly) plan.rests_until = now + kRestWhenTooEarly;
      if (outcome == Outcome::kUnused) plan.rests_until = now + kRestWhenUnused;
      if (outcome == Outcome::kDone) plans_.erase(entry);
    }
  }
  Wake();
  Tell(turn.step, outcome);
}

void Rotator::Tell(Step step, std::optional<Outcome> outcome) const {
  if (listener_) listener_(step, outcome);
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
