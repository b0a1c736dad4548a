// A simulated Windows machine: its keystores, and what all of its processes see of them.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "keys/cng/ncrypt_api.h"
#include "keys/cng/testing/fake_rsa.h"

namespace msiv2::cng::fake {

/// MachineTraits describes how a machine behaves. Tests change the traits between calls.
struct MachineTraits {
  NCryptStatus vbs = NCryptStatus::kOk;  ///< the status of a creation with the isolation flag
  bool isolates = true;                  ///< false: the isolation flag is accepted and does nothing
  bool keeps_policy = true;              ///< false: export policy 0 is accepted and does nothing
  std::uint32_t made_bits = 0;           ///< the length of new keys, whatever was requested; 0: as
                                         ///< requested
  bool per_boot_keys_open = false;       ///< after a reboot, a per-boot key opens but does not sign
  NCryptStatus tpm = NCryptStatus::kOk;  ///< the status of opening the Platform Crypto Provider
  std::optional<std::uint32_t> keystore_impl_type = kImplHardwareFlag;  ///< of that provider
  std::optional<std::uint32_t> key_impl_type;                           ///< of the keys in it
  NCryptStatus no_such_key = NCryptStatus::kBadKeyset;
  NCryptStatus dead_key = NCryptStatus::kInternalError;  ///< the status of a signature by a dead key
  bool finalize_sees_names = false;  ///< true: a finalize without overwrite rejects a name that is taken
};

/// StoredKey is a key in a keystore. New keys are exportable, short and useless until their creator sets
/// their properties, so that a forgotten property shows.
struct StoredKey {
  RsaPointer rsa;  ///< null until finalized
  std::uint32_t bits = 1024;
  std::uint32_t export_policy = 3;
  std::uint32_t usage = 0;
  bool isolated = false;
  bool per_boot = false;
  int boot = 0;         ///< the boot in which it was created
  bool dead = false;    ///< it opens but does not sign
  bool hidden = false;  ///< no open finds it, but its name is taken
};

/// FakeMachine holds the keys and counts the handles of all processes.
class FakeMachine {
 public:
  /// Name of a persisted key: keystore and key.
  using KeyName = std::pair<std::string, std::string>;

  /// Object is what a handle refers to.
  struct Object {
    KeyName name;  ///< the second is empty for a keystore and for a nameless key
    bool is_key = false;
    bool replaces = false;           ///< created with the overwrite flag
    std::shared_ptr<StoredKey> key;  ///< null for a keystore
  };

  /// Plant stores a finalized key under a name, as another program could.
  std::shared_ptr<StoredKey> Plant(std::string_view keystore, std::string_view name, StoredKey key);
  /// Find returns the key under a name, or null.
  std::shared_ptr<StoredKey> Find(std::string_view keystore, std::string_view name) const;
  /// Kill makes the key with this public half unable to sign.
  void Kill(const RsaPublicKey& public_key);
  /// Reboot ends the life of all per-boot keys.
  void Reboot();
  /// Given and Freed return how many handles were returned and freed. Strays returns how many frees had no
  /// handle.
  int Given() const;
  int Freed() const;
  int Strays() const;

  MachineTraits traits;

 private:
  friend class FakeNCrypt;

  bool IsDead(const StoredKey& key) const;
  NCryptHandle Give(Object object);
  Object* Look(NCryptHandle handle);

  mutable std::mutex mutex_;
  std::map<KeyName, std::shared_ptr<StoredKey>> keys_;
  std::map<NCryptHandle, Object> objects_;
  NCryptHandle next_handle_ = 0x1001;
  std::size_t next_rsa_ = 0;
  int boot_ = 1;
  int given_ = 0;
  int freed_ = 0;
  int strays_ = 0;
};

}  // namespace msiv2::cng::fake
