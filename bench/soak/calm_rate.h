// How many requests renewals send while nothing goes wrong.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace msiv2::soak {

/// CalmRate counts the requests that background renewals send in calm spells of weather, by server, for each
/// simulated hour. Threads: for use by one thread.
class CalmRate {
 public:
  using Requests = std::map<std::string, std::uint64_t>;  ///< by server

  /// kMostPerHour is the most requests an hour that one server may get. A certificate with more than an hour
  /// left is renewed every quarter of an hour at most, and a token every five minutes.
  static constexpr double kMostPerHour = 60;
  /// kLeastTime is how much calm time, by the simulated clock, PerHour needs to return a rate. A spell begins
  /// with what fell due in the previous spell.
  static constexpr std::chrono::hours kLeastTime{6};

  /// EndSpell ends a spell of weather at the simulated time `now`. `sent` holds the requests of renewals
  /// since the start of the run. The first spell begins at zero.
  void EndSpell(bool calm, std::chrono::seconds now, const Requests& sent);

  /// PerHour returns the rate of each server; empty until kLeastTime has been calm.
  std::map<std::string, double> PerHour() const;
  /// TooMany returns a message if a rate is above kMostPerHour, otherwise nullopt.
  std::optional<std::string> TooMany() const;

 private:
  std::chrono::seconds since_{0};  // when the spell began
  Requests before_;                // what had been sent by then
  std::chrono::seconds calm_{0};   // of all calm spells so far
  Requests in_calm_;
};

}  // namespace msiv2::soak
