// The soak program: see --help, and docs/howto/soak.md.
#include <exception>
#include <iostream>
#include <string_view>

#include "bench/soak/child_process.h"
#include "bench/soak/emulator_service.h"
#include "bench/soak/options.h"
#include "bench/soak/report.h"
#include "bench/soak/soak.h"

int main(int argc, char** argv) {
  if (argc == 2 && std::string_view(argv[1]) == msiv2::soak::kServeEmulator) {
    msiv2::soak::ServeEmulator(std::cin, std::cout);
    return 0;
  }
  int exit_code = 0;
  const auto options = msiv2::soak::ParseSoakOptions(argc, argv, exit_code);
  if (!options) return exit_code;
  try {
    const msiv2::soak::Report report = msiv2::soak::RunSoak(*options, msiv2::soak::OwnProgram(), std::cerr);
    (options->json ? msiv2::soak::PrintJson : msiv2::soak::PrintText)(std::cout, report);
    return report.Passed() ? 0 : 1;
  } catch (const std::exception& problem) {  // the emulator or a thread cannot start
    std::cerr << "msiv2_soak: " << problem.what() << "\n";
    return 1;
  }
}
