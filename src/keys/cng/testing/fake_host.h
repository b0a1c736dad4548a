// A machine, one process on it and the locks between processes: the start of the providers' tests.
#pragma once

#include <memory>

#include "keys/cng/cng_providers.h"
#include "keys/cng/testing/fake_ncrypt.h"
#include "tests/contract/verify_signature.h"
#include "windows/testing/fake_named_locks.h"

namespace msiv2::cng::fake {

inline constexpr std::string_view kKeyGuardName = "KeyGuardRSAKey";
inline constexpr std::string_view kHardwareName = "HardwareRSAKey";

/// FakeHost creates providers; each call of Process is another process on the same machine.
struct FakeHost {
  explicit FakeHost(windows::LockGrant grant = windows::LockGrant::kOwned) : locks(grant) {}

  std::shared_ptr<FakeNCrypt> Process() const { return std::make_shared<FakeNCrypt>(machine); }
  std::shared_ptr<KeyProvider> KeyGuard(const std::shared_ptr<FakeNCrypt>& process) {
    return MakeKeyGuardProvider(SourceOf(process), locks);
  }
  std::shared_ptr<KeyProvider> Platform(const std::shared_ptr<FakeNCrypt>& process) {
    return MakePlatformCryptoProvider(SourceOf(process), locks);
  }
  /// NewKeyGuardKey lets another process, which ends at once, create the key.
  std::shared_ptr<const SigningKey> NewKeyGuardKey() { return KeyGuard(Process())->GetOrCreateKey().value(); }
  MachineTraits& Traits() const { return machine->traits; }
  RsaPublicKey Stored(std::string_view keystore, std::string_view name) const {
    return PublicHalf(machine->Find(keystore, name)->rsa);
  }
  RsaPublicKey StoredKeyGuardKey() const { return Stored(kSoftwareKeystore, kKeyGuardName); }

  std::shared_ptr<FakeMachine> machine = std::make_shared<FakeMachine>();
  windows::fake::FakeNamedLocks locks;
};

/// GoodKey returns a key as KeyGuard creates it. Tests spoil one property of the key and plant it.
inline StoredKey GoodKey() {
  StoredKey key;
  key.bits = 2048;
  key.export_policy = 0;
  key.usage = kAllowAllUsages;
  key.isolated = true;
  key.per_boot = true;
  return key;
}

/// Signs returns true if a key makes signatures that verify under its public half.
inline bool Signs(const SigningKey& key, SignaturePadding padding = SignaturePadding::kPss,
                  DigestAlgorithm algorithm = DigestAlgorithm::kSha256) {
  const Bytes digest(DigestSize(algorithm), 0x5A);
  const auto signature = key.SignDigest(padding, algorithm, digest);
  return signature && Verifies(key.PublicKey(), padding, algorithm, digest, *signature);
}

}  // namespace msiv2::cng::fake
