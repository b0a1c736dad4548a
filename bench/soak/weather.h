// What goes wrong, and when.
#pragma once

#include <chrono>
#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <string_view>

#include "bench/soak/emulator_process.h"

namespace msiv2::soak {

/// Weather makes the emulator fail at random: calm spells alternate with spells of a few scripted faults.
/// Each change clears the previous faults, so nothing hangs for longer than a spell. The same seed gives the
/// same spells. Threads: for use by one thread.
class Weather {
 public:
  Weather(EmulatorProcess& emulator, std::uint64_t seed) : emulator_(emulator), random_(seed) {}

  /// Change begins the next spell and returns how long it lasts.
  std::chrono::milliseconds Change();
  /// Clear ends all faults for good.
  void Clear() {
    emulator_.ClearFaults();
    calm_ = true;
  }

  /// Rules returns the faults that are drawn from, in addition to claims challenges.
  static std::span<const std::string_view> Rules();

  /// calm returns true while no fault is in force.
  bool calm() const noexcept { return calm_; }

  std::uint64_t spells() const noexcept { return spells_; }
  std::uint64_t revocations() const noexcept { return revocations_; }

 private:
  int Draw(int below) { return static_cast<int>(random_() % static_cast<std::uint64_t>(below)); }
  std::string DrawRule();

  EmulatorProcess& emulator_;
  std::mt19937_64 random_;
  bool calm_ = true;
  std::uint64_t spells_ = 0;
  std::uint64_t revocations_ = 0;
};

}  // namespace msiv2::soak
