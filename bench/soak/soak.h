// A whole run of the soak program.
#pragma once

#include <ostream>
#include <string>

#include "bench/soak/options.h"
#include "bench/soak/report.h"

namespace msiv2::soak {

/// RunSoak runs rounds of calls until `options.duration` has passed. Then it ends the faults, checks that
/// every client recovers, closes everything and returns the report. `program` is started as the emulator's
/// process. If that ends too early, the run ends, and the report says so. Progress goes to `progress`. Throws
/// std::exception if the emulator or a thread cannot start.
Report RunSoak(const SoakOptions& options, const std::string& program, std::ostream& progress);

}  // namespace msiv2::soak
