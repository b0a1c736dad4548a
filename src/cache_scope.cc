#include "msiv2/cache_scope.h"

#include <algorithm>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "base/own_module.h"
#include "builtin.h"
#include "engines.h"
#include "model/per_process.h"

namespace msiv2 {

/// CacheScope::OfProcess holds the scope of one process until the process exits.
///
/// In a Windows DLL the scope is left as it is at process exit. The system has already ended its threads, so
/// they cannot be joined.
///
/// A forked child has none of the threads of its parent's scope, and whatever was locked at the fork stays
/// locked. So the child leaves the parent's scope as it is, never touches it, and gets its own scope.
class CacheScope::OfProcess {
 public:
  // Objects that are created first are destroyed last: the libraries must exist when the threads are joined.
  OfProcess() {
    StayLoaded();
    StartLibraries();
  }
  OfProcess(const OfProcess&) = delete;
  OfProcess& operator=(const OfProcess&) = delete;
  ~OfProcess() {
    if (!ThreadsLiveAtExit()) return;
    Owned* const owned = owned_.IfMade();
    if (owned == nullptr) return;
    owned->scope->engines_->StopWork();  // a client that was never destroyed holds the scope
    owned->scope.reset();
    std::vector<std::weak_ptr<CacheScope>> others;
    {
      std::lock_guard lock(owned->mutex);
      others.swap(owned->others);
    }
    for (const auto& other : others) {  // without the lock, because this joins their threads
      if (const auto scope = other.lock()) scope->engines_->StopWork();
    }
  }

  static OfProcess& Only() {
    static OfProcess process;
    return process;
  }

  std::shared_ptr<CacheScope> Get() { return owned_.Get().scope; }

  // The work of a private scope must end with the process, too.
  std::shared_ptr<CacheScope> MakePrivate() {
    std::shared_ptr<CacheScope> made(new CacheScope());
    Owned& owned = owned_.Get();
    std::lock_guard lock(owned.mutex);
    std::erase_if(owned.others, [](const auto& other) { return other.expired(); });
    owned.others.push_back(made);
    return made;
  }

 private:
  struct Owned {
    std::shared_ptr<CacheScope> scope{new CacheScope()};
    std::mutex mutex{};  // guards the private scopes
    std::vector<std::weak_ptr<CacheScope>> others{};
  };

  PerProcess<Owned>& owned_ = *new PerProcess<Owned>();  // never freed: a client may outlive this object
};

Result<std::shared_ptr<Engine>> CacheScope::Engines::Get(const ClientOptions& options, bool shares) {
  if (IsOfParent()) return UsedAfterFork("the cache scope");
  EngineKey key = KeyOfEngine(options);
  std::shared_ptr<Engine> let_go;  // destroyed after the lock is released, because this joins its threads
  std::lock_guard lock(mutex_);
  std::erase_if(entries_, [](const Entry& entry) { return entry.engine.expired(); });
  const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) {
    return shares && entry.shares && entry.key == key;
  });
  if (found != entries_.end()) {
    if (auto engine = found->engine.lock()) {
      std::rotate(found, found + 1, entries_.end());  // now the last to be evicted
      return engine;
    }
  }
  auto engine = Engine::Create(options);
  if (!engine) return engine;
  entries_.push_back({std::move(key), *engine, shares && IsBuiltInOnly(options) ? *engine : nullptr, shares});
  let_go = LetGoOfOne();
  return engine;
}

/// LetGoOfOne releases the engine that was requested longest ago from the scope, and returns it. It returns
/// null if the scope does not keep too many. A released engine lives for as long as a client uses it. The
/// caller holds the lock.
std::shared_ptr<Engine> CacheScope::Engines::LetGoOfOne() {
  const auto is_kept = [](const Entry& entry) { return entry.kept != nullptr; };
  if (static_cast<std::size_t>(std::count_if(entries_.begin(), entries_.end(), is_kept)) <= kMostKept) {
    return nullptr;
  }
  return std::exchange(std::find_if(entries_.begin(), entries_.end(), is_kept)->kept, nullptr);
}

void CacheScope::Engines::StopWork() {
  std::vector<std::shared_ptr<Engine>> living;
  {
    std::lock_guard lock(mutex_);
    for (const Entry& entry : entries_) {
      if (auto engine = entry.engine.lock()) living.push_back(std::move(engine));
    }
  }
  for (const auto& engine : living) engine->StopWork();
}

// The destructor of an engine joins threads and closes connections. In a child, these belong to the parent.
void CacheScope::Free::operator()(Engines* engines) const noexcept {
  if (engines->IsOfParent()) return LeaveBehind(engines);
  delete engines;
}

CacheScope::CacheScope() : engines_(new Engines()) {}
CacheScope::~CacheScope() = default;

std::shared_ptr<CacheScope> CacheScope::Private() { return OfProcess::Only().MakePrivate(); }

std::shared_ptr<CacheScope> CacheScope::Process() { return OfProcess::Only().Get(); }

}  // namespace msiv2
