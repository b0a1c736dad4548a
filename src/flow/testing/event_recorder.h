// An observer that keeps what it is told, for the assertions of a test.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "msiv2/observer.h"

namespace msiv2::flow::testing {

/// Told is an event with copies of its texts: those of `event` end with OnEvent.
struct Told {
  Event event;
  std::string where;
  std::string detail;
  std::string identifiers;
  std::string correlation_id;
};

/// EventRecorder keeps events and counts in their order.
///
/// Threads: all members may be called at the same time.
class EventRecorder final : public Observer {
 public:
  void OnEvent(const Event& event) noexcept override {
    std::lock_guard lock(mutex_);
    events_.push_back({event, std::string(event.where), std::string(event.detail),
                       std::string(event.identifiers), std::string(event.correlation_id)});
  }
  void OnMsiCount(const MsiCount& count) noexcept override {
    std::lock_guard lock(mutex_);
    counts_.push_back(count);
  }

  std::vector<Told> Events() const {
    std::lock_guard lock(mutex_);
    return events_;
  }
  std::vector<MsiCount> Counts() const {
    std::lock_guard lock(mutex_);
    return counts_;
  }
  /// DetailsOf returns what the events of `kind` say.
  std::vector<std::string> DetailsOf(Event::Kind kind) const {
    std::vector<std::string> details;
    for (const Told& told : Events()) {
      if (told.event.kind == kind) details.push_back(told.detail);
    }
    return details;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<Told> events_;
  std::vector<MsiCount> counts_;
};

}  // namespace msiv2::flow::testing
