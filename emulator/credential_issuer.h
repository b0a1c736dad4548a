// Which certificate the emulated IMDS returns for a key: a cached, a new or a faulty one.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "emulator/certificate_authority.h"

namespace msiv2::emulator {

/// CredentialRequest is the input of an issuecredential call whose CSR and JWT were accepted.
struct CredentialRequest {
  EVP_PKEY* public_key = nullptr;  ///< of the CSR; borrowed for the call
  std::string client_id;
  std::string tenant_id;
  bool attested = false;
  bool bypass_cache = false;
  std::chrono::system_clock::time_point now;
  std::string answer_fault;  ///< name of a content fault, or empty
};

/// CredentialIssuer issues certificates and caches them. Like IMDS it returns the same certificate for the
/// same identity and key while more than half of its life is left. It does not do so if the cache is
/// bypassed. It also returns a cached certificate that was revoked: `bypass_cache` is for that case. Attested
/// and unattested requests do not share certificates.
///
/// Threads: all members may be called at the same time.
class CredentialIssuer {
 public:
  /// CredentialIssuer signs with `authority`, which outlives it. By its own dates a certificate begins `age`
  /// before it is issued, and ends `lifetime` after that time.
  CredentialIssuer(CertificateAuthority& authority, std::chrono::seconds lifetime,
                   std::chrono::seconds age = std::chrono::minutes(5))
      : authority_(authority), lifetime_(lifetime), age_(age) {}

  /// Issue returns the certificate as DER. A faulty certificate is neither read from the cache nor stored
  /// there.
  std::string Issue(const CredentialRequest& request);

  /// WasAttested returns true if `certificate` was issued for a key with an attestation JWT.
  bool WasAttested(X509* certificate) const;

 private:
  struct Cached {
    std::string der;
    std::chrono::system_clock::time_point fresh_until;
  };

  CertificateAuthority& authority_;
  std::chrono::seconds lifetime_;
  std::chrono::seconds age_;
  mutable std::mutex mutex_;
  std::map<std::string, Cached> cache_;
  std::set<std::string> attested_;  ///< DER of certificates for attested keys
};

/// IsCertificateFault returns true if `name` is a content fault that changes the certificate itself.
bool IsCertificateFault(const std::string& name);
/// CertificateFaultNames returns the names of these faults.
std::vector<std::string> CertificateFaultNames();

}  // namespace msiv2::emulator
