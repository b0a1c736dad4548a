// The lines of a child process, on every system.
#include "bench/soak/child_process.h"

#include <array>

namespace msiv2::soak {

bool ChildProcess::SendLine(std::string_view line) { return SendAll(std::string(line) + "\n"); }

std::optional<std::string> ChildProcess::ReceiveLine() {
  std::array<char, 4096> some{};
  for (auto end = received_.find('\n'); end == std::string::npos; end = received_.find('\n')) {
    const std::size_t size = ReceiveSome(some.data(), some.size());
    if (size == 0) return std::nullopt;
    received_.append(some.data(), size);
  }
  const auto end = received_.find('\n');
  std::string line = received_.substr(0, end);
  received_.erase(0, end + 1);
  if (!line.empty() && line.back() == '\r') line.pop_back();  // stdout of Windows
  return line;
}

}  // namespace msiv2::soak
