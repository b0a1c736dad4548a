#include "bindings/java/src/main/cpp/handle_table.h"

#include <random>

namespace msiv2_jni {

bool HandleTable::Remove(jlong number) {
  std::shared_ptr<void> removed;
  const std::lock_guard lock(mutex_);
  const auto entry = handles_.find(number);
  if (entry == handles_.end()) return false;
  removed = std::move(entry->second.handle);  // freed after the lock, which is destroyed first
  handles_.erase(entry);
  return true;
}

std::size_t HandleTable::size() const {
  const std::lock_guard lock(mutex_);
  return handles_.size();
}

HandleTable& Handles() {
  static auto* const table = new HandleTable();
  return *table;
}

KeyToken KeyTable::Add(jlong number) {
  std::random_device random;  // of the processor or the operating system: cannot be guessed
  KeyToken token{};
  for (jbyte& byte : token) byte = static_cast<jbyte>(random() & 0xFF);
  const std::lock_guard lock(mutex_);
  keys_.emplace(token, number);
  return token;
}

jlong KeyTable::Find(const KeyToken& token) const {
  const std::lock_guard lock(mutex_);
  const auto key = keys_.find(token);
  return key == keys_.end() ? 0 : key->second;
}

jlong KeyTable::Remove(const KeyToken& token) {
  const std::lock_guard lock(mutex_);
  const auto key = keys_.find(token);
  if (key == keys_.end()) return 0;
  const jlong number = key->second;
  keys_.erase(key);
  return number;
}

KeyTable& Keys() {
  static auto* const table = new KeyTable();
  return *table;
}

}  // namespace msiv2_jni
