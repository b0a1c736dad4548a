// FanOutObserver: several observers where one is asked for.
#pragma once

#include <memory>
#include <vector>

#include "msiv2/observer.h"

namespace msiv2 {

/// FanOutObserver tells each of its observers, in their order, on the thread where something happened.
class FanOutObserver final : public Observer {
 public:
  /// FanOutObserver takes part in the ownership of `observers`; null ones are left out.
  explicit FanOutObserver(std::vector<std::shared_ptr<Observer>> observers);

  void OnEvent(const Event& event) noexcept override;
  void OnMsiCount(const MsiCount& count) noexcept override;

 private:
  std::vector<std::shared_ptr<Observer>> observers_;
};

}  // namespace msiv2
