// A child process that reads lines and answers with lines.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace msiv2::soak {

/// OwnProgram returns the path of the running program.
std::string OwnProgram();

/// OwnProcessId returns the id of this process.
std::uint32_t OwnProcessId();

/// ChildProcess is a program whose stdin and stdout lead to this process. Its stderr is that of this process.
/// Threads: for use by one thread at a time.
class ChildProcess {
 public:
  /// ChildProcess starts `command`, whose first word is the path of the program. Words must not hold quotes.
  /// Throws std::system_error if it cannot be started.
  explicit ChildProcess(const std::vector<std::string>& command);
  /// ~ChildProcess does what Close does.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  std::uint32_t id() const noexcept;

  /// SendLine writes `line` and an end of line; returns false if the child no longer reads.
  bool SendLine(std::string_view line);
  /// ReceiveLine waits for a line and returns it without its end; nullopt if the output has ended.
  std::optional<std::string> ReceiveLine();

  /// Close ends the child's stdin and stdout, and waits until the child has ended. It returns the exit code;
  /// on POSIX, 128 + the signal that ended it. A second call returns the same.
  int Close();

 private:
  bool SendAll(std::string_view bytes);
  std::size_t ReceiveSome(char* into, std::size_t room);

  struct System;  // what the operating system needs
  std::unique_ptr<System> system_;
  std::string received_;  // and not yet returned
  std::optional<int> exit_code_;
};

}  // namespace msiv2::soak
