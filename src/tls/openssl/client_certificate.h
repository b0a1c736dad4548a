// Presents a client certificate whose key signs outside OpenSSL.
#pragma once

#include <memory>

#include "crypto/handles.h"
#include "msiv2/binding.h"

namespace msiv2::tls {

/// UseCertificate makes `context` present the leaf and chain of `certificate` and sign with `key`, which must
/// be the certificate's key or a wrapper of it. It also offers post-handshake authentication (TLS 1.3;
/// without effect under 1.2). Errors: `tls_failed`.
Result<void> UseCertificate(SSL_CTX* context, const BindingCertificate& certificate,
                            std::shared_ptr<const SigningKey> key);

}  // namespace msiv2::tls
