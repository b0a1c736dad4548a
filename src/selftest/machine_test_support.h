// A simulated machine: every part works, until the test changes it.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>

#include "cache/windows_cert_store/testing/fake_raw_store.h"
#include "msiv2/clock.h"
#include "selftest/row.h"
#include "tests/support/evp_signing_key.h"

namespace msiv2::selftest {

/// MachineKey signs with a plain OpenSSL key, and claims what the test sets.
class MachineKey final : public SigningKey {
 public:
  MachineKey(KeyStrength strength, std::optional<KeyContainer> container, int number = 0)
      : strength_(strength), container_(std::move(container)), key_(testing::EvpSigningKey::Make(number)) {}
  const RsaPublicKey& PublicKey() const override { return key_->PublicKey(); }
  Result<Bytes> SignDigest(SignaturePadding padding, DigestAlgorithm algorithm,
                           ByteView digest) const override {
    auto signature = key_->SignDigest(padding, algorithm, digest);
    if (signature && padding == damaged) signature->back() ^= 1;
    return signature;
  }
  KeyStrength Strength() const override { return strength_; }
  KeyOrigin Origin() const override { return origin; }
  std::uintptr_t NativeHandle() const override { return 77; }
  std::optional<KeyContainer> Container() const override { return container_; }

  std::optional<SignaturePadding> damaged;  // signatures of this kind do not verify
  KeyOrigin origin = KeyOrigin::kPlatform;

 private:
  const KeyStrength strength_;
  const std::optional<KeyContainer> container_;
  const std::shared_ptr<testing::EvpSigningKey> key_;
};

/// MachineProvider returns what the test sets.
class MachineProvider final : public KeyProvider {
 public:
  explicit MachineProvider(Result<std::shared_ptr<const SigningKey>> answer) : answer_(std::move(answer)) {}
  std::string_view ProviderName() const override { return "machine"; }
  KeyStrength BestStrength() const override { return KeyStrength::kNone; }
  Result<std::shared_ptr<const SigningKey>> GetOrCreateKey() override { return answer_; }

 private:
  const Result<std::shared_ptr<const SigningKey>> answer_;
};

inline std::shared_ptr<KeyProvider> Gives(std::shared_ptr<const SigningKey> key) {
  return std::make_shared<MachineProvider>(std::move(key));
}

/// Refuses returns a provider that fails with this status.
inline std::shared_ptr<KeyProvider> Refuses(std::uint32_t status, bool retryable) {
  Error error(ErrorCode::kKeyCreationFailed, "creating the key: refused");
  error.native_code = status;
  error.retryable = retryable;
  return std::make_shared<MachineProvider>(error);
}

/// HonestLocks grants a lock to one owner at a time.
class HonestLocks final : public windows::NamedLocks {
 public:
  using NamedLocks::Take;
  windows::NamedLock Take(const std::string& name, std::chrono::milliseconds,
                          const CancellationToken& /*cancellation*/) override {
    std::lock_guard lock(mutex_);
    if (!held_.insert(name).second) return windows::NamedLock(windows::LockGrant::kBusy);
    return windows::NamedLock(windows::LockGrant::kOwned, [this, name] {
      std::lock_guard releasing(mutex_);
      if (releases) held_.erase(name);
    });
  }
  bool releases = true;

 private:
  std::mutex mutex_;
  std::set<std::string> held_;
};

inline const KeyContainer kKeyGuardContainer{"Microsoft Software Key Storage Provider", "KeyGuardRSAKey"};
inline const KeyContainer kTpmContainer{"Microsoft Platform Crypto Provider", "HardwareRSAKey"};

/// Machine is a Windows machine on which everything works and no library is configured.
struct Machine {
  Machine() {
    parts->system = [] { return SystemFacts{10, 0, 26100, ""}; };
    parts->ncrypt = [] { return Result<void>(); };
    parts->locks = &locks;
    parts->keyguard = Gives(keyguard);
    parts->tpm = Gives(tpm);
    parts->new_ncrypt = [this] { return Gives(software); };
    parts->new_memory = [this] { return Gives(software); };
    parts->export_private = [](std::uintptr_t) { return ExportAttempt{true, 0x80090029}; };
    parts->store = store;
    parts->load_library = [](const CallContext&) { return Result<bool>(false); };
    parts->clock = SystemClock();
    parts->random = [this](std::span<std::uint8_t> bytes) {
      for (auto& byte : bytes) byte = ++random;
    };
    parts->row_limit = std::chrono::minutes(1);
    parts->imds_row_limit = std::chrono::minutes(1);
  }

  CallContext Context() const {
    return {parts->clock.get(), parts->clock->MonotonicNow() + std::chrono::minutes(1), {}};
  }
  /// Input returns the input of a row if the rows before it found nothing.
  RowInput Input(Found found = {}) const { return {parts, std::move(found), Context()}; }
  /// WithKeys returns the input of a row if the rows before it found both keys.
  RowInput WithKeys() const { return Input({false, keyguard, tpm}); }

  HonestLocks locks;
  std::uint8_t random = 0;
  std::shared_ptr<MachineKey> keyguard =
      std::make_shared<MachineKey>(KeyStrength::kKeyGuard, kKeyGuardContainer);
  std::shared_ptr<MachineKey> tpm = std::make_shared<MachineKey>(KeyStrength::kHardware, kTpmContainer, 1);
  std::shared_ptr<MachineKey> software =
      std::make_shared<MachineKey>(KeyStrength::kSoftware, std::nullopt, 2);
  std::shared_ptr<cache::testing::FakeRawStore> store = std::make_shared<cache::testing::FakeRawStore>();
  std::shared_ptr<Parts> parts = std::make_shared<Parts>();
};

}  // namespace msiv2::selftest
