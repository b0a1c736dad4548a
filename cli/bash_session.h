// A bash at a terminal in a test (POSIX), which completes what is typed.
#pragma once

#include <sys/types.h>

#include <string>

namespace msiv2::cli {

/// BashSession is an interactive bash in a folder. In it `msiv2` is a function that prints its arguments,
/// with the completions of a program. The destructor ends the bash.
class BashSession {
 public:
  /// BashSession starts bash in `folder`, which gets a file of its own, and loads the completions of
  /// `program`.
  BashSession(const std::string& program, const std::string& folder);
  ~BashSession();
  BashSession(const BashSession&) = delete;
  BashSession& operator=(const BashSession&) = delete;

  /// Type types `keys` and Enter, and returns the arguments of `msiv2`, each in angle brackets. Returns what
  /// bash printed so far if there are none within a minute.
  std::string Type(const std::string& keys);

 private:
  std::string ReadUntil(const std::string& mark);

  int terminal_ = -1;
  pid_t pid_ = -1;
};

}  // namespace msiv2::cli
