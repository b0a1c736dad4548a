// The trust anchors of TLS connections.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/handles.h"
#include "msiv2/result.h"

namespace msiv2::tls {

/// TrustAnchors is one set of root certificates, read once and shared by every connection. Reading the
/// system's bundle for each connection would cost more than the handshake.
///
/// Threads: all members may be called at the same time; OpenSSL locks the store.
class TrustAnchors {
 public:
  /// TrustAnchors takes the anchors in `store`. With `add_system`, the first connection adds the system's
  /// anchors. These are over a hundred certificates, and a program that uses plain http alone never needs
  /// them.
  TrustAnchors(crypto::Handle<X509_STORE> store, bool add_system);

  /// ShareWith makes `context` verify its peers against these anchors and no others. Errors: `tls_failed` if
  /// the system's anchors cannot be read.
  Result<void> ShareWith(SSL_CTX* context) const;

  /// SystemProblems returns why certificates of the system may be missing: each path of SSL_CERT_FILE and
  /// SSL_CERT_DIR that adds none, with the reason, separated by "; ". The file is judged as the first
  /// connection read it, the directories as they are now. It returns "" if nothing is known to be wrong.
  std::string SystemProblems() const;

 private:
  struct Shared {
    crypto::Handle<X509_STORE> store;
    std::mutex mutex;
    const bool uses_system;
    bool system_is_missing;    // guarded by the mutex
    std::string file_problem;  // guarded by the mutex
  };
  std::unique_ptr<Shared> shared_;
};

/// AddSystemTrustAnchors adds the system's trust anchors to `store`: on Windows those of its root store,
/// elsewhere those in OpenSSL's default paths. SSL_CERT_FILE and SSL_CERT_DIR replace either. It returns why
/// the file that SSL_CERT_FILE names adds none, empty if it does or none is named, or nullopt if OpenSSL
/// refuses.
std::optional<std::string> AddSystemTrustAnchors(X509_STORE* store);

/// LoadTrustAnchors collects the certificates of the PEM text `pem`, those of the PEM file `file`, and the
/// system's if `use_system`. The file must be a regular file. The first connection reads the system's
/// certificates. Empty means none.
///
/// Errors: `invalid_request`, which names the text or the file, and the cause; `msi_v2_error` if OpenSSL has
/// no memory. The causes are: unreadable, not a regular file, larger than 16 MiB, no certificate inside, a
/// damaged certificate.
Result<TrustAnchors> LoadTrustAnchors(std::string_view pem, const std::string& file, bool use_system);

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
