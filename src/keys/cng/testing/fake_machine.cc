#include "keys/cng/testing/fake_machine.h"

namespace msiv2::cng::fake {

std::shared_ptr<StoredKey> FakeMachine::Plant(std::string_view keystore, std::string_view name,
                                              StoredKey key) {
  std::lock_guard lock(mutex_);
  key.rsa = PooledRsa(key.bits, next_rsa_++);
  key.boot = boot_;
  auto planted = std::make_shared<StoredKey>(std::move(key));
  keys_[{std::string(keystore), std::string(name)}] = planted;
  return planted;
}

std::shared_ptr<StoredKey> FakeMachine::Find(std::string_view keystore, std::string_view name) const {
  std::lock_guard lock(mutex_);
  const auto found = keys_.find({std::string(keystore), std::string(name)});
  return found == keys_.end() ? nullptr : found->second;
}

void FakeMachine::Kill(const RsaPublicKey& public_key) {
  std::lock_guard lock(mutex_);
  for (const auto& [name, key] : keys_) {
    if (PublicHalf(key->rsa) == public_key) key->dead = true;
  }
}

void FakeMachine::Reboot() {
  std::lock_guard lock(mutex_);
  ++boot_;
}

int FakeMachine::Given() const {
  std::lock_guard lock(mutex_);
  return given_;
}

int FakeMachine::Freed() const {
  std::lock_guard lock(mutex_);
  return freed_;
}

int FakeMachine::Strays() const {
  std::lock_guard lock(mutex_);
  return strays_;
}

bool FakeMachine::IsDead(const StoredKey& key) const {
  return key.dead || (key.per_boot && key.boot != boot_);
}

NCryptHandle FakeMachine::Give(Object object) {
  ++given_;
  objects_.emplace(next_handle_, std::move(object));
  return next_handle_++;
}

FakeMachine::Object* FakeMachine::Look(NCryptHandle handle) {
  const auto found = objects_.find(handle);
  return found == objects_.end() ? nullptr : &found->second;
}

}  // namespace msiv2::cng::fake
