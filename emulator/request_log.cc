#include "emulator/request_log.h"

#include <utility>

namespace msiv2::emulator {

void RequestLog::Add(RequestLogEntry entry) {
  std::lock_guard lock(mutex_);
  if (entries_.size() == kMostEntries) entries_.pop_front();
  entries_.push_back(std::move(entry));
}

std::vector<RequestLogEntry> RequestLog::Entries() const {
  std::lock_guard lock(mutex_);
  return {entries_.begin(), entries_.end()};
}

void RequestLog::Clear() {
  std::lock_guard lock(mutex_);
  entries_.clear();
}

}  // namespace msiv2::emulator
