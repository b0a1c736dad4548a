// Files that others name or fill: the one way in which the library opens a file.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "msiv2/secret.h"

namespace msiv2 {

/// FileContents is what ReadPlainFile brings: the bytes, or why there are none.
struct FileContents {
  std::optional<SecretString> bytes;
  std::string cause;  ///< a few words for an error text; empty with bytes
};

/// ReadPlainFile reads the first `most` bytes of the regular file that `path` (UTF-8) names, or that a link
/// there leads to.
///
/// It never waits for another program: a pipe, a device, a socket or a directory is refused. The file is
/// closed again before it returns, and no child process inherits it. Threads: any.
FileContents ReadPlainFile(const std::string& path, std::size_t most);

/// PlainFileRoom returns how many bytes to set aside for a file of `size` bytes of which `most` count: never
/// more than `most`, one more than `size`, and room for files that tell no size, such as those of /proc.
std::size_t PlainFileRoom(std::size_t size, std::size_t most) noexcept;

/// GrowPlainFileRoom doubles a full `text`, up to `most`; the old memory is wiped. False when it has `most`.
bool GrowPlainFileRoom(std::string& text, std::size_t most);

/// ReadSome puts at most `room` bytes at `into` and returns how many; 0 at the end, nothing when it fails.
using ReadSome = std::function<std::optional<std::size_t>(char* into, std::size_t room)>;

/// ReadToEnd returns the bytes that `read` brings until its end, at most `most`, or nothing when it fails.
/// `size` is how many are expected. Memory that held some of them is wiped.
std::optional<SecretString> ReadToEnd(std::size_t size, std::size_t most, const ReadSome& read);

}  // namespace msiv2
