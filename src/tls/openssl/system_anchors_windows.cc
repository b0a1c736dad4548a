// The trust anchors of Windows: its root store, except certificates that it distrusts or does not trust for
// servers.
#include <windows.h>
// after windows.h
#include <openssl/err.h>
#include <openssl/x509.h>
#include <wincrypt.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <vector>

#include "base/environment.h"
#include "crypto/handles.h"
#include "tls/openssl/default_directories.h"
#include "tls/openssl/default_file.h"
#include "tls/openssl/default_paths.h"
#include "tls/openssl/system_anchors.h"
#include "windows/system_library.h"

namespace msiv2::tls {
namespace {

// The functions of crypt32.dll in System32.
struct RootStoreFunctions {
  decltype(&::CertOpenSystemStoreW) open;
  decltype(&::CertCloseStore) close;
  decltype(&::CertEnumCertificatesInStore) enumerate;
  decltype(&::CertFindCertificateInStore) find;
  decltype(&::CertFreeCertificateContext) free;
  decltype(&::CertGetEnhancedKeyUsage) usage;
};

template <typename Function>
bool FindFunction(Function& function, const char* name) {
  return windows::FindSystemFunction(function, "crypt32.dll", name);
}

const RootStoreFunctions* Crypt() {
  static RootStoreFunctions found{};
  static const bool complete = FindFunction(found.open, "CertOpenSystemStoreW") &&
                               FindFunction(found.close, "CertCloseStore") &&
                               FindFunction(found.enumerate, "CertEnumCertificatesInStore") &&
                               FindFunction(found.find, "CertFindCertificateInStore") &&
                               FindFunction(found.free, "CertFreeCertificateContext") &&
                               FindFunction(found.usage, "CertGetEnhancedKeyUsage");
  return complete ? &found : nullptr;
}

using RootStore = std::unique_ptr<void, void (*)(HCERTSTORE)>;

RootStore OpenSystemStore(const wchar_t* name) {
  return RootStore(Crypt() != nullptr ? Crypt()->open(0, name) : nullptr,
                   [](HCERTSTORE store) { Crypt()->close(store, 0); });
}

bool IsForServers(PCCERT_CONTEXT certificate) {
  DWORD size = 0;
  if (!Crypt()->usage(certificate, 0, nullptr, &size)) return false;
  std::vector<BYTE> bytes(std::max<std::size_t>(size, sizeof(CERT_ENHKEY_USAGE)));
  auto* const usages = reinterpret_cast<CERT_ENHKEY_USAGE*>(bytes.data());
  SetLastError(ERROR_SUCCESS);
  if (!Crypt()->usage(certificate, 0, usages, &size)) return false;
  // No usage is listed. Without a list, the certificate is good for all usages. With an empty list, it is
  // good for none.
  if (usages->cUsageIdentifier == 0) return GetLastError() == static_cast<DWORD>(CRYPT_E_NOT_FOUND);
  const auto* const end = usages->rgpszUsageIdentifier + usages->cUsageIdentifier;
  return std::any_of(usages->rgpszUsageIdentifier, const_cast<LPSTR*>(end),
                     [](const char* usage) { return std::strcmp(usage, szOID_PKIX_KP_SERVER_AUTH) == 0; });
}

bool IsListedIn(HCERTSTORE store, PCCERT_CONTEXT certificate) {
  if (store == nullptr) return false;
  const auto* const found =
      Crypt()->find(store, X509_ASN_ENCODING, 0, CERT_FIND_EXISTING, certificate, nullptr);
  if (found != nullptr) Crypt()->free(found);
  return found != nullptr;
}

// Passes each trusted root to `use` until `use` returns false.
template <typename Use>
void ForEachRoot(Use&& use) {
  const RootStore roots = OpenSystemStore(L"ROOT");
  if (roots == nullptr) return;
  const RootStore distrusted = OpenSystemStore(L"Disallowed");
  PCCERT_CONTEXT root = nullptr;
  while ((root = Crypt()->enumerate(roots.get(), root)) != nullptr) {  // frees the previous root
    if (!IsForServers(root) || IsListedIn(distrusted.get(), root)) continue;
    if (use(root)) continue;
    Crypt()->free(root);
    return;
  }
}

std::string AddRoots(X509_STORE* store, const std::atomic<bool>* stop) {
  ForEachRoot([&](PCCERT_CONTEXT root) {
    const unsigned char* der = root->pbCertEncoded;
    const crypto::Handle<X509> certificate(d2i_X509(nullptr, &der, static_cast<long>(root->cbCertEncoded)));
    if (certificate != nullptr) X509_STORE_add_cert(store, certificate.get());
    return stop == nullptr || !*stop;
  });
  ERR_clear_error();  // from roots that OpenSSL cannot read
  return {};
}

// Returns true if the user has set OpenSSL's own variables, as on other systems.
bool PathsAreNamed() {
  const auto environment = ProcessEnvironment();
  return environment(X509_get_default_cert_file_env()) || environment(X509_get_default_cert_dir_env());
}

}  // namespace

bool AddSystemDirectories(X509_STORE* store) { return !PathsAreNamed() || AddDefaultDirectories(store); }

bool HasSystemDirectories() { return PathsAreNamed() && HaveHashedNames(); }

ReadBundle ReaderOfSystemBundle() { return PathsAreNamed() ? ReaderOfDefaultFile() : AddRoots; }

bool SystemBundleLimitsTrust() { return PathsAreNamed() && DefaultFileLimitsTrust(); }

std::string StampOfSystemAnchors() {
  return PathsAreNamed() ? StampOfDefaultFile() + StampOfDirectories() : std::string();
}

SystemTrust InspectSystemTrust() {
  if (PathsAreNamed()) return InspectDefaultPaths();
  SystemTrust trust;
  ForEachRoot([&](PCCERT_CONTEXT) {
    trust.has_anchors = true;
    return false;
  });
  return trust;
}

}  // namespace msiv2::tls
