#include "bench/soak/calm_rate.h"

#include <cmath>

namespace msiv2::soak {

void CalmRate::EndSpell(bool calm, std::chrono::seconds now, const Requests& sent) {
  if (calm) {
    calm_ += now - since_;
    for (const auto& [server, count] : sent) in_calm_[server] += count - before_[server];
  }
  since_ = now;
  before_ = sent;
}

std::map<std::string, double> CalmRate::PerHour() const {
  std::map<std::string, double> rates;
  if (calm_ < kLeastTime) return rates;
  const double hours = std::chrono::duration<double, std::ratio<3600>>(calm_).count();
  for (const auto& [server, count] : in_calm_) rates[server] = static_cast<double>(count) / hours;
  return rates;
}

std::optional<std::string> CalmRate::TooMany() const {
  for (const auto& [server, rate] : PerHour()) {
    if (rate <= kMostPerHour) continue;
    return "renewals sent " + std::to_string(std::llround(rate)) + " requests an hour to " + server +
           " while nothing was wrong";
  }
  return std::nullopt;
}

}  // namespace msiv2::soak
