// OpenSSL's default directories of trust anchors, which SSL_CERT_DIR replaces.
#pragma once

#include <openssl/x509.h>

#include <string>
#include <vector>

namespace msiv2::tls {

/// AddDefaultDirectories makes `store` search the directories when it verifies a peer. OpenSSL itself opens
/// the files there. It returns false if OpenSSL has no memory. An empty SSL_CERT_DIR names no directory.
/// (OpenSSL itself would fail.)
bool AddDefaultDirectories(X509_STORE* store);

/// HaveHashedNames returns true if one of the directories has an entry with a hashed name. It opens no file.
bool HaveHashedNames();

/// StampOfDirectories returns a text that changes when other directories are named, or when an entry is added
/// to one of them, replaced or removed.
std::string StampOfDirectories();

/// DefaultDirectories is what InspectDefaultDirectories found.
struct DefaultDirectories {
  bool any_certificate = false;
  std::vector<std::string>
      problems;  ///< a sentence, without a full stop, for each directory without a certificate
};

/// InspectDefaultDirectories looks into each directory for a certificate under one of the hashed names by
/// which OpenSSL looks for them. It reads files until it finds one. Without SSL_CERT_DIR there are no
/// problems.
DefaultDirectories InspectDefaultDirectories();

}  // namespace msiv2::tls
