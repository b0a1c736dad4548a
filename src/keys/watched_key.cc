#include "keys/watched_key.h"

#include <algorithm>
#include <array>
#include <utility>

namespace msiv2 {
namespace {

class WatchedKey final : public SigningKey {
 public:
  WatchedKey(std::shared_ptr<const SigningKey> key, std::shared_ptr<KeyReports> reports)
      : key_(std::move(key)), reports_(std::move(reports)) {}

  const RsaPublicKey& PublicKey() const override { return key_->PublicKey(); }
  Result<std::vector<std::uint8_t>> SignDigest(SignaturePadding padding, DigestAlgorithm algorithm,
                                               std::span<const std::uint8_t> digest) const override {
    auto signature = key_->SignDigest(padding, algorithm, digest);
    const bool failed = !signature && signature.error().code == ErrorCode::kKeySignFailed;
    if (failed && digest.size() == DigestSize(algorithm)) reports_->Report(key_);
    return signature;
  }
  KeyStrength Strength() const override { return key_->Strength(); }
  KeyOrigin Origin() const override { return key_->Origin(); }
  std::uintptr_t NativeHandle() const override { return key_->NativeHandle(); }
  std::optional<KeyContainer> Container() const override { return key_->Container(); }

  const std::shared_ptr<const SigningKey>& key() const noexcept { return key_; }

 private:
  const std::shared_ptr<const SigningKey> key_;
  const std::shared_ptr<KeyReports> reports_;
};

}  // namespace

void KeyReports::Report(std::shared_ptr<const SigningKey> key) {
  std::lock_guard lock(mutex_);
  if (std::find(keys_.begin(), keys_.end(), key) != keys_.end()) return;
  keys_.push_back(std::move(key));
  pending_ = keys_.size();
  ++count_;
}

void KeyReports::Remove(const SigningKey& key) {
  std::lock_guard lock(mutex_);
  std::erase_if(keys_, [&](const auto& reported) { return reported.get() == &key; });
  pending_ = keys_.size();
}

std::vector<std::shared_ptr<const SigningKey>> KeyReports::Reported() const {
  std::lock_guard lock(mutex_);
  return keys_;
}

std::shared_ptr<const SigningKey> Watch(std::shared_ptr<const SigningKey> key,
                                        std::shared_ptr<KeyReports> reports) {
  return std::make_shared<const WatchedKey>(std::move(key), std::move(reports));
}

const std::shared_ptr<const SigningKey>& Unwatched(const std::shared_ptr<const SigningKey>& key) {
  const auto* watched = dynamic_cast<const WatchedKey*>(key.get());
  return watched == nullptr ? key : watched->key();
}

bool StillSigns(const SigningKey& key) {
  const std::array<std::uint8_t, DigestSize(DigestAlgorithm::kSha256)> digest{};
  try {
    return static_cast<bool>(key.SignDigest(SignaturePadding::kPss, DigestAlgorithm::kSha256, digest));
  } catch (...) {  // a user-supplied key
    return false;
  }
}

}  // namespace msiv2
