#include "keys/cng/cng_key.h"

#include <string>
#include <utility>

namespace msiv2::cng {
namespace {

Error SignFailed(std::string_view provider, const std::string& why) {
  return Error(ErrorCode::kKeySignFailed, std::string(provider) + " key: " + why);
}

}  // namespace

NCryptResult<Bytes> SignWithHandle(const NCryptObject& key, SignaturePadding padding,
                                   DigestAlgorithm algorithm, ByteView digest, std::size_t signature_size) {
  constexpr std::string_view kCall = "NCryptSignHash";
  Bytes signature(signature_size);
  std::size_t size = 0;
  const NCryptStatus status = key.Api().SignHash(key.Handle(), padding, algorithm, digest, signature, size);
  if (status != NCryptStatus::kOk) return NCryptFailure{kCall, status};
  // A short or missing signature is a failure, even with a success status.
  if (size != signature_size || signature_size == 0)
    return NCryptFailure{kCall, NCryptStatus::kInternalError};
  return signature;
}

CngKey::CngKey(NCryptPointer handle, CngFacts facts) : handle_(std::move(handle)), facts_(std::move(facts)) {}

Result<Bytes> CngKey::SignDigest(SignaturePadding padding, DigestAlgorithm algorithm, ByteView digest) const {
  // The signature needs only these two: the last owner of `this` may release it meanwhile.
  const NCryptPointer alive = handle_;
  const std::string_view provider = facts_.provider;
  if (digest.size() != DigestSize(algorithm)) {
    return SignFailed(provider, "the digest has " + std::to_string(digest.size()) + " bytes instead of " +
                                    std::to_string(DigestSize(algorithm)));
  }
  auto signature = SignWithHandle(*alive, padding, algorithm, digest, facts_.public_key.modulus.size());
  if (signature) return std::move(*signature);
  Error error = SignFailed(provider, signature.error().Text());
  error.native_code = signature.error().Code();
  return error;
}

}  // namespace msiv2::cng
