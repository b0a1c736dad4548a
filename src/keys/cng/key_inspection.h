// Looking at the key that a keystore has under a name: is it there, is it what we want, does it live.
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
  KeyTier tier = KeyTier::kNone;  ///< of a key that is_protected
  /// is_protected reads back whether a key has the protection of `tier`; a failure means that it could not
  /// be read.
  NCryptResult<bool> (*is_protected)(const NCryptObject& key) = nullptr;
  std::string_view unprotected;  ///< what to say of one that is not
};

/// KeyState is what Inspect found.
enum class KeyState {
  kUsable,   ///< all properties are right and it signs
  kMissing,  ///< no key of that name
  kStale,    ///< it is of an earlier boot, or does not sign: nobody can use it
  kUnfit,    ///< it is not protected, exportable, or of another length: never to be adopted
  kUnknown,  ///< it could not be opened or read: it may be a good one, so it is left alone
};

/// Finding is what Inspect found.
struct Finding {
  KeyState state = KeyState::kUnknown;
  std::shared_ptr<const CngKey> key;  ///< for kUsable only; for the rest, the handle is free already
  std::string why;                    ///< empty for kUsable
  NCryptStatus status = NCryptStatus::kOk;
  std::optional<RsaPublicKey> public_key = std::nullopt;  ///< of an unfit key, if it could be read
};

/// Inspect opens the key and checks protection, export policy and length, and then has it sign: a question
/// for the size of a signature succeeds on a dead per-boot key too. A signature that fails is tried once
/// more.
///
/// It changes nothing. It may be called without the lock.
Finding Inspect(const NCryptPointer& keystore, const NamedKey& wanted);

/// Describe returns the same without the key itself.
StoredKey Describe(const Finding& finding);

}  // namespace msiv2::cng
