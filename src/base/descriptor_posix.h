// An open file on a POSIX system.
#pragma once

#include <unistd.h>

#include <cerrno>
#include <optional>

namespace msiv2 {

/// Descriptor owns a file descriptor, or a negative number if opening the file failed.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (ok()) ::close(number_);
  }
  bool ok() const noexcept { return number_ >= 0; }
  int number() const noexcept { return number_; }

  /// Read implements ReadSome (plain_file.h). If it fails, `errno` holds the cause.
  std::optional<std::size_t> Read(char* into, std::size_t room) const noexcept {
    ssize_t count = ::read(number_, into, room);
    while (count < 0 && errno == EINTR) count = ::read(number_, into, room);
    if (count < 0) return std::nullopt;
    return static_cast<std::size_t>(count);
  }

 private:
  const int number_;
};

}  // namespace msiv2
