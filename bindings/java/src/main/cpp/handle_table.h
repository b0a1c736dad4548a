// What Java holds in place of pointers: numbers and tokens that are looked up, never dereferenced.
#ifndef MSIV2_JAVA_HANDLE_TABLE_H_
#define MSIV2_JAVA_HANDLE_TABLE_H_

#include <jni.h>

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <utility>

namespace msiv2_jni {

/// HandleTable keeps handles of the C interface by number. A number is given once and never again, so one
/// that is closed, forged or of another type finds nothing. What is found stays alive while it is used,
/// whoever closes it meanwhile.
///
/// Threads: all members may be called at the same time.
class HandleTable {
 public:
  /// Add keeps `handle` and returns its number. `free` is called when it was removed and nobody uses it, and
  /// before Add throws for want of memory: in any case `handle` is the caller's no more.
  template <typename Handle>
  jlong Add(Handle* handle, void (*free)(Handle*)) {
    std::shared_ptr<void> owned(handle, [free](void* pointer) { free(static_cast<Handle*>(pointer)); });
    const std::lock_guard lock(mutex_);
    handles_.emplace(++last_, Entry{&kTypeOf<Handle>, std::move(owned)});
    return last_;
  }

  /// Find returns the handle of `number`, or null.
  template <typename Handle>
  std::shared_ptr<Handle> Find(jlong number) const {
    const std::lock_guard lock(mutex_);
    const auto entry = handles_.find(number);
    if (entry == handles_.end() || entry->second.type != &kTypeOf<Handle>) return nullptr;
    return std::static_pointer_cast<Handle>(entry->second.handle);
  }

  /// Claim makes what was added as a `From` a `To`, with another number, so that the old one finds nothing; 0
  /// where there is no such `From`. Both are names of one type.
  template <typename From, typename To>
  jlong Claim(jlong number) {
    const std::lock_guard lock(mutex_);
    const auto entry = handles_.find(number);
    if (entry == handles_.end() || entry->second.type != &kTypeOf<From>) return 0;
    auto node = handles_.extract(entry);
    node.key() = ++last_;
    node.mapped().type = &kTypeOf<To>;
    handles_.insert(std::move(node));
    return last_;
  }

  /// Remove forgets `number`; true where it was there. Freeing may wait for calls to end, outside the lock.
  bool Remove(jlong number);

  /// size returns how many are kept.
  std::size_t size() const;

 private:
  template <typename Handle>
  static inline char kTypeOf = 0;  // not constant: a linker may make equal constants one
  struct Entry {
    const char* type;
    std::shared_ptr<void> handle;
  };

  mutable std::mutex mutex_;
  std::map<jlong, Entry> handles_;
  jlong last_ = 0;
};

/// Handles is the one of this process. It is never destroyed: threads of the JVM may outlive statics.
HandleTable& Handles();

/// KeyToken is what Java has of a key: 16 random bytes.
using KeyToken = std::array<jbyte, 16>;

/// KeyTable finds the number of a key by its token. Threads: as HandleTable.
class KeyTable {
 public:
  /// Add makes a token for the key with this number.
  KeyToken Add(jlong number);
  /// Find returns the number, or 0 for a token that is none of ours or was released.
  jlong Find(const KeyToken& token) const;
  /// Remove forgets the token and returns its number, or 0.
  jlong Remove(const KeyToken& token);

 private:
  mutable std::mutex mutex_;
  std::map<KeyToken, jlong> keys_;
};

/// Keys is the one of this process, never destroyed.
KeyTable& Keys();

}  // namespace msiv2_jni

#endif  // MSIV2_JAVA_HANDLE_TABLE_H_
