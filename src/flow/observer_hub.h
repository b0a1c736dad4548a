// ObserverHub: who hears of the work in the background.
#pragma once

#include <map>
#include <mutex>

#include "msiv2/observer.h"

namespace msiv2::flow {

/// ObserverHub passes events on to every observer that is registered. Threads: all members may be called at
/// the same time.
class ObserverHub final : public Observer {
 public:
  void OnEvent(const Event& event) noexcept override {
    std::lock_guard lock(mutex_);
    for (const auto& [observer, clients] : observers_) observer->OnEvent(event);
  }
  void OnMsiCount(const MsiCount& count) noexcept override {
    std::lock_guard lock(mutex_);
    for (const auto& [observer, clients] : observers_) observer->OnMsiCount(count);
  }

  /// Add registers `observer`. One that several clients share hears everything once.
  void Add(Observer& observer) {
    std::lock_guard lock(mutex_);
    ++observers_[&observer];
  }

  /// Remove takes one registration back. When it was the last, no event is on its way to the observer any
  /// more.
  void Remove(Observer& observer) {
    std::lock_guard lock(mutex_);
    const auto entry = observers_.find(&observer);
    if (entry != observers_.end() && --entry->second == 0) observers_.erase(entry);
  }

 private:
  std::mutex mutex_;
  std::map<Observer*, int> observers_;  // and how many clients have it
};

}  // namespace msiv2::flow
