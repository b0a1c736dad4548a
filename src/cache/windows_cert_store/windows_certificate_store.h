// The certificate store that the sibling libraries share, over the user's own store of the system.
#pragma once

#include <memory>

#include "cache/windows_cert_store/raw_certificate_store.h"
#include "cache/windows_cert_store/tombstones.h"
#include "msiv2/certificate_store.h"
#include "msiv2/clock.h"
#include "windows/named_lock.h"

namespace msiv2::cache {

/// WindowsStoreParts is what the store works on. Nothing in it may be null.
struct WindowsStoreParts {
  std::shared_ptr<RawCertificateStore> raw;
  std::shared_ptr<Clock> clock;
  std::shared_ptr<Tombstones> tombstones;  ///< one for all stores of a process
  windows::NamedLocks* locks;              ///< outlives the store
  /// Keep certificates for a token endpoint that is an IP address or localhost. An emulator names such ones,
  /// and the sibling libraries would take them from the store for this host's own.
  bool keeps_local_endpoints = false;
};

/// MakeWindowsCertificateStore returns a store with the format and the locks of the sibling libraries. All
/// policy is here, none in the RawCertificateStore:
///
/// - Only certificates whose key is persisted in a known container (IsKnownContainer) are written, read or
///   removed. Everything else in the user's store is left alone.
/// - Load returns every certificate of the alias that has not ended, newest first; how much life it must
///   have left is the reader's rule (we want more than five minutes; the sibling libraries want 24 hours).
/// - Save keeps a certificate unless one that ServesAsWell is there, and drops those of the alias that have
///   ended. A certificate that was removed in this process is never written again.
/// - Remove drops exactly one certificate and leaves a tombstone: while its entry cannot be dropped, or when
///   another process writes it again, it is not loaded, does not count for Save, and every later call for the
///   alias tries to drop it.
/// - Writes happen under the alias's lock, after at most 300 ms; a lock that was busy when it was last asked
///   for is not waited for again, so that a stuck process costs a call that much once. Busy: nothing is
///   written. A lock that the system refuses to make is gone without: it only spares double work.
///
/// Threads: all members may be called at the same time. Nothing is reported: the store is best effort.
std::shared_ptr<CertificateStore> MakeWindowsCertificateStore(WindowsStoreParts parts);

}  // namespace msiv2::cache
