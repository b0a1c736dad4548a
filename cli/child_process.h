// A child process in a test (POSIX): its streams, a signal, its exit code.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace msiv2::cli {

/// ChildProcess runs a program with pipes for stdin and stdout; stderr goes to /dev/null. The destructor
/// kills the program if it still runs.
class ChildProcess {
 public:
  /// ChildProcess starts `command`, whose first word is the program's path.
  explicit ChildProcess(const std::vector<std::string>& command);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  /// ReadLine returns the next line of stdout without its end; empty at the end of the output.
  std::string ReadLine() const;
  void CloseInput();
  void Signal(int number) const;
  /// Wait returns the exit code, or 128 + the signal that ended the process.
  int Wait();

 private:
  pid_t pid_ = -1;
  int input_ = -1;
  int output_ = -1;
};

/// ShellResult is the output and the exit code of a shell command.
struct ShellResult {
  int code = 0;
  std::string out;
};

/// Shell runs `command` with sh and returns its stdout and exit code.
ShellResult Shell(const std::string& command);

}  // namespace msiv2::cli
