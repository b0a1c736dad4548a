#include "tokens/rejected_tokens.h"

#include <algorithm>

#include "base/bytes.h"
#include "crypto/digest.h"
#include "msiv2/challenge.h"
#include "msiv2/token.h"

namespace msiv2::tokens {
namespace {

constexpr std::size_t kMost = 100;

}  // namespace

bool RejectedTokens::Add(std::string_view sha256) {
  std::lock_guard lock(mutex_);
  if (std::find(digests_.begin(), digests_.end(), sha256) != digests_.end()) return false;
  digests_.emplace_back(sha256);
  if (digests_.size() > kMost) digests_.pop_front();
  return true;
}

bool RejectedTokens::Contains(const SecretString& token) const {
  {
    std::lock_guard lock(mutex_);
    if (digests_.empty()) return false;
  }
  const std::string digest = DigestOf(token);
  std::lock_guard lock(mutex_);
  return std::find(digests_.begin(), digests_.end(), digest) != digests_.end();
}

std::string DigestOf(const SecretString& token) { return crypto::Sha256Hex(AsBytes(token.Reveal())); }

}  // namespace msiv2::tokens

namespace msiv2 {

std::string TokenSha256(const AccessToken& token) { return tokens::DigestOf(token.secret); }

}  // namespace msiv2
