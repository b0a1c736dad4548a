#include "cli/text.h"

#include <cstdio>

namespace msiv2::cli {

std::string PadLeft(std::string_view text, std::size_t width) {
  return std::string(text.size() < width ? width - text.size() : 0, ' ').append(text);
}

std::string PadRight(std::string_view text, std::size_t width) {
  std::string padded(text);
  if (padded.size() < width) padded.append(width - padded.size(), ' ');
  return padded;
}

std::string Milliseconds(std::chrono::nanoseconds elapsed) {
  const double milliseconds = std::chrono::duration<double, std::milli>(elapsed).count();
  char buffer[64];
  if (milliseconds < 1000) {
    std::snprintf(buffer, sizeof buffer, "%.1f ms", milliseconds);
  } else {
    std::snprintf(buffer, sizeof buffer, "%.1f s", milliseconds / 1000);
  }
  return buffer;
}

std::string Rfc3339(std::chrono::system_clock::time_point time) {
  using std::chrono::floor;
  const auto day = floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(floor<std::chrono::seconds>(time - day));
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return buffer;
}

std::string OriginOf(std::string_view url) {
  const std::size_t scheme = url.find("://");
  const std::size_t authority = scheme == std::string_view::npos ? 0 : scheme + 3;
  return std::string(url.substr(0, url.find_first_of("/?#", authority)));
}

}  // namespace msiv2::cli
