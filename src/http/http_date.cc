#include "http/http_date.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "base/foreign_time.h"

namespace msiv2 {
namespace {

constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 7> kDays = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
constexpr std::string_view kShape = "Ddd, 00 Mmm 0000 00:00:00 GMT";

// Returns true if `text` has the fixed characters of an IMF-fixdate in their places.
bool HasDateShape(std::string_view text) {
  if (text.size() != kShape.size()) return false;
  for (std::size_t i = 0; i < kShape.size(); ++i) {
    const bool in_name = i < 3 || (i >= 8 && i < 11);  // day and month are looked up
    if (in_name) continue;
    if (kShape[i] == '0' ? !IsDigit(text[i]) : text[i] != kShape[i]) return false;
  }
  return true;
}

int Number(std::string_view text, std::size_t at, std::size_t length) {
  int number = 0;
  for (const char c : text.substr(at, length)) number = number * 10 + (c - '0');
  return number;
}

}  // namespace

std::optional<std::chrono::sys_seconds> ParseHttpDate(std::string_view text) {
  if (!HasDateShape(text)) return std::nullopt;
  if (std::find(kDays.begin(), kDays.end(), text.substr(0, 3)) == kDays.end()) return std::nullopt;
  const auto* const month = std::find(kMonths.begin(), kMonths.end(), text.substr(8, 3));
  if (month == kMonths.end()) return std::nullopt;
  const auto month_number = static_cast<unsigned>(month - kMonths.begin()) + 1;
  const std::chrono::year_month_day date{std::chrono::year(Number(text, 12, 4)),
                                         std::chrono::month(month_number),
                                         std::chrono::day(static_cast<unsigned>(Number(text, 5, 2)))};
  const int hour = Number(text, 17, 2);
  const int minute = Number(text, 20, 2);
  const int second = Number(text, 23, 2);
  if (!date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;  // 60: a leap second
  const std::chrono::sys_seconds time = std::chrono::sys_days(date) + std::chrono::hours(hour) +
                                        std::chrono::minutes(minute) + std::chrono::seconds(second);
  if (!ForeignTime(time)) return std::nullopt;
  return time;
}

}  // namespace msiv2
