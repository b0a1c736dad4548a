#include "tls/openssl/default_paths.h"

#include <utility>

#include "tls/openssl/default_directories.h"
#include "tls/openssl/default_file.h"

namespace msiv2::tls {

SystemTrust InspectDefaultPaths() {
  const DefaultFile file = ReadDefaultFile(NamedDefaultFile());
  DefaultDirectories directories = InspectDefaultDirectories();
  SystemTrust trust{file.has_certificate || directories.any_certificate, std::move(directories.problems)};
  if (!file.problem.empty()) trust.problems.insert(trust.problems.begin(), file.problem);
  return trust;
}

}  // namespace msiv2::tls
