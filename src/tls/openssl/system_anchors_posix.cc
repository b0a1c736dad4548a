#include "tls/openssl/default_directories.h"
#include "tls/openssl/default_file.h"
#include "tls/openssl/default_paths.h"
#include "tls/openssl/system_anchors.h"

namespace msiv2::tls {

bool AddSystemDirectories(X509_STORE* store) { return AddDefaultDirectories(store); }

bool HasSystemDirectories() { return HaveHashedNames(); }

ReadBundle ReaderOfSystemBundle() { return ReaderOfDefaultFile(); }

bool SystemBundleLimitsTrust() { return DefaultFileLimitsTrust(); }

std::string StampOfSystemAnchors() { return StampOfDefaultFile() + StampOfDirectories(); }

SystemTrust InspectSystemTrust() { return InspectDefaultPaths(); }

}  // namespace msiv2::tls
