// OpenSSL's error queue, which each thread has.
#pragma once

#include <string>

namespace msiv2::crypto {

/// TakeErrors empties this thread's OpenSSL error queue and returns its newest entry as printable text, or
/// "no detail from OpenSSL".
std::string TakeErrors();

/// ErrorQueueScope removes the errors that OpenSSL queued on this thread within the scope. Otherwise a stale
/// entry would be taken for the failure of a later TLS call. It leaves the errors that the caller's own
/// OpenSSL calls queued before.
class ErrorQueueScope {
 public:
  ErrorQueueScope() noexcept;
  ~ErrorQueueScope();
  ErrorQueueScope(const ErrorQueueScope&) = delete;
  ErrorQueueScope& operator=(const ErrorQueueScope&) = delete;
};

}  // namespace msiv2::crypto
