// Which build this is, and which libraries it runs with.
#pragma once

#include <string>

namespace msiv2::cli {

/// BuildInfo is what a report of a problem should say about the program.
struct BuildInfo {
  std::string version;
  std::string commit;  ///< "unknown" if the sources were not in a repository
  std::string compiler;
  std::string build_type;  ///< of CMake, for example "Release"
  std::string openssl;     ///< of the library that is loaded now, here and below
  std::string curl;
};

/// ThisBuild returns the facts about the running program.
BuildInfo ThisBuild();

}  // namespace msiv2::cli
