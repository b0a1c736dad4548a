// FanOutObserver: several observers in the place of one.
#pragma once

#include <memory>
#include <vector>

#include "msiv2/observer.h"

namespace msiv2 {

/// FanOutObserver passes each event to all its observers, in order, on the thread where the event occurred.
class FanOutObserver final : public Observer {
 public:
  /// FanOutObserver shares ownership of `observers`; null entries are ignored.
  explicit FanOutObserver(std::vector<std::shared_ptr<Observer>> observers);

  void OnEvent(const Event& event) noexcept override;
  void OnMsiCount(const MsiCount& count) noexcept override;

 private:
  std::vector<std::shared_ptr<Observer>> observers_;
};

}  // namespace msiv2
