// How many threads this process has.
#pragma once

#include <cstddef>
#include <filesystem>
#include <iterator>
#include <optional>
#include <system_error>

namespace msiv2::testing {

/// ThreadCount returns the number of threads of this process, or nullopt on a system that does not show it.
inline std::optional<std::ptrdiff_t> ThreadCount() {
  constexpr bool kWindows = std::filesystem::path::preferred_separator == '\\';
  if (kWindows) return std::nullopt;  // under Wine, /proc/self is Wine's server
  std::error_code failed;
  const std::filesystem::directory_iterator threads("/proc/self/task", failed);
  if (failed) return std::nullopt;
  return std::distance(begin(threads), end(threads));
}

}  // namespace msiv2::testing
