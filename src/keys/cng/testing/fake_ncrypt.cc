#include "keys/cng/testing/fake_ncrypt.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

namespace msiv2::cng::fake {
namespace {

constexpr std::uint32_t kImplSoftwareFlag = 2;  // NCRYPT_IMPL_SOFTWARE_FLAG

/// Give copies `bytes` to the caller's buffer, as NCrypt functions do.
NCryptStatus Give(ByteView bytes, std::span<std::uint8_t> buffer, std::size_t& size) {
  size = bytes.size();
  if (buffer.size() < bytes.size()) return NCryptStatus::kBufferTooSmall;
  std::copy(bytes.begin(), bytes.end(), buffer.begin());
  return NCryptStatus::kOk;
}

}  // namespace

void FakeNCrypt::FailNext(Call call, NCryptStatus status, int times) {
  std::lock_guard lock(mutex_);
  failures_[call] = {status, times};
}

void FakeNCrypt::FailAlways(Call call, NCryptStatus status) {
  FailNext(call, status, std::numeric_limits<int>::max());
}

std::vector<FakeNCrypt::Entry> FakeNCrypt::Log() const {
  std::lock_guard lock(mutex_);
  return log_;
}

int FakeNCrypt::Count(Call call) const {
  const std::vector<Entry> log = Log();
  return static_cast<int>(
      std::count_if(log.begin(), log.end(), [call](const Entry& entry) { return entry.call == call; }));
}

std::optional<NCryptStatus> FakeNCrypt::TakeFailure(Call call) {
  std::lock_guard lock(mutex_);
  const auto found = failures_.find(call);
  if (found == failures_.end() || found->second.second == 0) return std::nullopt;
  --found->second.second;
  return found->second.first;
}

NCryptStatus FakeNCrypt::Run(Call call, std::string_view name, std::uint32_t flags,
                             const std::function<NCryptStatus()>& work) {
  if (before) before(call);
  const auto failure = TakeFailure(call);
  const NCryptStatus status = failure ? *failure : work();
  {
    std::lock_guard lock(mutex_);
    log_.push_back({call, std::string(name), flags, status});
  }
  if (after) after(call);
  return status;
}

NCryptStatus FakeNCrypt::OpenProvider(std::string_view name, NCryptHandle& provider) {
  return Run(Call::kOpenProvider, name, 0, [&] {
    std::lock_guard lock(machine_->mutex_);
    if (name == kPlatformKeystore && machine_->traits.tpm != NCryptStatus::kOk) return machine_->traits.tpm;
    provider = machine_->Give({{std::string(name), {}}, false, false, nullptr});
    return NCryptStatus::kOk;
  });
}

NCryptStatus FakeNCrypt::OpenKey(NCryptHandle provider, std::string_view name, std::uint32_t flags,
                                 NCryptHandle& key) {
  return Run(Call::kOpenKey, name, flags, [&] {
    std::lock_guard lock(machine_->mutex_);
    const auto* keystore = machine_->Look(provider);
    if (keystore == nullptr || keystore->is_key) return NCryptStatus::kInvalidHandle;
    const FakeMachine::KeyName full_name{keystore->name.first, std::string(name)};
    const auto found = machine_->keys_.find(full_name);
    if (found == machine_->keys_.end() || found->second->hidden) return machine_->traits.no_such_key;
    const StoredKey& stored = *found->second;
    if (stored.per_boot && machine_->IsDead(stored) && !machine_->traits.per_boot_keys_open) {
      return NCryptStatus::kVbsCannotDecryptKey;
    }
    key = machine_->Give({full_name, true, false, found->second});
    return NCryptStatus::kOk;
  });
}

NCryptStatus FakeNCrypt::CreateKey(NCryptHandle provider, std::string_view name, std::uint32_t flags,
                                   NCryptHandle& key) {
  return Run(Call::kCreateKey, name, flags, [&] {
    std::lock_guard lock(machine_->mutex_);
    const auto* keystore = machine_->Look(provider);
    if (keystore == nullptr || keystore->is_key) return NCryptStatus::kInvalidHandle;
    const bool isolated = (flags & kUseVirtualIsolationFlag) != 0;
    if (isolated && keystore->name.first != kSoftwareKeystore) return NCryptStatus::kBadFlags;
    if (isolated && machine_->traits.vbs != NCryptStatus::kOk) return machine_->traits.vbs;
    const bool replaces = (flags & kOverwriteKeyFlag) != 0;
    const FakeMachine::KeyName full_name{keystore->name.first, std::string(name)};
    if (machine_->keys_.count(full_name) != 0 && !replaces) return NCryptStatus::kExists;
    const auto made = std::make_shared<StoredKey>();
    made->isolated = isolated && machine_->traits.isolates;
    made->per_boot = made->isolated && (flags & kUsePerBootKeyFlag) != 0;
    made->boot = machine_->boot_;
    key = machine_->Give({full_name, true, replaces, made});
    return NCryptStatus::kOk;
  });
}

NCryptStatus FakeNCrypt::SetNumber(NCryptHandle object, std::string_view property, std::uint32_t value,
                                   std::uint32_t flags) {
  return Run(Call::kSetNumber, property, flags, [&] {
    std::lock_guard lock(machine_->mutex_);
    const auto* found = machine_->Look(object);
    if (found == nullptr || !found->is_key) return NCryptStatus::kInvalidHandle;
    StoredKey& key = *found->key;
    if (key.rsa != nullptr) return NCryptStatus::kPermission;  // the key is already finalized
    if (property == kLengthProperty) {
      key.bits = value;
    } else if (property == kExportPolicyProperty) {
      if (machine_->traits.keeps_policy) key.export_policy = value;
    } else if (property == kKeyUsageProperty) {
      key.usage = value;
    } else {
      return NCryptStatus::kNotSupported;
    }
    return NCryptStatus::kOk;
  });
}

std::optional<std::uint32_t> FakeNCrypt::ReadProperty(const FakeMachine::Object& object,
                                                      std::string_view property) {
  const MachineTraits& traits = machine_->traits;
  const bool platform = object.name.first == kPlatformKeystore;
  if (property == kImplTypeProperty && !platform) return kImplSoftwareFlag;
  if (property == kImplTypeProperty) return object.is_key ? traits.key_impl_type : traits.keystore_impl_type;
  if (!object.is_key) return std::nullopt;
  if (property == kLengthProperty) return object.key->bits;
  if (property == kExportPolicyProperty) return object.key->export_policy;
  if (property == kVirtualIsoProperty && object.key->isolated) return 1;
  return std::nullopt;
}

NCryptStatus FakeNCrypt::GetProperty(NCryptHandle object, std::string_view property,
                                     std::span<std::uint8_t> value, std::size_t& size) {
  return Run(Call::kGetProperty, property, 0, [&] {
    std::lock_guard lock(machine_->mutex_);
    const auto* found = machine_->Look(object);
    if (found == nullptr) return NCryptStatus::kInvalidHandle;
    const auto number = ReadProperty(*found, property);
    if (!number) return NCryptStatus::kNotFound;
    Bytes bytes;
    for (unsigned shift = 0; shift < 32; shift += 8) {
      bytes.push_back(static_cast<std::uint8_t>(*number >> shift));
    }
    return Give(bytes, value, size);
  });
}

NCryptStatus FakeNCrypt::Finish(FakeMachine::Object& object) {
  StoredKey& key = *object.key;
  if (key.rsa != nullptr) return NCryptStatus::kInvalidHandle;
  const bool named = !object.name.second.empty();
  if (named && machine_->traits.finalize_sees_names && !object.replaces &&
      machine_->keys_.count(object.name) != 0) {
    return NCryptStatus::kExists;
  }
  if (machine_->traits.made_bits != 0) key.bits = machine_->traits.made_bits;
  key.rsa = PooledRsa(key.bits, machine_->next_rsa_++);
  if (named) machine_->keys_[object.name] = object.key;
  return NCryptStatus::kOk;
}

NCryptStatus FakeNCrypt::FinalizeKey(NCryptHandle key, std::uint32_t flags) {
  return Run(Call::kFinalizeKey, {}, flags, [&] {
    std::lock_guard lock(machine_->mutex_);
    auto* found = machine_->Look(key);
    return found == nullptr || !found->is_key ? NCryptStatus::kInvalidHandle : Finish(*found);
  });
}

NCryptStatus FakeNCrypt::ExportPublicKey(NCryptHandle key, std::span<std::uint8_t> blob, std::size_t& size) {
  return Run(Call::kExportPublicKey, {}, 0, [&] {
    std::lock_guard lock(machine_->mutex_);
    const auto* found = machine_->Look(key);
    if (found == nullptr || !found->is_key || found->key->rsa == nullptr) return NCryptStatus::kInvalidHandle;
    return Give(PublicBlob(PublicHalf(found->key->rsa)), blob, size);
  });
}

NCryptStatus FakeNCrypt::SignHash(NCryptHandle key, SignaturePadding padding, DigestAlgorithm algorithm,
                                  ByteView digest, std::span<std::uint8_t> signature, std::size_t& size) {
  return Run(Call::kSignHash, {}, 0, [&] {
    RsaPointer rsa;
    {
      std::lock_guard lock(machine_->mutex_);
      const auto* found = machine_->Look(key);
      if (found == nullptr || !found->is_key) return NCryptStatus::kInvalidHandle;
      if (machine_->IsDead(*found->key)) return machine_->traits.dead_key;
      rsa = found->key->rsa;
    }
    if (rsa == nullptr || digest.size() != DigestSize(algorithm)) return NCryptStatus::kInvalidParameter;
    return Give(Sign(rsa, padding, algorithm, digest), signature, size);
  });
}

NCryptStatus FakeNCrypt::Free(NCryptHandle object) {
  std::string name;
  {
    std::lock_guard lock(machine_->mutex_);
    const auto* found = machine_->Look(object);
    if (found != nullptr) name = found->is_key ? found->name.second : found->name.first;
  }
  return Run(Call::kFree, name, 0, [&] {
    std::lock_guard lock(machine_->mutex_);
    if (machine_->objects_.erase(object) == 0) {
      ++machine_->strays_;
      return NCryptStatus::kInvalidHandle;
    }
    ++machine_->freed_;
    return NCryptStatus::kOk;
  });
}

NCryptSource SourceOf(std::shared_ptr<FakeNCrypt> ncrypt) {
  return [ncrypt = std::move(ncrypt)]() -> Result<std::shared_ptr<NCryptApi>> {
    return std::shared_ptr<NCryptApi>(ncrypt);
  };
}

}  // namespace msiv2::cng::fake
