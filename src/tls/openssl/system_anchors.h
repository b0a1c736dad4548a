// The trust anchors of this system: on Windows those of its root store, elsewhere those in OpenSSL's default
// paths. SSL_CERT_FILE and SSL_CERT_DIR replace either.
#pragma once

#include <openssl/x509.h>

#include <atomic>
#include <functional>
#include <string>
#include <vector>

namespace msiv2::tls {

/// AddSystemDirectories makes `store` search the system's directories of hashed names when it verifies a
/// peer. OpenSSL opens only the files that a chain needs. It returns false if OpenSSL has no memory.
bool AddSystemDirectories(X509_STORE* store);

/// HasSystemDirectories returns true if such a directory has an entry with a hashed name.
bool HasSystemDirectories();

/// ReadBundle parses all certificates of the system's file or root store and adds them to `store`. These are
/// over a hundred. It returns why the file that SSL_CERT_FILE names adds none, empty if it does or none is
/// named. Once `stop` (may be null) is true, it adds no more.
using ReadBundle = std::function<std::string(X509_STORE* store, const std::atomic<bool>* stop)>;

/// ReaderOfSystemBundle returns what reads the bundle that is named now.
ReadBundle ReaderOfSystemBundle();

/// SystemBundleLimitsTrust returns true if a certificate there may say of itself that it is not trusted. Then
/// the bundle has to be asked before the directories.
bool SystemBundleLimitsTrust();

/// StampOfSystemAnchors returns a text that changes when the file or an entry of the directories changes. It
/// is empty for the root store of Windows, which has no such stamp.
std::string StampOfSystemAnchors();

/// SystemTrust is what InspectSystemTrust found.
struct SystemTrust {
  bool has_anchors = false;
  /// A sentence, without a full stop, for each path of SSL_CERT_FILE and SSL_CERT_DIR that adds no
  /// certificate.
  std::vector<std::string> problems{};
};

/// InspectSystemTrust reads the system's trust anchors without a connection.
SystemTrust InspectSystemTrust();

}  // namespace msiv2::tls
