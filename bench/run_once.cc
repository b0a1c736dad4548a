// msiv2_run_once PROGRAM ARGUMENT...: runs a program once. An argument STARTED is replaced by the time before
// the start in nanoseconds, by the steady clock. Then prints one line of JSON with what the program took. It
// is small itself: Linux counts the memory of the program that starts another one.
#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstring>

namespace {

double Microseconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec);
}

}  // namespace

int main(int argc, char** argv) {
  using Clock = std::chrono::steady_clock;
  if (argc < 2) {
    std::fputs("Usage: msiv2_run_once PROGRAM ARGUMENT...\n", stderr);
    return 2;
  }
  const auto started = Clock::now();
  char text[32];
  std::snprintf(text, sizeof text, "%lld",
                static_cast<long long>(std::chrono::nanoseconds(started.time_since_epoch()).count()));
  for (int i = 2; i < argc; ++i) {
    if (std::strcmp(argv[i], "STARTED") == 0) argv[i] = text;
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
  std::printf(R"({"process_us": %.2f, "process_cpu_us": %.0f, "process_peak_kb": %ld})"
              "\n",
              elapsed, Microseconds(usage.ru_utime) + Microseconds(usage.ru_stime), usage.ru_maxrss);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
