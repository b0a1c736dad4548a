#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "cli/files.h"

namespace msiv2::cli {
namespace {

constexpr char kNotRegular[] = "it is not a regular file";

// Non-blocking: otherwise opening a pipe would wait for its other end.
constexpr int kCareful = O_NONBLOCK | O_NOCTTY | O_CLOEXEC;

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int number() const noexcept { return number_; }

 private:
  const int number_;
};

std::string LastError() { return std::generic_category().message(errno); }

FileText ReadFrom(int file, std::size_t size) {
  std::string text(size + 1, '\0');
  std::size_t length = 0;
  while (length <= kMostFileBytes) {
    if (length == text.size()) text.resize(2 * length);
    const ssize_t count = ::read(file, text.data() + length, text.size() - length);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return {std::nullopt, LastError()};
    if (count == 0) {
      text.resize(length);
      return {std::move(text), {}};
    }
    length += static_cast<std::size_t>(count);
  }
  return {std::nullopt, "it is larger than 256 MiB"};
}

bool WriteAll(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(file, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

}  // namespace

FileText ReadInputFile(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | kCareful));
  struct stat facts {};
  if (file.number() < 0 || ::fstat(file.number(), &facts) != 0) return {std::nullopt, LastError()};
  if (!S_ISREG(facts.st_mode)) return {std::nullopt, kNotRegular};
  const auto size = static_cast<std::size_t>(facts.st_size);
  if (size > kMostFileBytes) return {std::nullopt, "it is larger than 256 MiB"};
  return ReadFrom(file.number(), size);
}

std::string WriteOutputFile(const std::string& path, std::string_view text) {
  constexpr mode_t kAsUsual = 0666;  // minus the umask
  // Not truncated at once: it must first be known to be a file.
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_NOFOLLOW | kCareful, kAsUsual));
  if (file.number() < 0) return errno == ELOOP ? "it is a symbolic link" : LastError();
  struct stat facts {};
  if (::fstat(file.number(), &facts) != 0) return LastError();
  if (!S_ISREG(facts.st_mode) && !S_ISCHR(facts.st_mode)) return kNotRegular;
  if (S_ISREG(facts.st_mode) && ::ftruncate(file.number(), 0) != 0) return LastError();
  ::fcntl(file.number(), F_SETFL, O_WRONLY);  // blocking again: a terminal may not be ready at once
  return WriteAll(file.number(), text) ? std::string() : LastError();
}

}  // namespace msiv2::cli
