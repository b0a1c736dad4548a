#include "keys/memory/key_registry.h"

#include <pthread.h>

#include <mutex>
#include <vector>

#include "keys/memory/rsa_in_memory.h"

namespace msiv2::keys_memory {
namespace {

struct Registry {
  std::mutex mutex;
  std::vector<rsa_st*> keys;
};

// The thread that forks holds the lock during the fork, so no other thread is half-way through a change. The
// child has a copy of that thread only, which can unlock the lock.
Registry& TheRegistry();
extern "C" void LockRegistry() { TheRegistry().mutex.lock(); }
extern "C" void UnlockRegistry() { TheRegistry().mutex.unlock(); }
extern "C" void WipeRegistered() {
  Registry& registry = TheRegistry();
  for (rsa_st* const rsa : registry.keys) WipePrivateWords(rsa);
  registry.keys.clear();  // frees nothing
  registry.mutex.unlock();
}

Registry& TheRegistry() {
  // Never freed: keys of static objects may be destroyed later than the registry would be.
  static auto& registry = *[] {
    auto* const made = new Registry;
    pthread_atfork(LockRegistry, UnlockRegistry, WipeRegistered);
    return made;
  }();
  return registry;
}

// Before main: handlers that are registered during a fork do not run for that fork.
[[maybe_unused]] const Registry& made_before_main = TheRegistry();

}  // namespace

void WipeInChildren(rsa_st* rsa) {
  Registry& registry = TheRegistry();
  std::lock_guard lock(registry.mutex);
  registry.keys.push_back(rsa);
}

void FreeRegistered(rsa_st* rsa) noexcept {
  Registry& registry = TheRegistry();
  std::lock_guard lock(registry.mutex);
  std::erase(registry.keys, rsa);
  FreeKey(rsa);
}

}  // namespace msiv2::keys_memory
