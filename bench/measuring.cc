#include "bench/measuring.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <string>

namespace msiv2::bench {

double Microseconds(Clock::duration duration) {
  return std::chrono::duration<double, std::micro>(duration).count();
}

double Quantile(std::vector<double>& times, double share) {
  std::sort(times.begin(), times.end());
  return times[static_cast<std::size_t>(share * static_cast<double>(times.size() - 1))];
}

long PeakKilobytes() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    long kilobytes = -1;
    if (word == "VmHWM:" && status >> kilobytes) return kilobytes;
  }
  return -1;
}

double ProcessorNanoseconds() {
  timespec time{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

void FillEnvironment() {
  constexpr int kUsual = 40;
  int count = 0;
  while (environ[count] != nullptr) ++count;
  for (; count < kUsual; ++count) {
    ::setenv(("VARIABLE_" + std::to_string(count)).c_str(), "value", /*overwrite=*/1);
  }
}

void Use(std::size_t length) {
  if (length != 0) return;
  std::fputs("figures: a call returned no token\n", stderr);
  std::exit(1);
}

}  // namespace msiv2::bench
