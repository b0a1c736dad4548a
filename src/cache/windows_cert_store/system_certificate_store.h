// The user's own certificate store of Windows. Windows only.
#pragma once

#include <memory>
#include <string>

#include "cache/windows_cert_store/raw_certificate_store.h"

namespace msiv2::cache {

/// MakeSystemCertificateStore returns the store `name` of the current user; tests name one of their own. It
/// is opened for each call, so that what other processes write is seen, and what is written is theirs to see
/// when the call returns.
///
/// Failures: that of the function of crypt32.dll that refused, with the value of GetLastError. A store that
/// does not exist yet is empty.
std::shared_ptr<RawCertificateStore> MakeSystemCertificateStore(std::string name = "My");

}  // namespace msiv2::cache
