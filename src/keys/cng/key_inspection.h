// Inspects the key that a keystore has under a name: whether it exists, is the wanted one, and can sign.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "keys/cng/cng_key.h"
#include "keys/cng/keystore.h"

namespace msiv2::cng {

/// NamedKey is a persisted key that a provider wants. The views are static.
struct NamedKey {
  std::string_view provider;  ///< the KeyProvider's name
  std::string_view keystore;
  std::string_view name;
  std::uint32_t flags = 0;  ///< of NCryptCreatePersistedKey
  std::uint32_t usage = 0;
  KeyStrength strength = KeyStrength::kNone;  ///< of a protected key
  /// is_protected reads back whether a key has the protection of `strength`. A failure means that this could
  /// not be read.
  NCryptResult<bool> (*is_protected)(const NCryptObject& key) = nullptr;
  std::string_view unprotected;  ///< the reason to report for an unprotected key
  /// refuse_keystore returns why the keystore cannot have such a key, before one is created in it. May be
  /// null.
  std::optional<Error> (*refuse_keystore)(const NCryptObject& keystore) = nullptr;
};

/// KeyState is the state of an inspected key.
enum class KeyState {
  kUsable,   ///< all properties are right, and the key signs
  kMissing,  ///< there is no key of that name
  kStale,    ///< from an earlier boot, or does not sign: no process can use the key
  kUnfit,    ///< not protected, exportable, or of another length: the key is never adopted
  kUnknown,  ///< could not be opened or read: the key may be a good one, so it is left alone
};

/// InspectedKey is the result of Inspect.
struct InspectedKey {
  KeyState state = KeyState::kUnknown;
  std::shared_ptr<const CngKey> key;  ///< for kUsable only; otherwise the handle is already freed
  std::string why;                    ///< empty for kUsable
  NCryptStatus status = NCryptStatus::kOk;
  std::optional<RsaPublicKey> public_key = std::nullopt;  ///< of an unfit key, if it could be read
};

/// Inspect opens the key, checks protection, export policy and length, and then makes the key sign. A query
/// for the size of a signature is not enough: it succeeds on a dead per-boot key too. A failed signature is
/// tried once more.
///
/// It changes nothing. It may be called without the lock.
InspectedKey Inspect(const NCryptPointer& keystore, const NamedKey& wanted);

/// Describe returns what Inspect found, without the key itself.
StoredKey Describe(const InspectedKey& finding);

}  // namespace msiv2::cng
