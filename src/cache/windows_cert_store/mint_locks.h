// The lock under which one of the processes that share the certificate store mints.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

#include "msiv2/call.h"
#include "msiv2/certificate_store.h"
#include "windows/named_lock.h"

namespace msiv2::cache {

/// MintLocks takes the locks `MSIV2_MINT_<h>`, where `<h>` is the digest of the alias (windows::LockName).
///
/// Threads: all members may be called at the same time. `locks` must outlive it.
class MintLocks {
 public:
  explicit MintLocks(windows::NamedLocks& locks) : locks_(locks) {}

  /// Take waits for the lock of `alias`, for 10 s at most. It leaves half of the time of `call` for the mint,
  /// and ends with its cancellation. It never returns null. If the lock is busy or cannot be created, the
  /// result is empty: it releases nothing.
  ///
  /// A lock that was still busy after 10 s is tried without a wait from then on, until it is free once. So a
  /// process that is stuck delays another one only once.
  std::unique_ptr<MintLock> Take(std::string_view alias, const CallContext& call);

 private:
  bool IsStuck(const std::string& name) const;

  windows::NamedLocks& locks_;
  mutable std::mutex mutex_;
  std::set<std::string> stuck_;  // names of the locks that were busy for all of the 10 s
};

}  // namespace msiv2::cache
