// Reads files that other programs name or fill.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "msiv2/secret.h"

namespace msiv2 {

/// FileContents is the result of ReadPlainFile: the bytes, or why there are none.
struct FileContents {
  std::optional<SecretString> bytes;
  std::string cause;  ///< a few words for an error text; empty if there are bytes
};

/// ReadPlainFile reads at most `most` bytes from the start of the regular file that `path` (UTF-8) names, or
/// that a link at `path` leads to.
///
/// It never waits for another program: a pipe, a device, a socket or a directory is rejected. The file is
/// closed before the function returns, and no child process inherits it. Threads: any.
FileContents ReadPlainFile(const std::string& path, std::size_t most);

/// PlainFileRoom returns how many bytes to allocate for a file of `size` bytes, of which at most `most` are
/// read. The result is one more than `size`, or 64 KiB if that is larger, because files such as those of
/// /proc report no size. It is never more than `most`.
std::size_t PlainFileRoom(std::size_t size, std::size_t most) noexcept;

/// GrowPlainFileRoom doubles the size of a full `text`, up to `most`, and wipes the old memory. It returns
/// false if `text` already has `most` bytes.
bool GrowPlainFileRoom(std::string& text, std::size_t most);

/// ReadSome writes at most `room` bytes to `into` and returns how many: 0 at the end, nullopt on failure.
using ReadSome = std::function<std::optional<std::size_t>(char* into, std::size_t room)>;

/// ReadToEnd returns the bytes that `read` delivers until its end, at most `most`, or nullopt if `read`
/// fails. `size` is the expected number of bytes. Released memory that held some of the bytes is wiped.
std::optional<SecretString> ReadToEnd(std::size_t size, std::size_t most, const ReadSome& read);

}  // namespace msiv2
