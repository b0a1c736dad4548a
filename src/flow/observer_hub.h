// ObserverHub: who hears of the work in the background.
#pragma once

#include <mutex>
#include <vector>

#include "msiv2/observer.h"

namespace msiv2::flow {

/// ObserverHub passes events on to every observer that is registered. Threads: all members may be called at
/// the same time.
class ObserverHub final : public Observer {
 public:
  void OnEvent(const Event& event) noexcept override {
    std::lock_guard lock(mutex_);
    for (Observer* observer : observers_) observer->OnEvent(event);
  }

  void OnMsiCount(const MsiCount& count) noexcept override {
    std::lock_guard lock(mutex_);
    for (Observer* observer : observers_) observer->OnMsiCount(count);
  }

  /// Add registers `observer`; one that is added twice hears everything twice.
  void Add(Observer& observer) {
    std::lock_guard lock(mutex_);
    observers_.push_back(&observer);
  }

  /// Remove takes one registration back. When it returns, no event is on its way to the observer any more.
  void Remove(Observer& observer) {
    std::lock_guard lock(mutex_);
    for (auto entry = observers_.begin(); entry != observers_.end(); ++entry) {
      if (*entry != &observer) continue;
      observers_.erase(entry);
      return;
    }
  }

 private:
  std::mutex mutex_;
  std::vector<Observer*> observers_;
};

}  // namespace msiv2::flow
