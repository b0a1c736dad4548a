// Opens, creates and reads keys through the NCrypt table. Each call reports its failure.
#pragma once

#include <cstdint>
#include <string_view>

#include "keys/cng/ncrypt_object.h"
#include "msiv2/key.h"
#include "msiv2/result.h"

namespace msiv2::cng {

template <typename T>
using NCryptResult = Result<T, NCryptFailure>;

/// OpenKeystore opens the key storage provider `name`.
NCryptResult<NCryptPointer> OpenKeystore(const std::shared_ptr<NCryptApi>& api, std::string_view name);

/// OpenKey opens the user's key `name`, without showing any window.
NCryptResult<NCryptPointer> OpenKey(const NCryptPointer& keystore, std::string_view name);

/// NewKey describes a key to create. The key is RSA-2048 and its export policy is 0.
struct NewKey {
  std::string_view name;    ///< empty: not persisted
  std::uint32_t flags = 0;  ///< of NCryptCreatePersistedKey
  std::uint32_t usage = 0;
};

/// MakeNamedKey creates a persisted key, sets its properties, all of which must be accepted, and finalizes
/// the key. Success says nothing about the key: read its properties back.
NCryptResult<NCryptPointer> MakeNamedKey(const NCryptPointer& keystore, const NewKey& wanted);

/// MakeNamelessKey creates a key that exists as long as its handle. A keystore that supports no export policy
/// for such keys is accepted.
NCryptResult<NCryptPointer> MakeNamelessKey(const NCryptPointer& keystore);

/// ReadNumber reads a numeric property of one to eight bytes, little-endian. `NTE_NOT_FOUND` for an empty
/// property.
NCryptResult<std::uint64_t> ReadNumber(const NCryptObject& object, std::string_view property);

/// ReadPublicKey exports the public half. `NTE_INTERNAL_ERROR` for a blob that is not a public RSA key.
NCryptResult<RsaPublicKey> ReadPublicKey(const NCryptObject& key);

/// SaysNoSuchProperty returns true if ReadNumber failed because the object does not have the property.
bool SaysNoSuchProperty(const NCryptFailure& failure) noexcept;

}  // namespace msiv2::cng
