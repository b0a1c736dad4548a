// CacheScope::Engines: the engines of a scope.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "engine.h"
#include "model/process_mark.h"
#include "msiv2/cache_scope.h"

namespace msiv2 {

/// CacheScope::Engines finds the engine of a client, or makes it. Threads: all members may be called at the
/// same time.
class CacheScope::Engines {
 public:
  /// kMostKept is how many engines are kept that no client may use any more. A trust anchor file that keeps
  /// changing makes ever new ones.
  static constexpr std::size_t kMostKept = 8;

  /// Get returns the engine for `options`, which need a clock and an environment. `shares` false: a new one
  /// that no other client gets. Errors: those of Engine::Create, and `used_after_fork` in a child.
  Result<std::shared_ptr<Engine>> Get(const ClientOptions& options, bool shares);

  /// IsOfParent returns true in a child of the process that made them.
  bool IsOfParent() const noexcept { return made_in_.IsOfParent(); }

  /// StopWork ends renewals and the creation of keys of every engine that lives.
  void StopWork();

 private:
  struct Entry {
    EngineKey key;
    std::weak_ptr<Engine> engine;
    std::shared_ptr<Engine> kept;  // where nothing of the user's is kept alive by it
    bool shares = true;            // false: here only to be stopped
  };

  std::shared_ptr<Engine> LetGoOfOne();

  const ProcessMark made_in_;
  std::mutex mutex_;
  std::vector<Entry> entries_;  // in the order in which they were last asked for
};

}  // namespace msiv2
