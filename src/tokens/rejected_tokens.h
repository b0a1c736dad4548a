// The tokens that resources have refused.
#pragma once

#include <deque>
#include <mutex>
#include <string>
#include <string_view>

#include "msiv2/secret.h"

namespace msiv2::tokens {

/// RejectedTokens remembers the latest hundred tokens that callers have named as refused, by their digests.
///
/// Threads: all members may be called at the same time.
class RejectedTokens {
 public:
  /// Add remembers a digest, lower-case hex. It returns false if it is remembered already.
  bool Add(std::string_view sha256);
  /// Contains returns true if a token was refused. It hashes the token only if anything is remembered.
  bool Contains(const SecretString& token) const;

 private:
  mutable std::mutex mutex_;
  std::deque<std::string> digests_;
};

/// DigestOf returns the digest by which a caller names a token: SHA-256 of its text, lower-case hex.
std::string DigestOf(const SecretString& token);

}  // namespace msiv2::tokens
