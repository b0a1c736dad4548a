// What Java holds in place of pointers: numbers and tokens that are looked up and never dereferenced.
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

/// HandleTable stores handles of the C interface by number. A number is never reused: a number that is
/// closed, forged or of another type finds nothing. A handle that was found stays alive while it is used,
/// even if another thread closes it meanwhile.
///
/// Threads: all members may be called at the same time.
class HandleTable {
 public:
  /// Add stores `handle` and returns its number. It calls `free` when the handle was removed and is no longer
  /// used. It also calls `free` before it throws for lack of memory: in every case Add takes ownership of
  /// `handle`.
  template <typename Handle>
  jlong Add(Handle* handle, void (*free)(Handle*)) {
    return Add(std::shared_ptr<Handle>(handle, free));
  }

  /// Add stores a handle that has an owner already, and returns its number.
  template <typename Handle>
  jlong Add(std::shared_ptr<Handle> handle) {
    const std::lock_guard lock(mutex_);
    handles_.emplace(++last_, Entry{&kTypeOf<Handle>, std::move(handle)});
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

  /// Claim turns a handle that was added as a `From` into a `To` and returns its new number. The old number
  /// finds nothing from then on. Returns 0 if there is no such `From`. Both are names of one type.
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

  /// Remove forgets `number`; returns true if it was there. Freeing may wait for calls to end, outside the
  /// lock.
  bool Remove(jlong number);

  /// size returns how many handles are stored.
  std::size_t size() const;

 private:
  template <typename Handle>
  static inline char kTypeOf = 0;  // not constant: a linker may merge equal constants
  struct Entry {
    const char* type;
    std::shared_ptr<void> handle;
  };

  mutable std::mutex mutex_;
  std::map<jlong, Entry> handles_;
  jlong last_ = 0;
};

/// Handles returns the table of this process. It is never destroyed: threads of the JVM may outlive statics.
HandleTable& Handles();

/// KeyToken is what Java holds in place of a key: 16 random bytes.
using KeyToken = std::array<jbyte, 16>;

/// KeyTable finds the number of a key by its token. Threads: as HandleTable.
class KeyTable {
 public:
  /// Add creates a token for the key with this number.
  KeyToken Add(jlong number);
  /// Find returns the number, or 0 for a token that is not ours or was released.
  jlong Find(const KeyToken& token) const;
  /// Remove forgets the token and returns its number, or 0.
  jlong Remove(const KeyToken& token);

 private:
  mutable std::mutex mutex_;
  std::map<KeyToken, jlong> keys_;
};

/// Keys returns the table of this process, which is never destroyed.
KeyTable& Keys();

}  // namespace msiv2_jni

#endif  // MSIV2_JAVA_HANDLE_TABLE_H_
