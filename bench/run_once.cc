// msiv2_run_once PROGRAM ARGUMENT...: runs a program once. An argument STARTED is replaced by the time before
// the start in nanoseconds, by the steady clock. Then prints one line of JSON with the time until the program
// ended. A small program does this because starting a process from a large one takes longer.
#include <spawn.h>
#include <sys/wait.h>

#include <chrono>
#include <cstdio>
#include <string>
#include <string_view>

#include <sys/resource.h>

int main(int argc, char** argv) {
  using Clock = std::chrono::steady_clock;
  if (argc < 2) {
    std::fputs("Usage: msiv2_run_once PROGRAM ARGUMENT...\n", stderr);
    return 2;
  }
  const auto started = Clock::now();
  std::string text = std::to_string(std::chrono::nanoseconds(started.time_since_epoch()).count());
  for (int i = 2; i < argc; ++i) {
    if (std::string_view(argv[i]) == "STARTED") argv[i] = text.data();
  }
  pid_t child = 0;
  int status = 0;
  rusage usage{};
  if (::posix_spawn(&child, argv[1], nullptr, nullptr, argv + 1, environ) != 0 ||
      ::wait4(child, &status, 0, &usage) != child) {
    std::fprintf(stderr, "run_once: %s cannot be started\n", argv[1]);
    return 1;
  }
  const double elapsed = std::chrono::duration<double, std::micro>(Clock::now() - started).count();
  std::printf(R"({"process_us": %.2f, "process_peak_kb": %ld})"
              "\n",
              elapsed, usage.ru_maxrss);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
