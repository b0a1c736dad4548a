// The functions of crypt32.dll that the certificate store calls, and owners of what they return. Windows
// only.
#pragma once

#include <windows.h>
// after windows.h
#include <wincrypt.h>

#include <memory>

namespace msiv2::cache {

/// Crypt32 holds the library's functions, which are looked up in System32 only.
struct Crypt32 {
  decltype(&::CertOpenStore) open;
  decltype(&::CertCloseStore) close;
  decltype(&::CertControlStore) control;
  decltype(&::CertEnumCertificatesInStore) enumerate;
  decltype(&::CertAddEncodedCertificateToStore) add;
  decltype(&::CertDeleteCertificateFromStore) remove;
  decltype(&::CertFreeCertificateContext) free;
  decltype(&::CertGetCertificateContextProperty) get_property;
  decltype(&::CertSetCertificateContextProperty) set_property;

  /// Get returns the functions, or null if one is missing. The pointer is static. Thread-safe.
  static const Crypt32* Get();
};

/// OpenStore owns an open store. Its certificates must be freed first: while one is held, closing the store
/// does not write what was added.
using OpenStore = std::unique_ptr<void, void (*)(HCERTSTORE)>;

/// OpenCertificate owns a certificate of a store.
using OpenCertificate = std::unique_ptr<const CERT_CONTEXT, void (*)(PCCERT_CONTEXT)>;

/// Own takes ownership of a store or a certificate, which may be null.
OpenStore Own(HCERTSTORE store);
OpenCertificate Own(PCCERT_CONTEXT certificate);

}  // namespace msiv2::cache
