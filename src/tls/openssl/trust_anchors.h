// The trust anchors of TLS connections.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "crypto/handles.h"
#include "msiv2/call.h"
#include "msiv2/result.h"
#include "tls/openssl/system_bundle.h"

namespace msiv2::tls {

/// Verdict is what TrustAnchors::Verify found.
enum class Verdict {
  kTrusted,
  kRefused,        ///< the error of the verification says why
  kIssuerUnknown,  ///< refused, because the chain ends at no trust anchor
  kOutOfMemory,    ///< says nothing of the server
  kCallEnded,      ///< the deadline passed, or the caller cancelled, before all anchors were parsed
};

/// TrustAnchors is one set of root certificates, read once and shared by every connection: those that the
/// caller gave, and those of the system.
///
/// A chain is verified against the given anchors and the system's directories of hashed names first. Only
/// where that fails, it is verified against the system's bundle. Parsing the bundle takes longer than a
/// handshake.
///
/// Threads: all members may be called at the same time; OpenSSL locks the store.
class TrustAnchors {
 public:
  /// TrustAnchors takes the anchors in `store`. With `add_system`, the first connection adds the system's. A
  /// program that uses plain http alone never needs them.
  TrustAnchors(crypto::Handle<X509_STORE> store, bool add_system);

  /// TrustAnchors takes the anchors in `store` and those of `bundle`, and none of the system's directories.
  TrustAnchors(crypto::Handle<X509_STORE> store, std::shared_ptr<SystemBundle> bundle);

  /// ShareWith makes `context` verify its peers against these anchors and no others. Its verify callback must
  /// call Verify. Where the system has no directories of hashed names, its bundle is parsed from now on,
  /// during the handshake. Errors: `tls_failed` if the system's anchors cannot be read.
  Result<void> ShareWith(SSL_CTX* context) const;

  /// Verify verifies the chain of `verification`, which belongs to a connection that ShareWith prepared. It
  /// sets error and verified chain of `verification`. It waits for the bundle within the limits of `call`.
  Verdict Verify(X509_STORE_CTX* verification, const CallContext& call) const;

  /// SystemProblems returns why certificates of the system may be missing: each path of SSL_CERT_FILE and
  /// SSL_CERT_DIR that adds none, with the reason, separated by "; ". The file is judged as a connection read
  /// it, the directories as they are now. It returns "" if nothing is known to be wrong.
  std::string SystemProblems() const;

 private:
  struct Shared {
    crypto::Handle<X509_STORE> store;
    std::mutex mutex;
    const bool uses_system;
    bool system_is_missing;                // guarded by the mutex
    std::string file_problem;              // guarded by the mutex; of a bundle that is part of `store`
    std::shared_ptr<SystemBundle> bundle;  // guarded by the mutex; null if there is none, or in `store`
  };

  bool AddSystem() const;
  std::shared_ptr<SystemBundle> Bundle() const;

  std::unique_ptr<Shared> shared_;
};

/// LoadTrustAnchors collects the certificates of the PEM text `pem`, those of the PEM file `file`, and the
/// system's if `use_system`. The file must be a regular file. The first connection reads the system's
/// certificates. Empty means none.
///
/// Errors: `invalid_request`, which names the text or the file, and the cause; `msi_v2_error` if OpenSSL has
/// no memory. The causes are: unreadable, not a regular file, larger than 16 MiB, no certificate inside, a
/// damaged certificate.
Result<TrustAnchors> LoadTrustAnchors(std::string_view pem, const std::string& file, bool use_system);

}  // namespace msiv2::tls
