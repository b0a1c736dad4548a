#include "keys/memory/memory_key_provider.h"

#include <mutex>
#include <utility>

#include "crypto/thread_state.h"
#include "keys/memory/rsa_in_memory.h"
#include "keys/memory/secure_arena.h"
#include "model/process_mark.h"

namespace msiv2 {
namespace keys_memory {
namespace {

class MemoryKey final : public SigningKey {
 public:
  explicit MemoryKey(RsaInMemory rsa) : rsa_(std::move(rsa)) {}

  const RsaPublicKey& PublicKey() const override { return rsa_.PublicKey(); }
  Result<Bytes> SignDigest(SignaturePadding padding, DigestAlgorithm algorithm,
                           ByteView digest) const override {
    crypto::FreeWithThread();
    return rsa_.Sign(padding, algorithm, digest);
  }
  KeyStrength Strength() const override { return KeyStrength::kSoftware; }
  KeyOrigin Origin() const override { return KeyOrigin::kPlatform; }

 private:
  const RsaInMemory rsa_;
};

class MemoryKeyProvider final : public KeyProvider {
 public:
  std::string_view ProviderName() const override { return "in-memory"; }
  KeyStrength BestStrength() const override { return KeyStrength::kSoftware; }

  Result<std::shared_ptr<const SigningKey>> GetOrCreateKey() override {
    if (made_in_.IsOfParent()) return UsedAfterFork("the in-memory key provider", Step::kKey);
    std::lock_guard lock(mutex_);
    if (key_ != nullptr) return key_;
    SetUpSecureArena();  // before the key: what is allocated earlier stays in ordinary memory
    crypto::FreeWithThread();
    Result<RsaInMemory> rsa = RsaInMemory::Generate();
    if (!rsa) return rsa.error();
    key_ = std::make_shared<const MemoryKey>(std::move(*rsa));
    return key_;
  }

  void Discard(const SigningKey& key) override {
    if (made_in_.IsOfParent()) return;
    std::lock_guard lock(mutex_);
    if (key_.get() == &key) key_ = nullptr;
  }

 private:
  const ProcessMark made_in_;
  std::mutex mutex_;
  std::shared_ptr<const SigningKey> key_;
};

}  // namespace
}  // namespace keys_memory

std::shared_ptr<KeyProvider> MakeMemoryKeyProvider() {
  return std::make_shared<keys_memory::MemoryKeyProvider>();
}

}  // namespace msiv2
