// An observer that ignores what it is told.
#pragma once

#include "msiv2/observer.h"

namespace msiv2::testing {

/// SilentObserver stands for any observer where only its address matters.
class SilentObserver final : public Observer {
 public:
  void OnEvent(const Event& /*event*/) noexcept override {}
};

}  // namespace msiv2::testing
