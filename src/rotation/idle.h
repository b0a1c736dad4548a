// How the thread of the rotator waits.
#pragma once

#include <chrono>
#include <functional>

#include "msiv2/call.h"

namespace msiv2::rotation {

/// Idle blocks until `until`, a time of the client's monotonic clock, or until the cancellation fires. It may
/// return sooner.
using Idle = std::function<void(std::chrono::steady_clock::time_point until, const CancellationToken&)>;

}  // namespace msiv2::rotation
