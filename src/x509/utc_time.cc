#include "x509/utc_time.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "base/ascii.h"

namespace msiv2::x509 {
namespace {

using std::chrono::day;
using std::chrono::month;
using std::chrono::sys_days;
using std::chrono::sys_seconds;
using std::chrono::year;
using std::chrono::year_month_day;

unsigned TwoDigits(std::string_view text, std::size_t at) {
  return static_cast<unsigned>((text[at] - '0') * 10 + (text[at + 1] - '0'));
}

bool IsDigitsThenZ(std::string_view text, std::size_t digits) {
  return text.size() == digits + 1 && text.back() == 'Z' &&
         std::all_of(text.begin(), text.end() - 1, [](char c) { return IsDigit(c); });
}

// `rest` is MMDDhhmmss.
std::optional<sys_seconds> Assemble(unsigned full_year, std::string_view rest) {
  const year_month_day date =
      year(static_cast<int>(full_year)) / month(TwoDigits(rest, 0)) / day(TwoDigits(rest, 2));
  const unsigned hour = TwoDigits(rest, 4);
  const unsigned minute = TwoDigits(rest, 6);
  const unsigned second = TwoDigits(rest, 8);
  if (!date.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  return sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second);
}

}  // namespace

std::optional<sys_seconds> ParseUtcTime(std::string_view text) {
  if (!IsDigitsThenZ(text, 12)) return std::nullopt;
  const unsigned short_year = TwoDigits(text, 0);
  return Assemble(short_year + (short_year >= 50 ? 1900 : 2000), text.substr(2));
}

std::optional<sys_seconds> ParseGeneralizedTime(std::string_view text) {
  if (!IsDigitsThenZ(text, 14)) return std::nullopt;
  return Assemble(TwoDigits(text, 0) * 100 + TwoDigits(text, 2), text.substr(4));
}

std::string Rfc3339(sys_seconds time) {
  const sys_days midnight = std::chrono::floor<std::chrono::days>(time);
  const year_month_day date(midnight);
  const std::chrono::hh_mm_ss clock(time - midnight);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text.data();
}

}  // namespace msiv2::x509
