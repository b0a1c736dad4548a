#include "cache/windows_cert_store/mint_locks.h"

#include <algorithm>
#include <utility>

#include "msiv2/clock.h"

namespace msiv2::cache {
namespace {

using std::chrono::milliseconds;

constexpr char kMintPrefix[] = "MSIV2_MINT_";
constexpr milliseconds kMintTimeout{10000};

class HeldLock final : public MintLock {
 public:
  explicit HeldLock(windows::NamedLock lock) : lock_(std::move(lock)) {}

 private:
  const windows::NamedLock lock_;
};

milliseconds TimeoutFor(const CallContext& call) {
  const auto left = call.deadline - call.clock->MonotonicNow();
  return std::clamp(std::chrono::duration_cast<milliseconds>(left) / 2, milliseconds(0), kMintTimeout);
}

}  // namespace

std::unique_ptr<MintLock> MintLocks::Take(std::string_view alias, const CallContext& call) {
  const std::string name = windows::LockName(kMintPrefix, alias);
  const milliseconds timeout = IsStuck(name) ? milliseconds(0) : TimeoutFor(call);
  windows::NamedLock lock = locks_.Take(name, timeout, call.cancellation);
  {
    const std::lock_guard guard(mutex_);
    const bool is_busy = lock.grant() == windows::LockGrant::kBusy;
    if (is_busy && timeout == kMintTimeout && !call.cancellation.IsCanceled()) stuck_.insert(name);
    if (!is_busy) stuck_.erase(name);
  }
  return std::make_unique<HeldLock>(std::move(lock));
}

bool MintLocks::IsStuck(const std::string& name) const {
  const std::lock_guard guard(mutex_);
  return stuck_.contains(name);
}

}  // namespace msiv2::cache
