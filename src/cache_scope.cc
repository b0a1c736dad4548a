#include "msiv2/cache_scope.h"

#include <utility>

#include "builtin.h"
#include "engines.h"

namespace msiv2 {

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
  // What was made first ends last: the libraries must still be there when the engines are joined.
  static const std::shared_ptr<CacheScope> scope = [] {
    StartLibraries();
    return Private();
  }();
  return scope;
}

}  // namespace msiv2
