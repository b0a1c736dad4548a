// A key that is stored in a CNG keystore and signs there.
#pragma once

#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "keys/cng/keystore.h"
#include "msiv2/key.h"

namespace msiv2::cng {

/// CngFacts holds what was read back from a key before the key is returned. None of it changes later.
struct CngFacts {
  std::string_view provider;  ///< the KeyProvider's name, static, for messages
  KeyStrength strength = KeyStrength::kNone;
  std::optional<KeyContainer> container;
  RsaPublicKey public_key;
};

/// SignWithHandle signs `digest`, which has the right size, with a key whose modulus has `signature_size`
/// bytes.
NCryptResult<Bytes> SignWithHandle(const NCryptObject& key, SignaturePadding padding,
                                   DigestAlgorithm algorithm, ByteView digest, std::size_t signature_size);

/// CngKey is a SigningKey over an open handle. Its last owner frees the handle; a running signature is an
/// owner too.
class CngKey final : public SigningKey {
 public:
  CngKey(NCryptPointer handle, CngFacts facts);

  const RsaPublicKey& PublicKey() const override { return facts_.public_key; }
  Result<Bytes> SignDigest(SignaturePadding padding, DigestAlgorithm algorithm,
                           ByteView digest) const override;
  KeyStrength Strength() const override { return facts_.strength; }
  KeyOrigin Origin() const override { return KeyOrigin::kPlatform; }
  std::uintptr_t NativeHandle() const override { return handle_->Handle(); }
  std::optional<KeyContainer> Container() const override { return facts_.container; }

 private:
  const NCryptPointer handle_;
  const CngFacts facts_;
};

}  // namespace msiv2::cng
