#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "base/descriptor_posix.h"
#include "base/plain_file.h"

namespace msiv2 {
namespace {

FileContents LastError() { return {std::nullopt, std::generic_category().message(errno)}; }

}  // namespace

FileContents ReadPlainFile(const std::string& path, std::size_t most) {
  // An embedded NUL would shorten the path, so that it names another file.
  if (path.find('\0') != std::string::npos) return {std::nullopt, "its path holds a NUL"};
  // Non-blocking, because opening a pipe would otherwise wait for its writer. The file type is read from the
  // open file, because the path may lead elsewhere a moment later.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!file.ok()) return LastError();
  struct stat facts {};
  if (::fstat(file.number(), &facts) != 0) return LastError();
  if (!S_ISREG(facts.st_mode)) return {std::nullopt, "it is not a regular file"};
  FileContents failed;
  auto bytes = ReadToEnd(static_cast<std::size_t>(facts.st_size), most, [&](char* into, std::size_t room) {
    const auto count = file.Read(into, room);
    if (!count) failed = LastError();
    return count;
  });
  return bytes ? FileContents{*std::move(bytes), {}} : failed;
}

}  // namespace msiv2
