// Opening, making and reading keys through the NCrypt table, each call with its failure.
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

/// OpenKey opens the user's key `name`, without any window.
NCryptResult<NCryptPointer> OpenKey(const NCryptPointer& keystore, std::string_view name);

/// NewKey says what to make. The key is RSA-2048 and its export policy 0.
struct NewKey {
  std::string_view name;    ///< empty: not persisted
  std::uint32_t flags = 0;  ///< of NCryptCreatePersistedKey
  std::uint32_t usage = 0;
};

/// MakeNamedKey creates a persisted key, sets its properties, all of which must be accepted, and finalizes
/// it. That it succeeded says nothing of the key: read its properties back.
NCryptResult<NCryptPointer> MakeNamedKey(const NCryptPointer& keystore, const NewKey& wanted);

/// MakeNamelessKey creates a key that ends with its handle. A keystore that knows no export policy for such
/// keys is accepted.
NCryptResult<NCryptPointer> MakeNamelessKey(const NCryptPointer& keystore);

/// ReadNumber reads a numeric property: one to eight bytes, little-endian. `NTE_NOT_FOUND` for an empty one.
NCryptResult<std::uint64_t> ReadNumber(const NCryptObject& object, std::string_view property);

/// ReadPublicKey exports the public half. `NTE_INTERNAL_ERROR` for a blob that is none.
NCryptResult<RsaPublicKey> ReadPublicKey(const NCryptObject& key);

/// SaysNoSuchProperty tells whether a ReadNumber failed because the object does not have the property.
bool SaysNoSuchProperty(const NCryptFailure& failure) noexcept;

}  // namespace msiv2::cng
