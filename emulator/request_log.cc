#include "emulator/request_log.h"

#include <iterator>
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

std::vector<RequestLogEntry> RequestLog::Take() {
  std::deque<RequestLogEntry> taken;
  {
    std::lock_guard lock(mutex_);
    taken.swap(entries_);
  }
  return {std::make_move_iterator(taken.begin()), std::make_move_iterator(taken.end())};
}

void RequestLog::Clear() {
  std::lock_guard lock(mutex_);
  entries_.clear();
}

}  // namespace msiv2::emulator
