// How much renewals ask of the services while nothing goes wrong.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace msiv2::soak {

/// CalmRate counts what renewals in the background send in calm spells of weather, by server, for each
/// simulated hour. Threads: for one thread.
class CalmRate {
 public:
  using Requests = std::map<std::string, std::uint64_t>;  ///< by server

  /// kMostPerHour is how many requests to one server an hour may bring: a certificate with more than an hour
  /// left is renewed every quarter of an hour at most, and a token every five minutes.
  static constexpr double kMostPerHour = 60;
  /// kLeastTime is for how long it must have been calm, by the simulated clock, before the rate says
  /// anything: a spell begins with what fell due in the one before.
  static constexpr std::chrono::hours kLeastTime{6};

  /// EndSpell ends a spell of weather at the simulated time `now`, with `sent` requests of renewals since the
  /// start of the run. The first spell begins at zero.
  void EndSpell(bool calm, std::chrono::seconds now, const Requests& sent);

  /// PerHour returns the rate of each server; empty while it says nothing.
  std::map<std::string, double> PerHour() const;
  /// TooMany returns what is wrong where a rate is above kMostPerHour.
  std::optional<std::string> TooMany() const;

 private:
  std::chrono::seconds since_{0};  // when the spell began
  Requests before_;                // what was sent by then
  std::chrono::seconds calm_{0};   // of all calm spells so far
  Requests in_calm_;
};

}  // namespace msiv2::soak
