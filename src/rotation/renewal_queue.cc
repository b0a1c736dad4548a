#include "rotation/renewal_queue.h"

#include <algorithm>
#include <utility>

#include "rotation/schedule.h"

namespace msiv2::rotation {

std::chrono::steady_clock::time_point RenewalQueue::Schedule(const std::string& key, Step step,
                                                             std::chrono::system_clock::time_point due,
                                                             RenewalJob job, const std::string& blocked_by,
                                                             Now now) {
  Renewal renewal;
  renewal.step = step;
  renewal.due = due;
  renewal.job = std::move(job);
  renewal.blocked_by = blocked_by;
  renewal.number = ++last_number_;
  const auto first = OnMonotonicClock(renewal, now);
  Renewal& entry = renewals_[key];
  const bool may_unblock = entry.is_running || (entry.number != 0 && DueTimeHasPassed(entry, now));
  entry = std::move(renewal);
  return may_unblock ? now.monotonic : first;
}

RenewalQueue::Use RenewalQueue::NoteUse(const std::string& key, Now now) {
  const auto entry = renewals_.find(key);
  if (entry == renewals_.end()) return {};
  Renewal& renewal = entry->second;
  if (renewal.is_running) return {.is_running = true, .claim = std::nullopt};
  if (std::exchange(renewal.is_unused, false)) renewal.waits_until = {};
  if (!IsDue(renewal, now)) return {};
  return {.is_running = false, .claim = Start(key, renewal)};
}

std::vector<RenewalQueue::Claim> RenewalQueue::ClaimDue(Now now) {
  std::vector<Claim> due;
  for (auto& [key, renewal] : renewals_) {
    if (!renewal.is_running && IsDue(renewal, now)) due.push_back(Start(key, renewal));
  }
  return due;
}

void RenewalQueue::Finish(const Claim& claim, RenewalOutcome outcome, Now now) {
  const auto entry = renewals_.find(claim.key);
  // A job may have scheduled the next one itself.
  if (entry == renewals_.end() || entry->second.number != claim.number) return;
  Renewal& renewal = entry->second;
  renewal.is_running = false;
  renewal.is_unused = outcome == RenewalOutcome::kUnused;
  switch (outcome) {
    case RenewalOutcome::kDone:
      renewals_.erase(entry);
      return;
    case RenewalOutcome::kFailed:
      renewal.waits_until = now.monotonic + BackoffAfter(++renewal.failures);
      return;
    case RenewalOutcome::kTooEarly:
      renewal.waits_until = now.monotonic + kBackoffWhenTooEarly;
      return;
    case RenewalOutcome::kUnused:
      renewal.waits_until = now.monotonic + kBackoffWhenUnused;
      return;
  }
}

std::chrono::steady_clock::time_point RenewalQueue::NextDue(Now now) const {
  std::chrono::steady_clock::time_point next = now.monotonic + kLongestIdle;
  for (const auto& [key, renewal] : renewals_) {
    if (renewal.is_running || IsBlocked(renewal, now)) continue;
    next = std::min(next, OnMonotonicClock(renewal, now));
  }
  return next;
}

// Returns when a renewal falls due by the monotonic clock, if the wall clock is not set meanwhile.
std::chrono::steady_clock::time_point RenewalQueue::OnMonotonicClock(const Renewal& renewal, Now now) {
  // First the far future: it would overflow the monotonic clock.
  const auto in = std::min<std::chrono::system_clock::duration>(renewal.due - now.wall, kLongestIdle);
  return std::max(now.monotonic + std::chrono::duration_cast<std::chrono::steady_clock::duration>(in),
                  renewal.waits_until);
}

bool RenewalQueue::DueTimeHasPassed(const Renewal& renewal, Now now) {
  return now.wall >= renewal.due && now.monotonic >= renewal.waits_until;
}

bool RenewalQueue::IsBlocked(const Renewal& renewal, Now now) const {
  if (renewal.blocked_by.empty()) return false;
  const auto first = renewals_.find(renewal.blocked_by);
  return first != renewals_.end() && (first->second.is_running || DueTimeHasPassed(first->second, now));
}

bool RenewalQueue::IsDue(const Renewal& renewal, Now now) const {
  return DueTimeHasPassed(renewal, now) && !IsBlocked(renewal, now);
}

RenewalQueue::Claim RenewalQueue::Start(const std::string& key, Renewal& renewal) {
  renewal.is_running = true;
  return {key, renewal.number, renewal.step, renewal.job};
}

}  // namespace msiv2::rotation
