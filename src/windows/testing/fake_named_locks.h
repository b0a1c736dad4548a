// Locks between processes that a test simulates.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "windows/named_lock.h"

namespace msiv2::windows::fake {

/// FakeNamedLocks grants every lock as the test says, without waiting, and counts. Threads: all members may
/// be called at the same time, except while_waiting.
class FakeNamedLocks final : public NamedLocks {
 public:
  /// Request is one call of Take.
  struct Request {
    std::string name;
    std::chrono::milliseconds timeout;
  };

  explicit FakeNamedLocks(LockGrant grant = LockGrant::kOwned) : grant_(grant) {}

  using NamedLocks::Take;
  NamedLock Take(const std::string& name, std::chrono::milliseconds timeout,
                 const CancellationToken& cancellation) override {
    if (while_waiting) while_waiting();
    std::lock_guard lock(mutex_);
    requests_.push_back({name, timeout});
    if (cancellation.IsCanceled()) return NamedLock(LockGrant::kBusy);
    NamedLock granted(grant_);
    if (!granted.IsOwned()) return granted;
    ++held_;
    return NamedLock(grant_, [this] {
      std::lock_guard release(mutex_);
      --held_;
    });
  }

  /// Grant sets how every lock is granted from now on.
  void Grant(LockGrant grant) {
    std::lock_guard lock(mutex_);
    grant_ = grant;
  }

  /// Requests returns the calls of Take so far, or since TakeRequests.
  std::vector<Request> Requests() const {
    std::lock_guard lock(mutex_);
    return requests_;
  }
  /// TakeRequests returns the same and removes them.
  std::vector<Request> TakeRequests() {
    std::lock_guard lock(mutex_);
    return std::exchange(requests_, {});
  }

  /// Held returns how many locks are owned now.
  int Held() const {
    std::lock_guard lock(mutex_);
    return held_;
  }

  /// while_waiting runs before a lock is granted. It does what other processes do meanwhile.
  std::function<void()> while_waiting;

 private:
  LockGrant grant_;
  mutable std::mutex mutex_;
  std::vector<Request> requests_;
  int held_ = 0;
};

}  // namespace msiv2::windows::fake
