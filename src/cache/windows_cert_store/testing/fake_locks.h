// Locks between processes, played within one.
#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "windows/named_lock.h"

namespace msiv2::cache::testing {

/// FakeLocks grants every lock as the test says, without waiting. Threads: all members may be called at the
/// same time, but for Meanwhile.
class FakeLocks final : public windows::NamedLocks {
 public:
  /// Asked is one call of Take.
  struct Asked {
    std::string name;
    std::chrono::milliseconds patience;
  };

  windows::NamedLock Take(const std::string& name, std::chrono::milliseconds patience) override {
    if (meanwhile_) std::exchange(meanwhile_, nullptr)();
    const std::lock_guard lock(mutex_);
    asked_.push_back({name, patience});
    windows::NamedLock granted(grant_);
    if (!granted.IsOwned()) return granted;
    ++held_;
    return windows::NamedLock(grant_, [this] {
      const std::lock_guard releasing(mutex_);
      --held_;
    });
  }

  /// Grant says how every lock is granted from now on.
  void Grant(windows::LockGrant grant) {
    const std::lock_guard lock(mutex_);
    grant_ = grant;
  }

  /// Meanwhile has `others` do something once, while the next call waits for its lock.
  void Meanwhile(std::function<void()> others) { meanwhile_ = std::move(others); }

  /// TakeAsked returns the calls since it was last called.
  std::vector<Asked> TakeAsked() {
    const std::lock_guard lock(mutex_);
    return std::exchange(asked_, {});
  }

  /// Held returns how many locks are held now.
  int Held() const {
    const std::lock_guard lock(mutex_);
    return held_;
  }

 private:
  mutable std::mutex mutex_;
  windows::LockGrant grant_ = windows::LockGrant::kOwned;
  std::vector<Asked> asked_;
  int held_ = 0;
  std::function<void()> meanwhile_;
};

}  // namespace msiv2::cache::testing
