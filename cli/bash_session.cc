#include "cli/bash_session.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <fstream>

namespace msiv2::cli {
namespace {

constexpr int kLongestSilence = 60'000;  // milliseconds
const std::string kPrompt = "READY ";
const std::string kBegin = "ARGUMENTS ";
const std::string kEnd = " END";

std::string StartFile(const std::string& program) {
  return "source <('" + program + "' completion bash)\n" +
         "msiv2() { printf 'ARG''UMENTS '; printf '<%s>' \"$@\"; printf ' END\\n'; }\n" +
         "bind 'set bell-style none' 'set enable-bracketed-paste off'\n" + "PS1='" + kPrompt + "'\n";
}

[[noreturn]] void Become(const std::string& start, const std::string& folder, const char* terminal) {
  setsid();  // so that the terminal becomes that of the process
  const int end = open(terminal, O_RDWR);
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(end, stream);
  if (end > STDERR_FILENO) close(end);
  if (chdir(folder.c_str()) != 0) _exit(126);
  const char* const words[] = {"bash", "--noprofile", "--rcfile", start.c_str(), "-i", nullptr};
  const char* const variables[] = {"PATH=/usr/bin:/bin", "TERM=dumb", "INPUTRC=/dev/null", "LC_ALL=C",
                                   nullptr};
  execve("/bin/bash", const_cast<char* const*>(words), const_cast<char* const*>(variables));
  _exit(127);
}

}  // namespace

BashSession::BashSession(const std::string& program, const std::string& folder) {
  const std::string start = folder + "/.start";
  std::ofstream(start) << StartFile(program);
  terminal_ = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (terminal_ < 0 || grantpt(terminal_) != 0 || unlockpt(terminal_) != 0) return;
  winsize size{};
  size.ws_row = 50;
  size.ws_col = 500;  // no line of a test is broken
  ioctl(terminal_, TIOCSWINSZ, &size);
  const std::string name = ptsname(terminal_);
  pid_ = fork();
  if (pid_ == 0) Become(start, folder, name.c_str());
  ReadUntil(kPrompt);
}

BashSession::~BashSession() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  if (terminal_ >= 0) close(terminal_);
}

std::string BashSession::Type(const std::string& keys) {
  const std::string line = keys + "\n";
  if (write(terminal_, line.data(), line.size()) != static_cast<ssize_t>(line.size())) return "not typed";
  const std::string said = ReadUntil(kEnd);
  const std::size_t begin = said.rfind(kBegin);
  if (begin == std::string::npos || said.size() < begin + kBegin.size() + kEnd.size()) return said;
  ReadUntil(kPrompt);
  const std::size_t first = begin + kBegin.size();
  return said.substr(first, said.size() - kEnd.size() - first);
}

std::string BashSession::ReadUntil(const std::string& mark) {
  std::string said;
  std::array<char, 1> letter{};
  while (said.size() < mark.size() || said.compare(said.size() - mark.size(), mark.size(), mark) != 0) {
    pollfd waiting{terminal_, POLLIN, 0};
    if (poll(&waiting, 1, kLongestSilence) <= 0 || read(terminal_, letter.data(), 1) != 1) break;
    said += letter[0];
  }
  return said;
}

}  // namespace msiv2::cli
