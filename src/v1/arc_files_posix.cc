// Challenge files of Azure Arc: opened once, checked after that, and read into memory that is wiped.
#include <fcntl.h>
#include <sys/stat.h>

#include <utility>

#include "base/descriptor_posix.h"
#include "base/plain_file.h"
#include "v1/arc_files.h"

namespace msiv2::v1 {

ArcFiles ArcFilesOf(const EnvironmentReader& /*environment*/) {
  return {"/opt/azcmagent/bin/himds", "/var/opt/azcmagent/tokens"};
}

bool SamePath(std::string_view a, std::string_view b) noexcept { return a == b; }
bool IsPathSeparator(char c) noexcept { return c == '/'; }

Result<SecretString> ReadArcKey(const std::string& folder, const std::string& name) {
  const Descriptor directory(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!directory.ok()) return ArcFileError("lies in a folder that cannot be opened, or that is a link");
  // Non-blocking, because a pipe in the file's place would otherwise block the call.
  const Descriptor file(
      ::openat(directory.number(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file.ok()) {
    return ArcFileError("cannot be opened, or is a link; this user may have to join the group himds");
  }
  struct stat facts {};
  if (::fstat(file.number(), &facts) != 0 || !S_ISREG(facts.st_mode) || facts.st_nlink != 1) {
    return ArcFileError("is not a plain file with one name");
  }
  auto key = ReadToEnd(kLargestArcKey, kLargestArcKey + 1,
                       [&](char* into, std::size_t room) { return file.Read(into, room); });
  if (!key) return ArcFileError("cannot be read");
  if (key->size() > kLargestArcKey) return ArcFileError("is larger than 4096 bytes");
  return CheckArcKey(*std::move(key));
}

}  // namespace msiv2::v1
