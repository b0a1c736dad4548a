// CacheScope::Engines: the engines of a scope.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "engine.h"
#include "msiv2/cache_scope.h"

namespace msiv2 {

/// CacheScope::Engines finds the engine of a client, or makes it. Threads: all members may be called at the
/// same time.
class CacheScope::Engines {
 public:
  /// Get returns the engine for `options`, which need a clock and an environment. `shares` false: a new one
  /// that no other client gets. Errors: those of Engine::Create.
  Result<std::shared_ptr<Engine>> Get(const ClientOptions& options, bool shares);

 private:
  struct Entry {
    EngineKey key;
    std::weak_ptr<Engine> engine;
    std::shared_ptr<Engine> kept;  // where nothing of the user's is kept alive by it
  };

  std::mutex mutex_;
  std::vector<Entry> entries_;
};

}  // namespace msiv2
