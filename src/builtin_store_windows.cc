// The built-in certificate store of Windows: the user's own, CurrentUser\My.
#include <utility>

#include "builtin.h"
#include "cache/windows_cert_store/system_certificate_store.h"
#include "cache/windows_cert_store/windows_certificate_store.h"

namespace msiv2 {

std::shared_ptr<CertificateStore> MakeBuiltInCertificateStore(std::shared_ptr<Clock> clock) {
  // A certificate that one client gave up is given up for every other of the process.
  static const auto tombstones = std::make_shared<cache::Tombstones>();
  return cache::MakeWindowsCertificateStore({.raw = cache::MakeSystemCertificateStore(),
                                             .clock = std::move(clock),
                                             .tombstones = tombstones,
                                             .locks = &windows::SystemNamedLocks()});
}

}  // namespace msiv2
