// A key whose failed signatures are reported, on every leg.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "msiv2/key.h"

namespace msiv2 {

/// KeyReports collects the keys that failed to sign. Threads: all members may be called at the same time.
class KeyReports {
 public:
  void Report(std::shared_ptr<const SigningKey> key);
  /// Remove forgets the report about `key`.
  void Remove(const SigningKey& key);
  /// Reported returns the keys of the reports, each once.
  std::vector<std::shared_ptr<const SigningKey>> Reported() const;
  /// HasAny returns true if there is a report. It costs one atomic load.
  bool HasAny() const noexcept { return pending_.load(std::memory_order_acquire) != 0; }
  /// Count grows with each report. It costs one atomic load.
  std::uint64_t Count() const noexcept { return count_.load(std::memory_order_acquire); }

 private:
  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<const SigningKey>> keys_;
  std::atomic<std::size_t> pending_{0};  // the size of keys_, for readers without the lock
  std::atomic<std::uint64_t> count_{0};
};

/// Watch returns `key` with every signature that its keystore refuses reported to `reports`. A digest of
/// another size than its algorithm's, and a key of the parent process, are the caller's fault and not
/// reported.
std::shared_ptr<const SigningKey> Watch(std::shared_ptr<const SigningKey> key,
                                        std::shared_ptr<KeyReports> reports);

/// Unwatched returns the key behind Watch, or `key` itself.
const std::shared_ptr<const SigningKey>& Unwatched(const std::shared_ptr<const SigningKey>& key);

/// StillSigns makes one PSS-SHA256 signature with `key`, which shows whether it works.
bool StillSigns(const SigningKey& key);

}  // namespace msiv2
