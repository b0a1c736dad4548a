#include "cache/windows_cert_store/crypt32_windows.h"

#include <optional>

#include "windows/system_library.h"

namespace msiv2::cache {
namespace {

template <typename Function>
bool Find(Function& function, const char* name) {
  return windows::FindSystemFunction(function, "crypt32.dll", name);
}

std::optional<Crypt32> FindAll() {
  Crypt32 found{};
  const bool complete = Find(found.open, "CertOpenStore") && Find(found.close, "CertCloseStore") &&
                        Find(found.control, "CertControlStore") &&
                        Find(found.enumerate, "CertEnumCertificatesInStore") &&
                        Find(found.add, "CertAddEncodedCertificateToStore") &&
                        Find(found.remove, "CertDeleteCertificateFromStore") &&
                        Find(found.free, "CertFreeCertificateContext") &&
                        Find(found.get_property, "CertGetCertificateContextProperty") &&
                        Find(found.set_property, "CertSetCertificateContextProperty");
  if (!complete) return std::nullopt;
  return found;
}

}  // namespace

const Crypt32* Crypt32::Get() {
  static const std::optional<Crypt32> functions = FindAll();
  return functions ? &*functions : nullptr;
}

OpenStore Own(HCERTSTORE store) {
  return OpenStore(store, [](HCERTSTORE owned) { Crypt32::Get()->close(owned, 0); });
}

OpenCertificate Own(PCCERT_CONTEXT certificate) {
  return OpenCertificate(certificate, [](PCCERT_CONTEXT owned) { Crypt32::Get()->free(owned); });
}

}  // namespace msiv2::cache
