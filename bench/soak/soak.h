// A whole run of the soak program.
#pragma once

#include <ostream>

#include "bench/soak/options.h"
#include "bench/soak/report.h"

namespace msiv2::soak {

/// RunSoak runs rounds of calls until `options.duration` has passed. Then it ends the faults, checks that
/// every client recovers, closes everything and returns the report. Progress goes to `progress`.
Report RunSoak(const SoakOptions& options, std::ostream& progress);

}  // namespace msiv2::soak
