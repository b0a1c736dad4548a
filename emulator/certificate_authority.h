// The certificate authority of the emulated Azure: one root that signs TLS server and client certificates.
#pragma once

#include <openssl/evp.h>

#include <chrono>
#include <mutex>
#include <set>
#include <string>

#include "emulator/openssl_handles.h"

namespace msiv2::emulator {

/// IssuedCertificate is a certificate with its private key.
struct IssuedCertificate {
  KeyHandle key;
  CertificateHandle certificate;
};

/// ClientCertificateSpec is the content of a managed-identity certificate.
struct ClientCertificateSpec {
  EVP_PKEY* public_key = nullptr;  ///< borrowed for the call
  std::string client_id;           ///< subject CN
  std::string tenant_id;           ///< subject DC
  std::chrono::system_clock::time_point not_before;
  std::chrono::system_clock::time_point not_after;
  std::string extended_key_usage = "clientAuth";  ///< OpenSSL's spelling; another value is a fault
  std::string key_usage = "digitalSignature";     ///< likewise
  const EVP_MD* digest = EVP_sha256();            ///< likewise, of the signature
};

/// CertificateAuthority holds the root key. Keys are P-256, so that an emulator starts at once.
/// Threads: all members may be called at the same time.
class CertificateAuthority {
 public:
  /// CertificateAuthority creates a new root, valid from a year ago for ten years, so that a test with a
  /// skewed clock still trusts it.
  CertificateAuthority();

  /// Pem returns the root certificate: the trust anchor for clients.
  const std::string& Pem() const noexcept { return pem_; }
  /// Certificate returns the root. It lives as long as this object.
  X509* Certificate() const noexcept { return root_.certificate.get(); }

  /// IssueServerCertificate creates a key and a certificate for 127.0.0.1, ::1 and localhost.
  IssuedCertificate IssueServerCertificate();

  /// NewSelfSigned creates a key and a self-signed TLS server certificate, as a Service Fabric cluster has.
  /// It names no host: only its own thumbprint identifies it.
  static IssuedCertificate NewSelfSigned(const std::string& common_name);

  /// IssueClientCertificate signs a certificate as the managed-identity service does: subject DC then CN,
  /// key usage digitalSignature, extended key usage clientAuth.
  CertificateHandle IssueClientCertificate(const ClientCertificateSpec& spec);

  enum class Verdict {
    kOk,
    kUnknownIssuer,  ///< not a client certificate that this authority issued
    kExpired,        ///< outside its validity at `now`
    kRevoked,
  };

  /// Verify checks a client certificate that a TLS peer presented. `certificate` is not null.
  Verdict Verify(X509* certificate, std::chrono::system_clock::time_point now) const;

  /// RevokeAll revokes every client certificate issued so far; later certificates are valid.
  void RevokeAll();

 private:
  static CertificateHandle NewCertificate(EVP_PKEY* public_key,
                                          std::chrono::system_clock::time_point not_before,
                                          std::chrono::system_clock::time_point not_after);
  void Sign(X509* certificate, const EVP_MD* digest = EVP_sha256()) const;

  IssuedCertificate root_;
  std::string pem_;
  mutable std::mutex mutex_;
  std::set<std::string> issued_;   ///< SHA-256 of the DER of each client certificate
  std::set<std::string> revoked_;  ///< a subset of issued_
};

/// CertificateDer returns the bare DER bytes.
std::string CertificateDer(X509* certificate);

/// KeyPem returns the private key as PKCS#8 PEM, for TLS servers that want text.
std::string KeyPem(EVP_PKEY* key);
/// CertificatePem returns the certificate as PEM.
std::string CertificatePem(X509* certificate);

}  // namespace msiv2::emulator
