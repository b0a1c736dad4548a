#include "msiv2/cache_scope.h"

#include <memory>
#include <mutex>
#include <vector>

#include "base/own_module.h"
#include "builtin.h"
#include "cache_scope_registry.h"
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
    owned->scope->registry_->StopWork();  // a client that was never destroyed holds the scope
    owned->scope.reset();
    std::vector<std::weak_ptr<CacheScope>> others;
    {
      std::lock_guard lock(owned->mutex);
      others.swap(owned->others);
    }
    for (const auto& other : others) {  // without the lock, because this joins their threads
      if (const auto scope = other.lock()) scope->registry_->StopWork();
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

// The destructor of a shared state joins threads and closes connections. In a child, these belong to the
// parent.
void CacheScope::Free::operator()(Registry* registry) const noexcept {
  if (registry->IsOfParent()) return LeaveBehind(registry);
  delete registry;
}

CacheScope::CacheScope() : registry_(new Registry()) {}
CacheScope::~CacheScope() = default;

std::shared_ptr<CacheScope> CacheScope::Private() { return OfProcess::Only().MakePrivate(); }

std::shared_ptr<CacheScope> CacheScope::Process() { return OfProcess::Only().Get(); }

}  // namespace msiv2
