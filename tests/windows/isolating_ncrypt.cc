#include "tests/windows/isolating_ncrypt.h"

#include <map>
#include <mutex>
#include <string>

namespace msiv2::test {
namespace {

using cng::NCryptHandle;
using cng::NCryptStatus;

// A DWORD as NCryptGetProperty writes it.
void WriteNumber(std::uint32_t number, std::span<std::uint8_t> value, std::size_t& size) {
  size = 0;
  for (; size < sizeof number && size < value.size(); ++size) {
    value[size] = static_cast<std::uint8_t>(number >> (8 * size));
  }
}

class IsolatingNCrypt final : public cng::NCryptApi {
 public:
  explicit IsolatingNCrypt(std::shared_ptr<cng::NCryptApi> system) : system_(std::move(system)) {}

  NCryptStatus OpenProvider(std::string_view name, NCryptHandle& provider) override {
    return system_->OpenProvider(name, provider);
  }
  NCryptStatus OpenKey(NCryptHandle, std::string_view name, std::uint32_t, NCryptHandle& key) override {
    std::lock_guard lock(mutex_);
    const auto found = keys_.find(std::string(name));
    if (found == keys_.end()) return NCryptStatus::kBadKeyset;
    key = found->second;
    ++users_[key];
    return NCryptStatus::kOk;
  }
  NCryptStatus CreateKey(NCryptHandle provider, std::string_view name, std::uint32_t,
                         NCryptHandle& key) override {
    const NCryptStatus status = system_->CreateKey(provider, "", 0, key);
    std::lock_guard lock(mutex_);
    if (status == NCryptStatus::kOk) unfinished_[key] = name;
    return status;
  }
  NCryptStatus SetNumber(NCryptHandle object, std::string_view property, std::uint32_t value,
                         std::uint32_t flags) override {
    return system_->SetNumber(object, property, value, flags);
  }
  NCryptStatus GetProperty(NCryptHandle object, std::string_view property, std::span<std::uint8_t> value,
                           std::size_t& size) override {
    if (property == cng::kVirtualIsoProperty) return Answer(1, value, size);
    if (property == cng::kExportPolicyProperty) return Answer(0, value, size);
    return system_->GetProperty(object, property, value, size);
  }
  NCryptStatus FinalizeKey(NCryptHandle key, std::uint32_t flags) override {
    const NCryptStatus status = system_->FinalizeKey(key, flags);
    std::lock_guard lock(mutex_);
    if (status != NCryptStatus::kOk) return status;
    keys_[unfinished_[key]] = key;
    users_[key] = 2;  // the creator and the keystore
    return status;
  }
  NCryptStatus ExportPublicKey(NCryptHandle key, std::span<std::uint8_t> blob, std::size_t& size) override {
    return system_->ExportPublicKey(key, blob, size);
  }
  NCryptStatus SignHash(NCryptHandle key, SignaturePadding padding, DigestAlgorithm algorithm,
                        ByteView digest, std::span<std::uint8_t> signature, std::size_t& size) override {
    return system_->SignHash(key, padding, algorithm, digest, signature, size);
  }
  NCryptStatus Free(NCryptHandle object) override {
    std::lock_guard lock(mutex_);
    const auto users = users_.find(object);
    if (users != users_.end() && --users->second > 0) return NCryptStatus::kOk;
    return system_->Free(object);
  }

 private:
  static NCryptStatus Answer(std::uint32_t number, std::span<std::uint8_t> value, std::size_t& size) {
    WriteNumber(number, value, size);
    return NCryptStatus::kOk;
  }

  const std::shared_ptr<cng::NCryptApi> system_;
  std::mutex mutex_;  // guards the rest
  std::map<NCryptHandle, std::string> unfinished_;
  std::map<std::string, NCryptHandle> keys_;
  std::map<NCryptHandle, int> users_;
};

}  // namespace

std::shared_ptr<cng::NCryptApi> MakeIsolatingNCrypt(std::shared_ptr<cng::NCryptApi> system) {
  return std::make_shared<IsolatingNCrypt>(std::move(system));
}

}  // namespace msiv2::test
