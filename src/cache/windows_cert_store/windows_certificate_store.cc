#include "cache/windows_cert_store/windows_certificate_store.h"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/foreign_time.h"
#include "base/url.h"
#include "cache/windows_cert_store/friendly_name.h"
#include "cache/windows_cert_store/mint_locks.h"
#include "cache/windows_cert_store/stored_entry.h"
#include "x509/certificate_parse.h"
#include "x509/thumbprint.h"

namespace msiv2::cache {
namespace {

using Entries = std::vector<StoredEntry>;

constexpr std::chrono::milliseconds kLockTimeout{300};
constexpr char kLockPrefix[] = "MSAL_MI_P_";

bool IsLocal(const std::string& token_endpoint) {
  const auto url = ParseUrl(token_endpoint);
  return url && (IsIpLiteral(url->origin.host) || IsLoopbackHost(url->origin.host));
}

class SharedStore final : public CertificateStore {
 public:
  explicit SharedStore(WindowsStoreParts parts) : parts_(std::move(parts)), mint_locks_(*parts_.locks) {}

  std::vector<StoredCertificate> Load(std::string_view alias) override {
    const std::string name(TrimBlank(alias));
    Entries entries = Read(name);
    if (AnyGivenUp(entries)) DropGone(name, entries, Wait::kNo);
    const auto now = parts_.clock->Now();
    std::erase_if(entries, [&](const auto& entry) { return IsGone(entry, now); });
    std::stable_sort(entries.begin(), entries.end(),
                     [](const auto& a, const auto& b) { return a.not_after > b.not_after; });
    std::vector<StoredCertificate> certificates;
    for (StoredEntry& entry : entries) certificates.push_back(std::move(entry.stored));
    return certificates;
  }

  void Save(std::string_view alias, const StoredCertificate& certificate) override {
    const std::string name(TrimBlank(alias));
    const auto fresh = ReadEntry(certificate);
    if (!fresh || !MayKeep(*fresh)) return;
    const std::string endpoint = JoinEndpoint(certificate.token_endpoint, certificate.tenant_id);
    const auto friendly_name = EncodeFriendlyName(name, endpoint);
    // An entry that cannot be read back must not be written.
    if (!friendly_name || !SplitEndpoint(endpoint)) return;
    if (IsKept(Read(name), *fresh)) return;  // the case after every restore; it needs no lock

    const auto lock = Lock(name, Wait::kYes);
    if (lock.grant() == windows::LockGrant::kBusy) return;
    const Entries entries = Read(name);  // during the wait, others may have written, or given this one up
    if (MayKeep(*fresh) && !IsKept(entries, *fresh)) {
      // Best effort: if this fails, the next process mints a certificate again.
      static_cast<void>(parts_.raw->Add({certificate.leaf_der, *friendly_name, certificate.container}));
    }
    DropUnderLock(entries);
  }

  void Remove(std::string_view alias, const std::vector<std::uint8_t>& leaf_der) override {
    const std::string name(TrimBlank(alias));
    const auto certificate = x509::ParseCertificate(leaf_der);
    if (!certificate) return;  // Load would not return it either
    parts_.tombstones->Add(x509::X5tS256(leaf_der), ClampForeignTime(certificate->not_after),
                           parts_.clock->Now());
    const Entries entries = Read(name);
    if (AnyGivenUp(entries)) DropGone(name, entries, Wait::kYes);
  }

  std::unique_ptr<MintLock> LockMint(std::string_view alias, const KeyContainer& container,
                                     const CallContext& call) override {
    // A certificate for another key is not stored, so no process waits for it.
    return IsKnownContainer(container) ? mint_locks_.Take(TrimBlank(alias), call) : nullptr;
  }

 private:
  enum class Wait { kNo, kYes };

  Entries Read(const std::string& alias) const {
    auto raw = parts_.raw->List(kNamePrefix);
    return raw ? EntriesOf(alias, *std::move(raw)) : Entries();
  }

  bool IsGivenUp(const StoredEntry& entry) const { return parts_.tombstones->Contains(entry.thumbprint); }

  bool IsGone(const StoredEntry& entry, Tombstones::TimePoint now) const {
    return entry.not_after <= now || IsGivenUp(entry);
  }

  bool AnyGivenUp(const Entries& entries) const {
    return std::any_of(entries.begin(), entries.end(), [&](const auto& entry) { return IsGivenUp(entry); });
  }

  bool MayKeep(const StoredEntry& fresh) const {
    const bool is_for_this_host = parts_.keeps_local_endpoints || !IsLocal(fresh.stored.token_endpoint);
    return is_for_this_host && !IsGone(fresh, parts_.clock->Now());
  }

  // Returns true if writing `fresh` would gain nothing. An entry that was given up does not count, or it
  // would keep its own replacement out (G-04).
  bool IsKept(const Entries& entries, const StoredEntry& fresh) const {
    const auto now = parts_.clock->Now();
    return std::any_of(entries.begin(), entries.end(),
                       [&](const auto& kept) { return !IsGivenUp(kept) && ServesAsWell(kept, fresh, now); });
  }

  // A lock that was busy at the last attempt is tried without waiting.
  windows::NamedLock Lock(const std::string& alias, Wait wait) {
    const auto timeout = wait == Wait::kYes && !WasBusy(alias) ? kLockTimeout : std::chrono::milliseconds(0);
    auto lock = parts_.locks->Take(windows::LockName(kLockPrefix, alias), timeout);
    const std::lock_guard guard(mutex_);
    if (lock.grant() == windows::LockGrant::kBusy) {
      busy_.insert(alias);
    } else {
      busy_.erase(alias);
    }
    return lock;
  }

  bool WasBusy(const std::string& alias) const {
    const std::lock_guard guard(mutex_);
    return busy_.contains(alias);
  }

  void DropGone(const std::string& alias, const Entries& entries, Wait wait) {
    const auto lock = Lock(alias, wait);
    if (lock.grant() != windows::LockGrant::kBusy) DropUnderLock(entries);
  }

  // Drops expired and given-up entries, one by one. It touches no other alias, and no entry that is not ours.
  void DropUnderLock(const Entries& entries) {
    const auto now = parts_.clock->Now();
    for (const StoredEntry& entry : entries) {
      if (IsGone(entry, now)) static_cast<void>(parts_.raw->Remove(entry.stored.leaf_der));
    }
  }

  const WindowsStoreParts parts_;
  MintLocks mint_locks_;
  mutable std::mutex mutex_;
  std::set<std::string> busy_;  // aliases whose lock another process held at the last attempt
};

}  // namespace

std::shared_ptr<CertificateStore> MakeWindowsCertificateStore(WindowsStoreParts parts) {
  return std::make_shared<SharedStore>(std::move(parts));
}

}  // namespace msiv2::cache
