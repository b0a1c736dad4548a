// CacheScope: which clients share state.
#pragma once

#include <memory>

#include "msiv2/cxx20.h"

namespace msiv2 {

/// CacheScope holds the state that clients share: the binding key, certificates, tokens, connections, and
/// background renewal. Two clients for one identity therefore mint one certificate, and a new client finds
/// the tokens of an earlier one.
///
/// Clients share state only if they have the same trust anchors, key providers, attestor, attestation
/// timeout, certificate store, HTTP transport and clock. Otherwise a client could receive what was obtained
/// under another client's trust. Within shared state, the cache keys separate IMDS bases, identities,
/// attestation modes and allow-lists. A client with its own environment (ClientOptions::environment) shares
/// with no other client.
///
/// Shared state lives as long as the last client that uses it. If all ports are built in, the scope also
/// keeps it, until eight more recently used configurations replace it. Threads: all members may be called at
/// the same time. Fork: a client of a child cannot use a scope of the parent (`used_after_fork`).
class CacheScope {
 public:
  /// Process returns the scope of the whole process, which clients use unless their options name another. The
  /// scope ends with the process: renewals and key creation are then cancelled and joined, including those of
  /// clients that still exist. In a Windows DLL they are not joined, because Windows has already ended the
  /// threads. Such a DLL cannot be unloaded once it has created the scope. A forked child has its own scope.
  static std::shared_ptr<CacheScope> Process();

  /// Private returns a new scope, for a client that shares with no other client, or only with clients given
  /// the same scope. Its renewals end with the process, like those of Process.
  static std::shared_ptr<CacheScope> Private();

  class Registry;  // internal

  CacheScope(const CacheScope&) = delete;
  CacheScope& operator=(const CacheScope&) = delete;
  ~CacheScope();

 private:
  class OfProcess;
  struct Free {  // leaves the state of a parent process as it is
    void operator()(Registry* registry) const noexcept;
  };
  CacheScope();
  std::unique_ptr<Registry, Free> registry_;
};

}  // namespace msiv2
