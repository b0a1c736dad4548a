#include "flow/background_jobs.h"

#include <algorithm>
#include <utility>

namespace msiv2::flow {
namespace {

using std::chrono::seconds;

constexpr seconds kFirstRest{30};
constexpr seconds kLongestRest{600};
constexpr seconds kRestWhenTooEarly{3600};
constexpr int kDoublings = 5;  // 30 s doubled more often is past the longest rest

seconds RestAfter(int failures) {
  return std::min(kLongestRest, kFirstRest * (1 << std::min(failures - 1, kDoublings)));
}

}  // namespace

bool BackgroundJobs::Begin(const std::string& key, Job job) {
  const Turn turn = TakeUp(key);
  if (turn != Turn::kBegins) return turn == Turn::kUnderWay;
  const bool posted = executor_.Post([this, key, job = std::move(job)] {
    const bool ended = closing_.token().IsCanceled();
    Settle(key, ended ? Outcome::kFailed : job(closing_.token()));
  });
  if (!posted) Settle(key, Outcome::kFailed);
  return posted;
}

BackgroundJobs::Turn BackgroundJobs::TakeUp(const std::string& key) {
  std::lock_guard lock(mutex_);
  State& state = states_[key];
  if (state.under_way) return Turn::kUnderWay;
  if (clock_.MonotonicNow() < state.rests_until) return Turn::kRests;
  state.under_way = true;
  return Turn::kBegins;
}

void BackgroundJobs::Settle(const std::string& key, Outcome outcome) {
  std::lock_guard lock(mutex_);
  if (outcome == Outcome::kDone) {
    states_.erase(key);
    return;
  }
  State& state = states_[key];
  state.under_way = false;
  if (outcome == Outcome::kFailed) ++state.failures;
  const seconds rest = outcome == Outcome::kFailed ? RestAfter(state.failures) : kRestWhenTooEarly;
  state.rests_until = clock_.MonotonicNow() + rest;
}

}  // namespace msiv2::flow
