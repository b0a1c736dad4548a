#include "v1/expiry.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/ascii.h"
#include "base/foreign_time.h"

namespace msiv2::v1 {
namespace {

using std::chrono::seconds;
using std::chrono::sys_seconds;
using std::chrono::system_clock;

constexpr std::int64_t kFirstAbsoluteSecond = 978307200;  // 2001-01-01; below it a number is relative
constexpr std::int64_t kFirstAbsoluteMillisecond = kFirstAbsoluteSecond * 1000;
constexpr seconds kLongestLife = std::chrono::hours(366 * 24);
constexpr seconds kLifeWorthRefreshing = std::chrono::hours(2);

// Parses a text from its front.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}
  bool AtEnd() const { return rest_.empty(); }

  // Reads a number of `least` to `most` digits.
  std::optional<int> Number(std::size_t least, std::size_t most) {
    std::size_t length = 0;
    while (length < most && length < rest_.size() && IsDigit(rest_[length])) ++length;
    if (length < least) return std::nullopt;
    int number = 0;
    std::from_chars(rest_.data(), rest_.data() + length, number);
    rest_.remove_prefix(length);
    return number;
  }
  bool Take(char c) {
    if (rest_.empty() || ToLower(rest_.front()) != ToLower(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void SkipDigits() {
    while (!rest_.empty() && IsDigit(rest_.front())) rest_.remove_prefix(1);
  }

 private:
  std::string_view rest_;
};

std::optional<sys_seconds> Date(int year, int month, int day) {
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  return sys_seconds(std::chrono::sys_days(date));
}

std::optional<seconds> TimeOfDay(Reader& text) {
  const auto hour = text.Number(1, 2);
  if (!hour || !text.Take(':')) return std::nullopt;
  const auto minute = text.Number(2, 2);
  if (!minute || !text.Take(':')) return std::nullopt;
  const auto second = text.Number(2, 2);
  if (!second || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;  // 60: a leap second
  return std::chrono::hours(*hour) + std::chrono::minutes(*minute) + seconds(*second);
}

// `Z`, `+01:00` or `+0100`: returns what to subtract from the local time.
std::optional<seconds> Zone(Reader& text) {
  if (text.Take('Z')) return seconds(0);
  const bool east = text.Take('+');
  if (!east && !text.Take('-')) return std::nullopt;
  const auto hours = text.Number(2, 2);
  text.Take(':');
  const auto minutes = text.Number(2, 2);
  if (!hours || !minutes || *hours > 14 || *minutes > 59) return std::nullopt;
  const seconds offset = std::chrono::hours(*hours) + std::chrono::minutes(*minutes);
  return east ? offset : -offset;
}

std::optional<sys_seconds> ParseIso8601(std::string_view words) {
  Reader text(words);
  const auto year = text.Number(4, 4);
  if (!year || !text.Take('-')) return std::nullopt;
  const auto month = text.Number(2, 2);
  if (!month || !text.Take('-')) return std::nullopt;
  const auto day = text.Number(2, 2);
  if (!day || (!text.Take('T') && !text.Take(' '))) return std::nullopt;
  const auto date = Date(*year, *month, *day);
  const auto time = TimeOfDay(text);
  if (text.Take('.')) text.SkipDigits();
  const auto zone = Zone(text);
  if (!date || !time || !zone || !text.AtEnd()) return std::nullopt;
  return *date + *time - *zone;
}

// 12 AM is midnight and 12 PM is noon. Linux hosts write a 24-hour clock, sometimes with an AM or PM as well.
seconds InHalfDay(seconds time, bool afternoon) {
  constexpr seconds kHalf = std::chrono::hours(12);
  if (time >= kHalf + std::chrono::hours(1)) return time;
  if (time >= kHalf) return afternoon ? time : time - kHalf;
  return afternoon && time >= std::chrono::hours(1) ? time + kHalf : time;
}

std::optional<sys_seconds> ParseAppServiceDate(std::string_view words) {
  Reader text(words);
  const auto month = text.Number(1, 2);
  if (!month || !text.Take('/')) return std::nullopt;
  const auto day = text.Number(1, 2);
  if (!day || !text.Take('/')) return std::nullopt;
  const auto year = text.Number(4, 4);
  if (!year || !text.Take(' ')) return std::nullopt;
  const auto date = Date(*year, *month, *day);
  auto time = TimeOfDay(text);
  if (!date || !time || !text.Take(' ')) return std::nullopt;
  const bool morning = text.Take('A');
  const bool afternoon = !morning && text.Take('P');
  if ((morning || afternoon) && (!text.Take('M') || !text.Take(' '))) return std::nullopt;
  if (morning || afternoon) time = InHalfDay(*time, afternoon);
  const auto zone = Zone(text);
  if (!zone || !text.AtEnd()) return std::nullopt;
  return *date + *time - *zone;
}

Error Bad(std::string cause) {
  Error error(ErrorCode::kInvalidTimestampFormat, Step::kToken, std::move(cause));
  error.http_status = 200;
  return error;
}

// A member that is null or blank counts as absent: sources leave one of the two empty.
bool IsAbsent(const JsonObject& answer, std::string_view key) {
  if (!answer.Has(key) || answer.IsNull(key)) return true;
  const auto text = answer.String(key);
  return text && Trim(*text).empty();
}

// What one member says of the token's end.
struct Reading {
  std::optional<system_clock::time_point> end;
  std::string bad{};          // why there is no usable end
  bool says_nothing = false;  // absent, or so far away that only the other member means something
};

// Compares whole seconds first: the host's own clock may return any value.
bool IsTooFar(system_clock::time_point end, system_clock::time_point asked_at) {
  return std::chrono::floor<seconds>(end) - std::chrono::floor<seconds>(asked_at) > kLongestLife;
}

Reading Judge(std::string_view key, std::optional<system_clock::time_point> end, bool is_late,
              system_clock::time_point asked_at) {
  if (!end) return {{}, std::string(key) + " is not a time between 1970 and 2100", is_late};
  if (*end <= asked_at) return {{}, "the token has already expired; check this host's clock"};
  if (IsTooFar(*end, asked_at)) return {{}, "the token's end is more than a year away", true};
  return {end};
}

Reading ReadEnd(const JsonObject& answer, std::string_view key, system_clock::time_point asked_at) {
  if (IsAbsent(answer, key)) return {{}, "the answer says neither expires_on nor expires_in", true};
  const auto number = answer.Seconds(key);
  if (number && *number < kFirstAbsoluteSecond) {
    return Judge(key, ForeignTimeIn(*number, asked_at), false, asked_at);
  }
  // As seconds, such a number would be a time in the far future.
  const bool in_milliseconds = number && *number >= kFirstAbsoluteMillisecond;
  const auto time = number ? sys_seconds(seconds(in_milliseconds ? *number / 1000 : *number))
                           : ParseTimestamp(answer.String(key).value_or(""));
  if (!time) return {{}, std::string(key) + " is in no form that is known"};
  return Judge(key, ForeignTime(*time), *time > kLatestForeignTime, asked_at);
}

}  // namespace

std::optional<sys_seconds> ParseTimestamp(std::string_view text) {
  text = Trim(text);
  if (auto time = ParseIso8601(text)) return time;
  return ParseAppServiceDate(text);
}

Result<Lifetime> ReadLifetime(const JsonObject& answer, system_clock::time_point asked_at) {
  Reading read = ReadEnd(answer, "expires_on", asked_at);
  // Some sources write the far future where only expires_in means something.
  if (read.says_nothing && !IsAbsent(answer, "expires_in")) read = ReadEnd(answer, "expires_in", asked_at);
  if (!read.end) return Bad(std::move(read.bad));
  Lifetime lifetime{*read.end, std::nullopt};
  const auto life = lifetime.expires_on - asked_at;
  const auto refresh_in = ForeignSpan(answer.Seconds("refresh_in").value_or(0), kLongestLife);
  if (refresh_in && *refresh_in < life) {
    lifetime.refresh_on = asked_at + *refresh_in;
  } else if (life > kLifeWorthRefreshing) {
    lifetime.refresh_on = asked_at + life / 2;
  }
  return lifetime;
}

}  // namespace msiv2::v1
