// Which renewal is due: the rules of the rotator, without threads and without a clock.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "msiv2/call.h"
#include "msiv2/error.h"
#include "msiv2/observer.h"

namespace msiv2::rotation {

/// RenewalJob does the work of a renewal. It ends soon after its cancellation fires.
using RenewalJob = std::function<RenewalOutcome(const CancellationToken&)>;

/// Now is one moment on both clocks: things expire by the wall clock, and delays are measured by the
/// monotonic one.
struct Now {
  std::chrono::system_clock::time_point wall;
  std::chrono::steady_clock::time_point monotonic;
};

/// RenewalQueue holds at most one renewal for a key. A renewal is scheduled for a wall time, claimed when it
/// is due, and finished with an outcome:
/// - done: it leaves the queue;
/// - failed: it backs off (BackoffAfter);
/// - too early or unused: it waits an hour.
///
/// Threads: none of its members may be called at the same time as another.
class RenewalQueue {
 public:
  /// Claim is a renewal that is due, and that its claimer must run and finish.
  struct Claim {
    std::string key;
    std::uint64_t number = 0;  ///< tells a renewal from one that was scheduled later for the same key
    Step step = Step::kRequest;
    RenewalJob job;
  };

  /// Schedule puts `job` into the queue for the wall time `due`, in place of the one for `key`. `step` says
  /// what it renews. It is not due while the job of `blocked_by` is due or running: that job may return what
  /// this one would fetch. It returns the monotonic time at which something may fall due because of it.
  std::chrono::steady_clock::time_point Schedule(const std::string& key, Step step,
                                                 std::chrono::system_clock::time_point due, RenewalJob job,
                                                 const std::string& blocked_by, Now now);

  /// Use is what NoteUse found.
  struct Use {
    bool is_running = false;     ///< a claim is under way
    std::optional<Claim> claim;  ///< it was due: the caller runs it
  };
  /// NoteUse says that a caller uses what `key` renews, and claims the renewal if it is due. A renewal that
  /// waits because it was unused does not wait any longer.
  Use NoteUse(const std::string& key, Now now);

  /// ClaimDue claims everything that is due.
  std::vector<Claim> ClaimDue(Now now);

  /// Finish ends a claim. It has no effect if another renewal was scheduled for the key meanwhile.
  void Finish(const Claim& claim, RenewalOutcome outcome, Now now);

  /// NextDue returns the monotonic time at which something falls due, at most kLongestIdle from `now`.
  std::chrono::steady_clock::time_point NextDue(Now now) const;

 private:
  struct Renewal {
    Step step = Step::kRequest;
    std::chrono::system_clock::time_point due;
    RenewalJob job;
    std::string blocked_by;
    std::uint64_t number = 0;
    bool is_running = false;
    bool is_unused = false;
    int failures = 0;
    std::chrono::steady_clock::time_point waits_until{};
  };

  static std::chrono::steady_clock::time_point OnMonotonicClock(const Renewal& renewal, Now now);
  static bool DueTimeHasPassed(const Renewal& renewal, Now now);
  bool IsBlocked(const Renewal& renewal, Now now) const;
  bool IsDue(const Renewal& renewal, Now now) const;
  static Claim Start(const std::string& key, Renewal& renewal);

  std::map<std::string, Renewal> renewals_;
  std::uint64_t last_number_ = 0;
};

}  // namespace msiv2::rotation
