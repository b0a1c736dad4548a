// A small certificate authority for tests.
#pragma once

#include <openssl/x509.h>

#include <memory>
#include <string>

#include "msiv2/binding.h"
#include "tests/support/evp_signing_key.h"

namespace msiv2::testing {

using SharedX509 = std::shared_ptr<X509>;
using SharedPkey = std::shared_ptr<EVP_PKEY>;

/// Identity is a certificate with its private key.
struct Identity {
  SharedX509 certificate;
  SharedPkey key;
};

/// TestCa issues certificates that are valid for a day. Its keys are EC, because they are fast to create.
class TestCa {
 public:
  explicit TestCa(const std::string& name = "msiv2 test root");

  /// IssueServer issues a server certificate with a new EC key for `names`, in OpenSSL's syntax.
  Identity IssueServer(const std::string& names = "DNS:localhost,IP:127.0.0.1") const;
  /// IssueClient issues a client certificate with common name `name` for `key`.
  std::shared_ptr<const BindingCertificate> IssueClient(const std::string& name,
                                                        std::shared_ptr<EvpSigningKey> key) const;
  /// root returns the certificate that tests trust.
  const SharedX509& root() const { return root_.certificate; }
  /// root_pem returns it as PEM.
  std::string root_pem() const;

 private:
  Identity root_;
};

}  // namespace msiv2::testing
