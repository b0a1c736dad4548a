#include "emulator/expiry_forms.h"

#include <array>
#include <cstdio>
#include <utility>

namespace msiv2::emulator {
namespace {

using nlohmann::json;
using std::chrono::system_clock;

/// Civil is a date and time of day in UTC.
struct Civil {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
};

Civil ToCivil(system_clock::time_point when) {
  using namespace std::chrono;
  const auto midnight = floor<days>(when);
  const year_month_day date(midnight);
  const hh_mm_ss time(floor<seconds>(when - midnight));
  return {static_cast<int>(date.year()),
          static_cast<unsigned>(date.month()),
          static_cast<unsigned>(date.day()),
          static_cast<int>(time.hours().count()),
          static_cast<int>(time.minutes().count()),
          static_cast<int>(time.seconds().count())};
}

/// ExpiresOnly sets one expiry member and leaves out the other.
std::function<void(json&)> ExpiresOnly(std::string member, json value) {
  return [member = std::move(member), value = std::move(value)](json& answer) {
    answer.erase("expires_on");
    answer.erase("expires_in");
    answer[member] = value;
  };
}

}  // namespace

std::int64_t UnixSeconds(system_clock::time_point when) {
  return std::chrono::floor<std::chrono::seconds>(when.time_since_epoch()).count();
}

std::string WindowsDate(system_clock::time_point when) {
  const Civil at = ToCivil(when);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%u/%u/%d %d:%02d:%02d %s +00:00", at.month, at.day, at.year,
                at.hour % 12 == 0 ? 12 : at.hour % 12, at.minute, at.second, at.hour < 12 ? "AM" : "PM");
  return text.data();
}

std::string LinuxDate(system_clock::time_point when) {
  const Civil at = ToCivil(when);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%02u/%02u/%04d %02d:%02d:%02d +00:00", at.month, at.day, at.year,
                at.hour, at.minute, at.second);
  return text.data();
}

std::string IsoDate(system_clock::time_point when) {
  const Civil at = ToCivil(when);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ", at.year, at.month, at.day,
                at.hour, at.minute, at.second);
  return text.data();
}

JsonFaults BearerFaults(system_clock::time_point now, std::chrono::seconds lifetime) {
  const auto end = now + lifetime;
  return {
      {"no-access-token", Without("access_token")},
      {"empty-access-token", With("access_token", "")},
      {"no-expires-on",
       [](json& answer) {
         answer.erase("expires_on");
         answer.erase("expires_in");
       }},
      {"expired-token", ExpiresOnly("expires_on", std::to_string(UnixSeconds(now) - 60))},
      {"bad-expires-on", ExpiresOnly("expires_on", "soon")},
      {"not-an-object", [](json& answer) { answer = json::array({answer}); }},
      {"refresh-in", With("refresh_in", std::to_string(lifetime.count() / 2))},
      {"expires-on-number", ExpiresOnly("expires_on", UnixSeconds(end))},
      {"expires-on-text", ExpiresOnly("expires_on", std::to_string(UnixSeconds(end)))},
      {"expires-on-relative", ExpiresOnly("expires_on", std::to_string(lifetime.count()))},
      {"expires-on-iso", ExpiresOnly("expires_on", IsoDate(end))},
      {"expires-on-windows-date", ExpiresOnly("expires_on", WindowsDate(end))},
      {"expires-on-linux-date", ExpiresOnly("expires_on", LinuxDate(end))},
      {"expires-in-only", ExpiresOnly("expires_in", lifetime.count())},
  };
}

}  // namespace msiv2::emulator
