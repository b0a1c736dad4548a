#include "msiv2/observers/fan_out.h"

#include <utility>

namespace msiv2 {

FanOutObserver::FanOutObserver(std::vector<std::shared_ptr<Observer>> observers)
    : observers_(std::move(observers)) {
  std::erase(observers_, nullptr);
}

void FanOutObserver::OnEvent(const Event& event) noexcept {
  for (const auto& observer : observers_) observer->OnEvent(event);
}

void FanOutObserver::OnMsiCount(const MsiCount& count) noexcept {
  for (const auto& observer : observers_) observer->OnMsiCount(count);
}

}  // namespace msiv2
