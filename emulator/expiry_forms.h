// The forms in which services write when a token expires, and the faults of an answer with a bearer token.
#pragma once

#include <chrono>
#include <string>

#include "emulator/answer_faults.h"

namespace msiv2::emulator {

/// UnixSeconds returns the seconds since 1970 that most services write.
std::int64_t UnixSeconds(std::chrono::system_clock::time_point when);

/// WindowsDate returns the form of App Service 2017-09-01 on Windows: `1/16/2020 5:24:12 AM +00:00`.
std::string WindowsDate(std::chrono::system_clock::time_point when);
/// LinuxDate returns the form of App Service 2017-09-01 on Linux: `01/16/2020 05:24:12 +00:00`.
std::string LinuxDate(std::chrono::system_clock::time_point when);
/// IsoDate returns ISO 8601 in UTC: `2020-01-16T05:24:12Z`.
std::string IsoDate(std::chrono::system_clock::time_point when);

/// BearerFaults returns the content faults of an answer whose token was issued at `now` and lives for
/// `lifetime`. They leave members out, or write the expiry in each form, whatever the source's own form is.
JsonFaults BearerFaults(std::chrono::system_clock::time_point now, std::chrono::seconds lifetime);

}  // namespace msiv2::emulator
