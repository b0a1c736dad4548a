// The requests that the emulator received, for tests.
#pragma once

#include <deque>
#include <mutex>
#include <vector>

#include "emulator/emulator.h"

namespace msiv2::emulator {

/// RequestLog keeps the newest entries, oldest first. Threads: all members may be called at the same time.
class RequestLog {
 public:
  /// kMostEntries limits the memory of an emulator that runs for days.
  static constexpr std::size_t kMostEntries = 10000;

  void Add(RequestLogEntry entry);
  std::vector<RequestLogEntry> Entries() const;
  void Clear();
  /// Take returns the entries and clears the log atomically.
  std::vector<RequestLogEntry> Take();

 private:
  mutable std::mutex mutex_;
  std::deque<RequestLogEntry> entries_;
};

}  // namespace msiv2::emulator
