#include "msiv2/cache_scope.h"

#include <unistd.h>

#include <atomic>
#include <utility>

#include "builtin.h"
#include "engines.h"

namespace msiv2 {
namespace {

/// ProcessScope is the scope of one process, and ends with it.
///
/// A forked child has none of the threads of its parent's scope, and whatever was locked at the fork stays
/// locked: there the parent's scope is left as it is, never touched, and the child gets one of its own.
class ProcessScope {
 public:
  // What is made first ends last: the libraries must be there when the threads are joined.
  ProcessScope() { StartLibraries(); }
  ProcessScope(const ProcessScope&) = delete;
  ProcessScope& operator=(const ProcessScope&) = delete;
  ~ProcessScope() {
    Owned* const owned = owned_.load();
    if (owned != nullptr && owned->process == getpid()) owned->scope.reset();
  }

  std::shared_ptr<CacheScope> Get() {
    Owned* owned = owned_.load();
    while (owned == nullptr || owned->process != getpid()) {
      auto* const made = new Owned{getpid(), CacheScope::Private(), owned};
      if (owned_.compare_exchange_strong(owned, made)) return made->scope;
      delete made;  // another thread was first
    }
    return owned->scope;
  }

 private:
  struct Owned {
    pid_t process;
    std::shared_ptr<CacheScope> scope;
    Owned* left_behind;  // of the parent: kept in sight, so that it is no leak
  };
  std::atomic<Owned*> owned_{nullptr};  // never freed, so that a child can leave its parent's
};

}  // namespace

Result<std::shared_ptr<Engine>> CacheScope::Engines::Get(const ClientOptions& options, bool shares) {
  if (!shares) return Engine::Create(options);
  EngineKey key = KeyOfEngine(options);
  std::lock_guard lock(mutex_);
  std::erase_if(entries_, [](const Entry& entry) { return entry.engine.expired(); });
  for (const Entry& entry : entries_) {
    if (entry.key != key) continue;
    if (auto engine = entry.engine.lock()) return engine;
  }
  auto engine = Engine::Create(options);
  if (!engine) return engine;
  entries_.push_back({std::move(key), *engine, IsBuiltInOnly(options) ? *engine : nullptr});
  return engine;
}

CacheScope::CacheScope() : engines_(std::make_unique<Engines>()) {}
CacheScope::~CacheScope() = default;

std::shared_ptr<CacheScope> CacheScope::Private() { return std::shared_ptr<CacheScope>(new CacheScope()); }

std::shared_ptr<CacheScope> CacheScope::Process() {
  static ProcessScope process;
  return process.Get();
}

}  // namespace msiv2
