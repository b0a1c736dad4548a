// Receives the attestation library's log and keeps the part that may be shown.
#pragma once

#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>

#include "attestation/native_library/native_abi.h"

namespace msiv2::attestation {

/// RedactLog returns at most `limit` characters of a foreign log text. The result is printable and leaves out
/// what may be secret or may identify a machine or a person. Unbroken runs of 24 or more characters of
/// tokens, hashes, GUIDs and long paths become "[left out]". After something that begins like a JWT, nothing
/// more is shown. Long words of letters stay. The rest goes through ForeignText. Null gives an empty text.
std::string RedactLog(const char* text, std::size_t limit);

/// LogCapture receives the attestation library's log. It keeps the last warning and the last error, redacted,
/// for the message of a call that fails. It keeps nothing else and writes nothing. The library sends the
/// machine's own tokens, so its log may contain them. A log port would spread them further.
///
/// Threads: all members may be called at the same time; the library may log from its own threads. Lifetime:
/// the capture must outlive the library, which keeps the callback for ever.
class LogCapture {
 public:
  LogCapture() = default;
  LogCapture(const LogCapture&) = delete;
  LogCapture& operator=(const LogCapture&) = delete;

  /// Info returns the argument of InitAttestationLib. The pointer is valid as long as this object.
  AttestationLogInfo* Info() noexcept { return &info_; }

  /// Receive takes one line. Every pointer may be null. It never throws, because foreign code calls it.
  void Receive(const char* tag, int level, const char* function, int line, const char* message) noexcept;

  /// Clear removes the lines of the previous call.
  void Clear();

  /// LastWords returns the last error, else the last warning, else an empty text.
  std::string LastWords() const;

 private:
  AttestationLogInfo info_ = MakeInfo();
  AttestationLogInfo MakeInfo() noexcept;

  mutable std::mutex mutex_;
  std::string error_;
  std::string warning_;
};

}  // namespace msiv2::attestation
