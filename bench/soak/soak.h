// A whole run.
#pragma once

#include <ostream>

#include "bench/soak/options.h"
#include "bench/soak/report.h"

namespace msiv2::soak {

/// RunSoak runs rounds of calls until `options.duration` has passed, ends the faults, sees that every client
/// recovers, closes everything, and returns what happened. Progress goes to `progress`.
Report RunSoak(const SoakOptions& options, std::ostream& progress);

}  // namespace msiv2::soak
