// CacheScope::Engines: the engines of a scope.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "engine.h"
#include "model/process_mark.h"
#include "msiv2/cache_scope.h"

namespace msiv2 {

/// CacheScope::Engines finds the engine of a client, or creates it. Threads: all members may be called at the
/// same time.
class CacheScope::Engines {
 public:
  /// kMostKept is how many engines are kept that no client may use any more. A trust anchor file that keeps
  /// changing leads to ever new engines.
  static constexpr std::size_t kMostKept = 8;

  /// Get returns the engine for `options`, which must have a clock and an environment. If `shares` is false,
  /// it returns a new engine that no other client gets. Errors: those of Engine::Create, and
  /// `used_after_fork` in a child.
  Result<std::shared_ptr<Engine>> Get(const ClientOptions& options, bool shares);

  /// IsOfParent returns true in a child of the process that created this object.
  bool IsOfParent() const noexcept { return made_in_.IsOfParent(); }

  /// StopWork stops the renewals and the key creation of every engine that still exists.
  void StopWork();

 private:
  struct Entry {
    EngineKey key;
    std::weak_ptr<Engine> engine;
    std::shared_ptr<Engine> kept;  // only if this keeps no user-supplied object alive
    bool shares = true;            // false: listed only so that it can be stopped
  };

  std::shared_ptr<Engine> LetGoOfOne();

  const ProcessMark made_in_;
  std::mutex mutex_;
  std::vector<Entry> entries_;  // in the order in which they were last requested
};

}  // namespace msiv2
