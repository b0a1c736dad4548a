// msiv2_starts COUNT PROGRAM [ARGUMENT...] [, PROGRAM [ARGUMENT...]]...: starts the programs in turn and
// compares what they take with the first. It is small itself: Linux counts the memory of the program that
// starts another one.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <vector>

namespace {

struct Program {
  std::vector<char*> words;
  std::vector<double> wall, processor, memory;  // milliseconds, milliseconds, kB
};

double Now() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

double Milliseconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
}

bool StartOnce(Program& program, bool counts) {
  const double before = Now();
  const pid_t child = vfork();
  if (child == 0) {
    dup2(open("/dev/null", O_WRONLY), STDOUT_FILENO);
    execv(program.words.front(), program.words.data());
    _exit(127);
  }
  int status = 0;
  rusage usage{};
  wait4(child, &status, 0, &usage);
  if (counts) {
    program.wall.push_back(Now() - before);
    program.processor.push_back(Milliseconds(usage.ru_utime) + Milliseconds(usage.ru_stime));
    program.memory.push_back(static_cast<double>(usage.ru_maxrss));
  }
  return status == 0;
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void Print(const Program& program, const Program& first) {
  const auto [least, most] = std::minmax_element(program.wall.begin(), program.wall.end());
  std::printf("%s %s\n", program.words[0], program.words[1] == nullptr ? "" : program.words[1]);
  std::printf("  wall       median %.2f ms (%.2fx), least %.2f, most %.2f\n", Median(program.wall),
              Median(program.wall) / Median(first.wall), *least, *most);
  std::printf("  processor  median %.2f ms (%.2fx)\n", Median(program.processor),
              Median(program.processor) / Median(first.processor));
  std::printf("  memory     median %.0f kB, most %.0f\n", Median(program.memory),
              *std::max_element(program.memory.begin(), program.memory.end()));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fputs("Usage: msiv2_starts COUNT PROGRAM [ARGUMENT...] [, PROGRAM [ARGUMENT...]]...\n", stderr);
    return 2;
  }
  std::vector<Program> programs(1);
  for (int word = 2; word < argc; ++word) {
    if (std::strcmp(argv[word], ",") == 0) {
      programs.emplace_back();
    } else {
      programs.back().words.push_back(argv[word]);
    }
  }
  for (Program& program : programs) program.words.push_back(nullptr);
  const int count = std::max(1, std::atoi(argv[1]));
  for (int round = -3; round < count; ++round) {  // the first three fill the caches of the system
    for (Program& program : programs) {
      if (StartOnce(program, round >= 0)) continue;
      std::fprintf(stderr, "%s failed\n", program.words[0]);
      return 1;
    }
  }
  for (const Program& program : programs) Print(program, programs.front());
  return 0;
}
