// CacheScope: which clients share what they hold.
#pragma once

#include <memory>

namespace msiv2 {

/// CacheScope holds what clients share: the binding key, certificates, tokens, connections, and the renewal
/// in the background. So two clients for one identity do one mint, and a client that is made anew finds the
/// tokens of the one before.
///
/// Clients share only where nothing tells them apart that could let one be served what is not meant for it:
/// the same trust anchors, key providers, attestor, certificate store, HTTP transport and clock; and within
/// that, by the keys of the caches, the same IMDS base, identity, attestation mode and allow-list. A client
/// with an environment of its own (ClientOptions::environment) shares with none.
///
/// What is shared lives as long as the last client that uses it. With built-in ports alone it lives as long
/// as the scope, or until eight others have been asked for since. Threads: all members may be called
/// at the same time. Fork: a scope of the parent serves no client of a child (`used_after_fork`).
class CacheScope {
 public:
  /// Process returns the scope of the whole process, which clients use unless their options name another. It
  /// ends when the process does: renewals and the creation of keys are cancelled and joined then, also those
  /// of a client which still lives. In a Windows DLL they are not, for Windows has ended the threads by then;
  /// nor can such a DLL be unloaded once it has made the scope. A forked child has a scope of its own.
  static std::shared_ptr<CacheScope> Process();

  /// Private returns a new scope, for a client that is to share with none or with those given the same scope.
  /// Its renewals end with the process, as those of Process.
  static std::shared_ptr<CacheScope> Private();

  CacheScope(const CacheScope&) = delete;
  CacheScope& operator=(const CacheScope&) = delete;
  ~CacheScope();

 private:
  friend class ManagedIdentityClient;
  class Engines;
  class OfProcess;
  struct Free {  // leaves those of a parent process as they are
    void operator()(Engines* engines) const noexcept;
  };
  CacheScope();
  std::unique_ptr<Engines, Free> engines_;
};

}  // namespace msiv2
