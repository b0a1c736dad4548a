// For tests: an emulator's process that ends by itself, in the middle of a run.
#include <iostream>
#include <string>

#include "bench/soak/emulator_service.h"

int main() {
  constexpr int kRequests = 12;
  msiv2::soak::EmulatorService service;
  std::string line;
  for (int i = 0; i < kRequests && std::getline(std::cin, line); ++i) {
    std::cout << service.Answer(line) << std::endl;
  }
  return 3;
}
