#include "tls/openssl/default_paths.h"

#include <openssl/err.h>

#include "tls/openssl/default_directories.h"
#include "tls/openssl/default_file.h"

namespace msiv2::tls {

std::optional<std::string> AddDefaultPaths(X509_STORE* store) {
  DefaultFile file = ReadDefaultFile();
  for (int i = 0; i < sk_X509_INFO_num(file.infos.get()); ++i) {  // none for null
    const X509_INFO* info = sk_X509_INFO_value(file.infos.get(), i);
    if (info->x509 != nullptr) X509_STORE_add_cert(store, info->x509);
    if (info->crl != nullptr) X509_STORE_add_crl(store, info->crl);
  }
  if (!AddDefaultDirectories(store)) return std::nullopt;
  ERR_clear_error();  // from an entry that the store did not take
  return std::move(file.problem);
}

SystemTrust InspectDefaultPaths() {
  const DefaultFile file = ReadDefaultFile();
  DefaultDirectories directories = InspectDefaultDirectories();
  SystemTrust trust{file.has_certificate || directories.any_certificate, std::move(directories.problems)};
  if (!file.problem.empty()) trust.problems.insert(trust.problems.begin(), file.problem);
  return trust;
}

}  // namespace msiv2::tls
