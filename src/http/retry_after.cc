#include "http/retry_after.h"

#include <algorithm>

#include "base/ascii.h"
#include "http/http_date.h"

namespace msiv2 {
namespace {

using std::chrono::seconds;

constexpr seconds kLongest = std::chrono::hours(24);

std::optional<seconds> ParseSeconds(std::string_view digits) {
  long long count = 0;
  for (const char c : digits) {
    if (!IsDigit(c)) return std::nullopt;
    count = std::min<long long>(count * 10 + (c - '0'), kLongest.count());
  }
  return seconds(count);
}

}  // namespace

std::optional<seconds> ParseRetryAfter(std::string_view value, std::chrono::system_clock::time_point now) {
  value = Trim(value);
  if (value.empty()) return std::nullopt;
  if (IsDigit(value.front())) return ParseSeconds(value);
  const auto date = ParseHttpDate(value);
  if (!date) return std::nullopt;
  return std::clamp(*date - std::chrono::floor<seconds>(now), seconds(0), kLongest);
}

}  // namespace msiv2
