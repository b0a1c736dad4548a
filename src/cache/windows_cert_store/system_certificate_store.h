// The current user's certificate store on Windows. Windows only.
#pragma once

#include <memory>
#include <string>

#include "cache/windows_cert_store/raw_certificate_store.h"

namespace msiv2::cache {

/// MakeSystemCertificateStore returns the store `name` of the current user; tests use a store of their own.
/// The store is opened for each call, so that it sees what other processes write. Other processes see what a
/// call has written when the call returns.
///
/// Failures: the function of crypt32.dll that failed, with the value of GetLastError. A store that does not
/// exist yet is empty.
std::shared_ptr<RawCertificateStore> MakeSystemCertificateStore(std::string name = "My");

}  // namespace msiv2::cache
