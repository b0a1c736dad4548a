// When a token ends, in every form that the sources write it.
#pragma once

#include <chrono>
#include <optional>

#include "base/json.h"
#include "msiv2/result.h"

namespace msiv2::v1 {

/// Lifetime is when a token ends, and when to fetch another in the background.
struct Lifetime {
  std::chrono::system_clock::time_point expires_on;
  std::optional<std::chrono::system_clock::time_point> refresh_on;
};

/// ReadLifetime reads `expires_on`, else `expires_in`, of a token response that was asked for at `asked_at`:
/// - a number, or a string that is one: seconds since the epoch, or seconds from now where it is below
///   978307200, which would be in the year 2000;
/// - ISO 8601 with a zone, for example `2026-11-22T20:00:00.5+01:00`;
/// - the date of the old App Service, for example `11/22/2026 08:00:00 PM +00:00`, in either clock.
///
/// refresh_on is `refresh_in`, where the service sends one within the life of the token, else half of a life
/// of more than two hours. Errors: `invalid_timestamp_format`: nothing of the above, or a time that is over,
/// more than a year away, or outside of the years 1970 to 2100.
Result<Lifetime> ReadLifetime(const JsonObject& answer, std::chrono::system_clock::time_point asked_at);

/// ParseTimestamp reads the two textual forms.
std::optional<std::chrono::sys_seconds> ParseTimestamp(std::string_view text);

}  // namespace msiv2::v1
