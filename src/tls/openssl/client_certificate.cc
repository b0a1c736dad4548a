#include "tls/openssl/client_certificate.h"

#include <climits>

#include "crypto/errors.h"
#include "model/process_mark.h"
#include "tls/openssl/signing_provider.h"

namespace msiv2 {
namespace tls {
namespace {

Error Refused(const std::string& what) {
  return Error(ErrorCode::kTlsFailed, "OpenSSL did not accept the " + what + ": " + crypto::TakeErrors());
}

crypto::Handle<X509> ParseCertificate(const std::vector<std::uint8_t>& der) {
  const unsigned char* position = der.data();
  if (der.size() > LONG_MAX) return nullptr;
  crypto::Handle<X509> certificate(d2i_X509(nullptr, &position, static_cast<long>(der.size())));
  if (position != der.data() + der.size()) return nullptr;  // bytes after the certificate
  return certificate;
}

}  // namespace

Result<void> UseCertificate(SSL_CTX* context, const BindingCertificate& certificate,
                            std::shared_ptr<const SigningKey> key) {
  const crypto::Handle<X509> leaf = ParseCertificate(certificate.leaf_der());
  if (leaf == nullptr || SSL_CTX_use_certificate(context, leaf.get()) != 1) {
    return Refused("binding certificate");
  }
  SSL_CTX_clear_chain_certs(context);
  for (const auto& der : certificate.chain_der()) {
    const crypto::Handle<X509> intermediate = ParseCertificate(der);
    if (intermediate == nullptr || SSL_CTX_add1_chain_cert(context, intermediate.get()) != 1) {
      return Refused("chain of the binding certificate");
    }
  }
  const auto pkey = MakePkey(std::move(key));
  if (!pkey) return pkey.error();
  // Also checks that the certificate is for this key.
  if (SSL_CTX_use_PrivateKey(context, pkey->get()) != 1) return Refused("binding key");
  SSL_CTX_set_post_handshake_auth(context, 1);
  return {};
}

}  // namespace tls

Result<void> UseBindingCertificate(ssl_ctx_st* context, const BindingCertificate& certificate) {
  if (certificate.IsOfParent()) return UsedAfterFork("the certificate", Step::kResource);
  return tls::UseCertificate(context, certificate, certificate.key());
}

}  // namespace msiv2
