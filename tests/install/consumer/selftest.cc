// Uses the component msiv2::selftest as another project would.
#include <iostream>

#include "msiv2/tools/selftest.h"

int main() {
  const auto report = msiv2::RunSelfTest({});
  if (!report) {
    std::cerr << report.error().ToString() << "\n";
    return 1;
  }
  std::cout << report->Count(msiv2::SelfTestOutcome::kSkipped) << " rows skipped\n";
  return 0;
}
