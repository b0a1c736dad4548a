#include "crypto/digest.h"

#include <openssl/evp.h>

#include <cstdlib>

#include "base/hex.h"
#include "crypto/errors.h"

namespace msiv2::crypto {

std::optional<Sha256Digest> TrySha256(ByteView bytes) {
  ErrorQueueScope errors;
  Sha256Digest digest;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr) != 1) {
    return std::nullopt;
  }
  return digest;
}

Sha256Digest Sha256(ByteView bytes) {
  const auto digest = TrySha256(bytes);
  if (!digest) std::abort();
  return *digest;
}

std::string Sha256Hex(ByteView bytes) { return HexEncode(Sha256(bytes)); }

const EVP_MD* MessageDigest(DigestAlgorithm algorithm) noexcept {
  switch (algorithm) {
    case DigestAlgorithm::kSha256:
      break;
    case DigestAlgorithm::kSha384:
      return EVP_sha384();
    case DigestAlgorithm::kSha512:
      return EVP_sha512();
  }
  return EVP_sha256();
}

}  // namespace msiv2::crypto
