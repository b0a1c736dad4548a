// A system certificate store in memory.
#pragma once

#include <algorithm>
#include <iterator>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "cache/windows_cert_store/raw_certificate_store.h"

namespace msiv2::cache::testing {

/// FakeRawStore behaves like a user's store. Entries are identified by their DER. Several stores over the
/// same object behave like several processes. Threads: all members may be called at the same time.
class FakeRawStore final : public RawCertificateStore {
 public:
  Result<std::vector<RawCertificate>, StoreFailure> List(std::string_view name_prefix) override {
    const std::lock_guard lock(mutex_);
    if (refuses_) return StoreFailure{"list", 5};
    std::vector<RawCertificate> found;
    std::copy_if(entries_.begin(), entries_.end(), std::back_inserter(found),
                 [&](const RawCertificate& entry) { return entry.friendly_name.starts_with(name_prefix); });
    return found;
  }

  Result<void, StoreFailure> Add(const RawCertificate& entry) override {
    const std::lock_guard lock(mutex_);
    if (refuses_ || Find(entry.der) != entries_.end()) return StoreFailure{"add", 5};
    entries_.push_back(entry);
    return {};
  }

  Result<void, StoreFailure> Remove(const Bytes& der) override {
    const std::lock_guard lock(mutex_);
    if (refuses_) return StoreFailure{"remove", 5};
    if (const auto found = Find(der); found != entries_.end()) entries_.erase(found);
    return {};
  }

  /// Refuse makes all operations fail, or work again.
  void Refuse(bool refuses) {
    const std::lock_guard lock(mutex_);
    refuses_ = refuses;
  }

  /// Entries returns the entries of the store.
  std::vector<RawCertificate> Entries() const {
    const std::lock_guard lock(mutex_);
    return entries_;
  }

  /// Has returns true if the certificate is in the store.
  bool Has(const Bytes& der) {
    const std::lock_guard lock(mutex_);
    return Find(der) != entries_.end();
  }

 private:
  std::vector<RawCertificate>::iterator Find(const Bytes& der) {
    return std::find_if(entries_.begin(), entries_.end(),
                        [&](const RawCertificate& entry) { return entry.der == der; });
  }

  mutable std::mutex mutex_;
  std::vector<RawCertificate> entries_;
  bool refuses_ = false;
};

}  // namespace msiv2::cache::testing
