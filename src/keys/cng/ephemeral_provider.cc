#include <mutex>
#include <string>
#include <utility>

#include "keys/cng/cng_key.h"
#include "keys/cng/cng_providers.h"
#include "keys/cng/named_key.h"

namespace msiv2::cng {
namespace {

constexpr std::string_view kName = "cng";

Error Failed(const NCryptFailure& failure) {
  return KeyFailed("a key without a name: " + failure.Text(), failure.status);
}

Result<std::shared_ptr<const SigningKey>> MakeKey(const NCryptSource& ncrypt) {
  auto api = ncrypt();
  if (!api) return api.error();
  const auto keystore = OpenKeystore(*api, kSoftwareKeystore);
  if (!keystore) return Failed(keystore.error());
  auto key = MakeNamelessKey(*keystore);
  if (!key) return Failed(key.error());
  auto public_key = ReadPublicKey(**key);
  if (!public_key) return Failed(public_key.error());
  CngFacts facts{kName, KeyStrength::kSoftware, std::nullopt, std::move(*public_key)};
  return std::shared_ptr<const SigningKey>(std::make_shared<const CngKey>(std::move(*key), std::move(facts)));
}

class EphemeralProvider final : public KeyProvider {
 public:
  explicit EphemeralProvider(NCryptSource ncrypt) : ncrypt_(std::move(ncrypt)) {}

  std::string_view ProviderName() const override { return kName; }
  KeyStrength BestStrength() const override { return KeyStrength::kSoftware; }

  Result<std::shared_ptr<const SigningKey>> GetOrCreateKey() override {
    std::lock_guard lock(mutex_);
    if (key_ != nullptr) return key_;
    auto made = MakeKey(ncrypt_);
    if (made) key_ = *made;
    return made;
  }

  void Discard(const SigningKey& key) override {
    std::lock_guard lock(mutex_);
    if (key_.get() == &key) key_ = nullptr;
  }

 private:
  const NCryptSource ncrypt_;
  std::mutex mutex_;
  std::shared_ptr<const SigningKey> key_;
};

}  // namespace

std::shared_ptr<KeyProvider> MakeEphemeralCngProvider(NCryptSource ncrypt) {
  return std::make_shared<EphemeralProvider>(std::move(ncrypt));
}

}  // namespace msiv2::cng
