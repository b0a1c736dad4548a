// The attestation library's log: what of it may be kept, and where it goes.
#pragma once

#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>

#include "attestation/native_library/native_abi.h"

namespace msiv2::attestation {

/// RedactLog returns at most `limit` characters of a foreign log text, printable, without what may be secret
/// or name a machine or a person: unbroken runs of 24 or more characters of tokens, hashes, GUIDs and long
/// paths become "[left out]", and after something that begins like a JWT nothing more is shown. Long words of
/// letters stay. What is left goes through ForeignText. Null is empty.
std::string RedactLog(const char* text, std::size_t limit);

/// LogCapture receives the attestation library's log and keeps the last warning and the last error, redacted,
/// for the message of a call that fails. Nothing else is kept and nothing is written anywhere: the library
/// sends the machine's own tokens, so its log may hold them, and a log port would take them further.
///
/// Threads: all members may be called at the same time; the library may log from threads of its own.
/// Lifetime: must outlive the library, which never forgets the callback.
class LogCapture {
 public:
  LogCapture() = default;
  LogCapture(const LogCapture&) = delete;
  LogCapture& operator=(const LogCapture&) = delete;

  /// Info returns what InitAttestationLib takes; it lives as long as this.
  AttestationLogInfo* Info() noexcept { return &info_; }

  /// Receive takes one line; every pointer may be null. It never throws: it is called from foreign code.
  void Receive(const char* tag, int level, const char* function, int line, const char* message) noexcept;

  /// Clear forgets the lines of the call before.
  void Clear();

  /// LastWords returns the last error, else the last warning, else nothing.
  std::string LastWords() const;

 private:
  AttestationLogInfo info_ = MakeInfo();
  AttestationLogInfo MakeInfo() noexcept;

  mutable std::mutex mutex_;
  std::string error_;
  std::string warning_;
};

}  // namespace msiv2::attestation
