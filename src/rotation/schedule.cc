#include "rotation/schedule.h"

#include <algorithm>
#include <cstdint>

namespace msiv2::rotation {
namespace {

using std::chrono::seconds;
using std::chrono::system_clock;

constexpr seconds kFirstRest{30};
constexpr seconds kLongestRest{600};
constexpr int kDoublings = 5;  // 30 s doubled more often is past the longest rest

// From 0 to 1, spread evenly (FNV-1a).
double Share(std::string_view seed) {
  std::uint32_t hash = 2166136261U;
  for (const char c : seed) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return static_cast<double>(hash % 4096) / 4095;  // its low bits are the well mixed ones
}

}  // namespace

system_clock::time_point RenewAt(system_clock::time_point not_before, system_clock::time_point not_after,
                                 std::string_view seed) {
  const std::chrono::duration<double> half = (not_after - not_before) / 2;
  return not_before + std::chrono::duration_cast<system_clock::duration>(half * (0.9 + 0.2 * Share(seed)));
}

seconds RestAfter(int failures) {
  return std::min(kLongestRest, kFirstRest * (1 << std::min(failures - 1, kDoublings)));
}

}  // namespace msiv2::rotation
