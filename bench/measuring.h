// What a program measures of itself.
#pragma once

#include <chrono>
#include <cstddef>
#include <vector>

namespace msiv2::bench {

using Clock = std::chrono::steady_clock;

double Microseconds(Clock::duration duration);

/// Quantile sorts `times`, which must not be empty.
double Quantile(std::vector<double>& times, double share);

/// PeakKilobytes returns the largest resident size that this process had; -1 if the system does not say.
long PeakKilobytes();

/// ProcessorNanoseconds returns the processor time of all threads of this process.
double ProcessorNanoseconds();

/// FillEnvironment adds variables until there are 40. A hit compares the environment, so that its cost must
/// not depend on what runs the program.
void FillEnvironment();

/// Use ends the program if `length`, that of a token, is 0: the figure would mean nothing.
void Use(std::size_t length);

}  // namespace msiv2::bench
