#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "bench/soak/child_process.h"

namespace msiv2::soak {
namespace {

[[noreturn]] void Fail(int error, const std::string& what) {
  throw std::system_error(error, std::generic_category(), what);
}

/// Spawn starts `command` with `channel` as its stdin and stdout.
pid_t Spawn(const std::vector<std::string>& command, int channel) {
  std::vector<char*> words;
  words.reserve(command.size() + 1);
  for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  if (const int error = ::posix_spawn_file_actions_init(&actions)) Fail(error, "a child process");
  ::posix_spawn_file_actions_adddup2(&actions, channel, STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, channel, STDOUT_FILENO);
  pid_t child = 0;
  const int error = ::posix_spawn(&child, words[0], &actions, nullptr, words.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0) Fail(error, "cannot start " + command[0]);
  return child;
}

}  // namespace

struct ChildProcess::System {
  pid_t child = 0;
  int channel = -1;  // a socket for both directions: unlike a pipe, it can be written to without a signal

  ~System() { CloseChannel(); }
  void CloseChannel() {
    if (channel >= 0) ::close(std::exchange(channel, -1));
  }
};

std::string OwnProgram() { return std::filesystem::read_symlink("/proc/self/exe").string(); }
std::uint32_t OwnProcessId() { return static_cast<std::uint32_t>(::getpid()); }

ChildProcess::ChildProcess(const std::vector<std::string>& command) : system_(std::make_unique<System>()) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) Fail(errno, "a socket pair");
  system_->channel = ends[0];
  System child;
  child.channel = ends[1];  // closed at the end, so that the end of the child is the end of its output
  system_->child = Spawn(command, child.channel);
}

ChildProcess::~ChildProcess() {
  if (system_) Close();
}

std::uint32_t ChildProcess::id() const noexcept { return static_cast<std::uint32_t>(system_->child); }

bool ChildProcess::SendAll(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(system_->channel, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::size_t ChildProcess::ReceiveSome(char* into, std::size_t room) {
  while (true) {
    const auto received = ::recv(system_->channel, into, room, 0);
    if (received < 0 && errno == EINTR) continue;
    return received > 0 ? static_cast<std::size_t>(received) : 0;
  }
}

int ChildProcess::Close() {
  if (exit_code_) return *exit_code_;
  system_->CloseChannel();
  int status = 0;
  while (::waitpid(system_->child, &status, 0) < 0 && errno == EINTR) {
  }
  exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return *exit_code_;
}

}  // namespace msiv2::soak
