// The programs next to the test program.
#pragma once

#include <filesystem>
#include <string>

#include "bench/soak/child_process.h"

namespace msiv2::soak {

/// Neighbor returns the path of the program `name` in the folder of this one.
inline std::string Neighbor(const std::string& name) {
  const std::filesystem::path own(OwnProgram());
  return (own.parent_path() / (name + own.extension().string())).string();
}

}  // namespace msiv2::soak
