// Runs a part of a test in a forked child. Unix only.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <exception>
#include <functional>
#include <string>

namespace msiv2::testing {

/// WrongInChild forks, runs `body` in the child and returns what `body` returned: what is wrong, or an empty
/// text. The child ends by _exit, or by SIGALRM if `body` hangs. A hang and a crash are reported in the
/// returned text.
inline std::string WrongInChild(const std::function<std::string()>& body) {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) return "no pipe";
  const pid_t child = fork();
  if (child == 0) {
    alarm(120);  // far more than anything here takes
    std::string wrong;
    try {
      wrong = body();
    } catch (const std::exception& thrown) {
      wrong = std::string("it threw: ") + thrown.what();
    }
    const bool told = write(ends[1], wrong.data(), wrong.size()) == static_cast<ssize_t>(wrong.size());
    _exit(told ? 0 : 1);
  }
  close(ends[1]);
  std::string wrong;
  std::array<char, 4096> part{};
  for (ssize_t got = 0; (got = read(ends[0], part.data(), part.size())) > 0;) {
    wrong.append(part.data(), static_cast<std::size_t>(got));
  }
  close(ends[0]);
  int status = -1;
  if (child < 0 || waitpid(child, &status, 0) != child) return "no child";
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM) return wrong + "the child hung";
  if (status != 0) return wrong + "the child ended with status " + std::to_string(status);
  return wrong;
}

/// Unless returns `what` and a line break if `holds` is false, otherwise an empty text.
inline std::string Unless(bool holds, const std::string& what) { return holds ? "" : what + "\n"; }

}  // namespace msiv2::testing
