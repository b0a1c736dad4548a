#include "rotation/schedule.h"

#include <algorithm>
#include <cstdint>

namespace msiv2::rotation {
namespace {

using std::chrono::seconds;
using std::chrono::system_clock;

constexpr seconds kFirstBackoff{30};
constexpr seconds kLongestBackoff{600};
constexpr int kDoublings = 5;  // 30 s doubled more often is past the longest back-off

constexpr std::chrono::hours kRenewalsApart{1};
constexpr std::chrono::minutes kRefreshesApart{5};
constexpr std::chrono::days kLongestLife{90};

// How far apart two renewals lie at least, of a thing that has `left` to live.
system_clock::duration ShortestDelay(system_clock::duration apart, system_clock::duration left) {
  return std::min(apart, left / 4);
}

// From 0 to 1, spread evenly (FNV-1a).
double Share(std::string_view seed) {
  std::uint32_t hash = 2166136261U;
  for (const char c : seed) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return static_cast<double>(hash % 4096) / 4095;  // its low bits are the well mixed ones
}

}  // namespace

system_clock::time_point RenewAt(system_clock::time_point not_before, system_clock::time_point not_after,
                                 system_clock::time_point now, std::string_view seed) {
  const auto life = std::min<system_clock::duration>(not_after - not_before, kLongestLife);
  const std::chrono::duration<double> half = life / 2;
  const auto share = std::chrono::duration_cast<system_clock::duration>(half * (0.9 + 0.2 * Share(seed)));
  return std::max(not_before + share, now + ShortestDelay(kRenewalsApart, not_after - now));
}

system_clock::time_point RefreshAt(system_clock::time_point refresh_on, system_clock::time_point expires_on,
                                   system_clock::time_point now) {
  return std::max(refresh_on, now + ShortestDelay(kRefreshesApart, expires_on - now));
}

seconds BackoffAfter(int failures) {
  return std::min(kLongestBackoff, kFirstBackoff * (1 << std::min(failures - 1, kDoublings)));
}

}  // namespace msiv2::rotation
