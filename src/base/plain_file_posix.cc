#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "base/plain_file.h"

namespace msiv2 {
namespace {

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

FileContents LastError() { return {std::nullopt, std::generic_category().message(errno)}; }

FileContents ReadFrom(int file, std::size_t room, std::size_t most) {
  std::string text(room, '\0');
  std::size_t length = 0;
  ssize_t count = 1;
  while (count != 0 && (length < text.size() || GrowPlainFileRoom(text, most))) {
    count = ::read(file, text.data() + length, text.size() - length);
    if (count < 0 && errno != EINTR) break;
    if (count > 0) length += static_cast<std::size_t>(count);
  }
  if (count >= 0) {
    text.resize(length);
    return {SecretString(std::move(text)), {}};
  }
  auto failed = LastError();
  SecureWipe(text);
  return failed;
}

}  // namespace

FileContents ReadPlainFile(const std::string& path, std::size_t most) {
  // An embedded NUL would cut the path short, to another file.
  if (path.find('\0') != std::string::npos) return {std::nullopt, "its path holds a NUL"};
  // Not blocking, or opening a pipe would wait for its writer. What it is can only be asked of what is open:
  // the path may lead elsewhere a moment later.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (file.number() < 0) return LastError();
  struct stat facts {};
  if (::fstat(file.number(), &facts) != 0) return LastError();
  if (!S_ISREG(facts.st_mode)) return {std::nullopt, "it is not a regular file"};
  return ReadFrom(file.number(), PlainFileRoom(static_cast<std::size_t>(facts.st_size), most), most);
}

}  // namespace msiv2
