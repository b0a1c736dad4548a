// The soak program: see --help, and docs/howto/soak.md.
#include <exception>
#include <iostream>

#include "bench/soak/options.h"
#include "bench/soak/report.h"
#include "bench/soak/soak.h"

int main(int argc, char** argv) {
  int exit_code = 0;
  const auto options = msiv2::soak::ParseSoakOptions(argc, argv, exit_code);
  if (!options) return exit_code;
  try {
    const msiv2::soak::Report report = msiv2::soak::RunSoak(*options, std::cerr);
    (options->json ? msiv2::soak::PrintJson : msiv2::soak::PrintText)(std::cout, report);
    return report.Passed() ? 0 : 1;
  } catch (const std::exception& problem) {  // the emulator or a thread cannot start
    std::cerr << "msiv2_soak: " << problem.what() << "\n";
    return 1;
  }
}
