// OpenSSL's default file of trust anchors, which SSL_CERT_FILE replaces.
#pragma once

#include <openssl/x509.h>

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "tls/openssl/system_anchors.h"

namespace msiv2::tls {

/// FreeInfos frees the entries of a PEM text.
struct FreeInfos {
  void operator()(STACK_OF(X509_INFO) * infos) const noexcept {
    sk_X509_INFO_pop_free(infos, X509_INFO_free);
  }
};

/// DefaultFile is what ReadDefaultFile found.
struct DefaultFile {
  std::unique_ptr<STACK_OF(X509_INFO), FreeInfos> infos;  ///< certificates and revocation lists; may be null
  bool has_certificate = false;
  std::string problem;  ///< why the file that SSL_CERT_FILE names adds no certificate; else empty
};

/// NamedDefaultFile returns the value of SSL_CERT_FILE, or nullopt if it is not set.
std::optional<std::string> NamedDefaultFile();

/// ReadDefaultFile reads the file of trust anchors: the one that is `named`, or OpenSSL's default. It never
/// waits for the writer of a pipe in its place. A file that is not regular, or larger than
/// kMaxTrustAnchorBytes, counts as unreadable. One damaged entry spoils the whole file, as with OpenSSL's own
/// reader.
///
/// `problem` is a sentence without a full stop. It is empty where no file is named, because most systems have
/// no file at the default path.
///
/// Thousands of certificates take seconds. Once `stop` (may be null) is true, the file seems to end.
DefaultFile ReadDefaultFile(const std::optional<std::string>& named, const std::atomic<bool>* stop = nullptr);

/// AddDefaultFile adds the certificates and revocation lists of the file to `store`, until `stop` (may be
/// null) is true. It returns `DefaultFile::problem`.
std::string AddDefaultFile(X509_STORE* store, const std::optional<std::string>& named,
                           const std::atomic<bool>* stop = nullptr);

/// ReaderOfDefaultFile returns a function that adds the file which is named now, by AddDefaultFile.
ReadBundle ReaderOfDefaultFile();

/// DefaultFileLimitsTrust returns true if a certificate of the file comes with trust settings ("BEGIN TRUSTED
/// CERTIFICATE"). Such settings may say that the certificate is not trusted.
bool DefaultFileLimitsTrust();

/// StampOfDefaultFile returns a text that changes when another file is named, or when the file is written or
/// replaced.
std::string StampOfDefaultFile();

}  // namespace msiv2::tls
