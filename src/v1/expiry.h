// When a token expires, in every form that the sources write.
#pragma once

#include <chrono>
#include <optional>

#include "base/json.h"
#include "msiv2/result.h"

namespace msiv2::v1 {

/// Lifetime is when a token expires, and when to fetch another one in the background.
struct Lifetime {
  std::chrono::system_clock::time_point expires_on;
  std::optional<std::chrono::system_clock::time_point> refresh_on;
};

/// ReadLifetime reads `expires_on`, else `expires_in`, of the response to a token request that was sent at
/// `asked_at`. The forms are:
/// - a number, or a string that is one (JsonObject::Seconds): seconds since the epoch, or seconds from
///   `asked_at` if it is below 978307200 (2001-01-01). From 978307200000 on it is milliseconds since the
///   epoch;
/// - ISO 8601 with a zone, for example `2026-11-22T20:00:00.5+01:00`;
/// - the date of the old App Service, for example `11/22/2026 08:00:00 PM +00:00`, in a 12-hour or 24-hour
///   clock.
///
/// refresh_on follows `refresh_in`, if the service sends one within the life of the token. Otherwise it is
/// half of a life of more than two hours. Errors: `invalid_timestamp_format` for none of the forms above, and
/// for a time outside of the years 1970 to 2100. The same error is returned for a time that has passed or is
/// more than a year away. An `expires_on` that far away, or after 2100, counts only if there is no
/// `expires_in`.
Result<Lifetime> ReadLifetime(const JsonObject& answer, std::chrono::system_clock::time_point asked_at);

/// ParseTimestamp reads the two textual forms.
std::optional<std::chrono::sys_seconds> ParseTimestamp(std::string_view text);

}  // namespace msiv2::v1
