#include "msiv2/cache_scope.h"

#include <unistd.h>

#include <utility>

#include "builtin.h"
#include "engines.h"

namespace msiv2 {
namespace {

/// ProcessScope ends its scope with the process that made it. A forked child has none of the scope's threads,
/// and waiting for them would never end: there the scope is left as it is.
class ProcessScope {
 public:
  ProcessScope() : scope_(new std::shared_ptr<CacheScope>()) {
    StartLibraries();  // what is made first ends last: the libraries must be there when the threads are
                       // joined
    *scope_ = CacheScope::Private();
  }
  ProcessScope(const ProcessScope&) = delete;
  ProcessScope& operator=(const ProcessScope&) = delete;
  ~ProcessScope() {
    if (owner_ == getpid()) scope_->reset();
  }

  const std::shared_ptr<CacheScope>& scope() const noexcept { return *scope_; }

 private:
  const pid_t owner_ = getpid();
  std::shared_ptr<CacheScope>* const scope_;  // never freed, so that a child can leave it
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
  static const ProcessScope process;
  return process.scope();
}

}  // namespace msiv2
