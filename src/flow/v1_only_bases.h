// Which IMDS bases are known to offer MSI v1 only.
#pragma once

#include <mutex>
#include <set>
#include <string>

namespace msiv2::flow {

/// V1OnlyBases remembers the IMDS bases that answered getplatformmetadata with 404 to the end of the retries,
/// or to a probe. So a host without MSI v2 is found out once and not by three retries in each call. Nothing
/// is refused for it: each call still asks, and a base that answers step 1 after all is forgotten here.
///
/// Threads: all members may be called at the same time.
class V1OnlyBases {
 public:
  bool Contains(const std::string& base) const {
    std::lock_guard lock(mutex_);
    return bases_.contains(base);
  }
  void Remember(const std::string& base) {
    std::lock_guard lock(mutex_);
    bases_.insert(base);
  }
  void Forget(const std::string& base) {
    std::lock_guard lock(mutex_);
    bases_.erase(base);
  }

 private:
  mutable std::mutex mutex_;
  std::set<std::string> bases_;
};

}  // namespace msiv2::flow
