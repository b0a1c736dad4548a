// The line that a terminal shows when a step takes long. Time is an argument.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "msiv2/error.h"

namespace msiv2::cli {

/// WaitingLine decides when a line about waiting is due, and what it says. It returns one line for each step
/// that takes longer than `quiet`. While the step of the last line still runs, it returns no other.
class WaitingLine {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// WaitingLine begins at `started`, when the command did. `at_most` is its timeout.
  WaitingLine(Time started, std::chrono::milliseconds at_most, std::chrono::milliseconds quiet);

  /// Begin notes that `step` waits for the server or key provider `where`, and End that it no longer does.
  void Begin(Step step, std::string where, Time now);
  void End(Step step);

  /// Due returns when the next line is due if no step ends before; nullopt if none is.
  std::optional<Time> Due() const;

  /// Take returns the line that is due at `now`, once; nullopt if none is.
  std::optional<std::string> Take(Time now);

 private:
  struct Running {
    Step step;
    std::string where;
    Time since;
    bool told = false;
  };

  const Time started_;
  const std::chrono::milliseconds at_most_;
  const std::chrono::milliseconds quiet_;
  std::vector<Running> running_;  // in the order in which they began
};

}  // namespace msiv2::cli
