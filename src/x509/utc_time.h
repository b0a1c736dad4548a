// Certificate dates in whole seconds, because system_clock's own tick cannot represent the year 9999.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace msiv2::x509 {

/// ParseUtcTime parses the text of a UTCTime, `YYMMDDhhmmssZ`. Years 50 to 99 are 1950 to 1999 (RFC 5280
/// section 4.1.2.5.1). It returns nullopt for any other form and for a date that is not in the calendar.
std::optional<std::chrono::sys_seconds> ParseUtcTime(std::string_view text);

/// ParseGeneralizedTime parses the text of a GeneralizedTime, `YYYYMMDDhhmmssZ` (section 4.1.2.5.2), with the
/// same strictness.
std::optional<std::chrono::sys_seconds> ParseGeneralizedTime(std::string_view text);

/// Rfc3339 returns `time` as `2026-01-31T23:59:59Z`, for messages.
std::string Rfc3339(std::chrono::sys_seconds time);

}  // namespace msiv2::x509
