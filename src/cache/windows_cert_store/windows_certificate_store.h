// The certificate store that the sibling libraries share, on top of the system's store of the user.
#pragma once

#include <memory>

#include "cache/windows_cert_store/raw_certificate_store.h"
#include "cache/windows_cert_store/tombstones.h"
#include "msiv2/certificate_store.h"
#include "msiv2/clock.h"
#include "windows/named_lock.h"

namespace msiv2::cache {

/// WindowsStoreParts holds the objects that the store uses. None of them may be null.
struct WindowsStoreParts {
  std::shared_ptr<RawCertificateStore> raw;
  std::shared_ptr<Clock> clock;
  std::shared_ptr<Tombstones> tombstones;  ///< one for all stores of a process
  windows::NamedLocks* locks;              ///< outlives the store
  /// Keep certificates for a token endpoint that is an IP address or localhost. Emulators name such
  /// endpoints, and the sibling libraries would take these certificates for this host's own.
  bool keeps_local_endpoints = false;
};

/// MakeWindowsCertificateStore returns a store with the format and the locks of the sibling libraries. All
/// policy is here, and none in the RawCertificateStore:
///
/// - Only certificates whose key is persisted in a known container (IsKnownContainer) are written, read or
///   removed. Everything else in the user's store is left alone.
/// - Load returns every unexpired certificate of the alias, newest first. The reader decides how much life
///   a certificate must have left. This library wants more than five minutes, the sibling libraries want 24
///   hours.
/// - Save writes a certificate unless an entry that ServesAsWell exists. It also drops the expired
///   certificates of the alias. A certificate that was removed in this process is never written again.
/// - Remove drops exactly one certificate and leaves a tombstone. The entry may stay because it cannot be
///   dropped, or return because another process writes it again. It is then not loaded and does not count for
///   Save, and every later call for the alias tries to drop it.
/// - Writes happen under the alias's lock, after a wait of at most 300 ms. A lock that was busy at the last
///   attempt is not waited for again, so that a stuck process causes this delay only once. If the lock is
///   busy, nothing is written. If the system refuses to create the lock, the store writes without it: the
///   lock only avoids double work.
/// - LockMint takes a lock of this library alone (MintLocks). The siblings' locks are held for moments only.
///
/// Threads: all members may be called at the same time. Failures are not reported: the store is best effort.
std::shared_ptr<CertificateStore> MakeWindowsCertificateStore(WindowsStoreParts parts);

}  // namespace msiv2::cache
