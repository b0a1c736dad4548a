// Values that every process has for itself.
#pragma once

#include <atomic>

#include "model/process_mark.h"

namespace msiv2 {

/// PerProcess holds one T for each process, created on first use. A forked child gets a new T. Its parent's T
/// may be locked, and is left as it is.
///
/// Threads: all members may be called at the same time.
template <typename T>
class PerProcess {
 public:
  PerProcess() = default;
  PerProcess(const PerProcess&) = delete;
  PerProcess& operator=(const PerProcess&) = delete;
  ~PerProcess() { delete Find(); }

  /// Get returns the T of this process, which lives as long as this object.
  T& Get() {
    Owned* owned = newest_.load();
    while (owned == nullptr || owned->made_in.IsOfParent()) {
      auto* const made = new Owned(owned);
      if (newest_.compare_exchange_strong(owned, made)) return made->value;
      delete made;  // another thread was first
    }
    return owned->value;
  }

  /// IfMade returns the T of this process, or null if it was never created.
  T* IfMade() {
    Owned* const owned = Find();
    return owned == nullptr ? nullptr : &owned->value;
  }

 private:
  struct Owned {
    explicit Owned(Owned* of_parent) : left_behind(of_parent) {}
    ProcessMark made_in;
    Owned* left_behind;  // of the parent: kept reachable, so that it is not a leak
    T value{};
  };

  Owned* Find() {
    Owned* const owned = newest_.load();
    return owned == nullptr || owned->made_in.IsOfParent() ? nullptr : owned;
  }

  std::atomic<Owned*> newest_{nullptr};
};

}  // namespace msiv2
