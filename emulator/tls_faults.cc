#include "emulator/tls_faults.h"

#include <openssl/bio.h>
#include <openssl/x509_vfy.h>

#include <string_view>

#include "emulator/sockets.h"

namespace msiv2::emulator {
namespace {

constexpr int kAccessDenied = 49;
constexpr int kCertificateRequired = 116;

/// VerifyErrorFor returns the verification error for which OpenSSL sends `alert`, or X509_V_OK for none.
int VerifyErrorFor(int alert) {
  switch (alert) {
    case 40:
      return X509_V_ERR_APPLICATION_VERIFICATION;
    case 42:
      return X509_V_ERR_CERT_REJECTED;
    case 43:
      return X509_V_ERR_INVALID_PURPOSE;
    case 44:
      return X509_V_ERR_CERT_REVOKED;
    case 45:
      return X509_V_ERR_CERT_HAS_EXPIRED;
    case 46:
      return X509_V_ERR_SUBJECT_ISSUER_MISMATCH;
    case 48:
      return X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY;
    default:
      return X509_V_OK;
  }
}

/// OffersTls13 returns true if the supported_versions extension of the current ClientHello has TLS 1.3 (RFC
/// 8446 4.2.1).
bool OffersTls13(SSL* ssl) {
  const unsigned char* bytes = nullptr;
  std::size_t size = 0;
  if (SSL_client_hello_get0_ext(ssl, TLSEXT_TYPE_supported_versions, &bytes, &size) != 1) return false;
  for (std::size_t i = 1; i + 1 < size; i += 2) {
    if (bytes[i] == 0x03 && bytes[i + 1] == 0x04) return true;
  }
  return false;
}

TlsFaults* FaultsOf(SSL* ssl) { return static_cast<TlsFaults*>(SSL_get_app_data(ssl)); }

}  // namespace

void TlsFaults::Install(SSL_CTX* context) {
  SSL_CTX_set_client_hello_cb(context, &TlsFaults::OnClientHello, nullptr);
  SSL_CTX_set_cert_verify_callback(context, &TlsFaults::OnClientCertificate, nullptr);
}

void TlsFaults::Attach(SSL* ssl) { SSL_set_app_data(ssl, this); }

int TlsFaults::OnClientHello(SSL* ssl, int*, void*) {
  return FaultsOf(ssl)->AdmitClientHello(ssl) ? SSL_CLIENT_HELLO_SUCCESS : SSL_CLIENT_HELLO_ERROR;
}

int TlsFaults::OnClientCertificate(X509_STORE_CTX* chain, void*) {
  auto* ssl = static_cast<SSL*>(X509_STORE_CTX_get_ex_data(chain, SSL_get_ex_data_X509_STORE_CTX_idx()));
  return FaultsOf(ssl)->AdmitCertificate(ssl, chain) ? 1 : 0;
}

bool TlsFaults::AdmitClientHello(SSL* ssl) {
  if (saw_hello_ || script_ == nullptr) return true;  // a renegotiation, or the answer to a retry request
  saw_hello_ = true;
  fault_ = script_->TakeOnConnection(server_);
  if (!fault_) return true;

  if (fault_->hang == Hang::kHandshake) {
    rule_ = fault_->rule;
    script_->Wait(std::nullopt, gone_);
    Break(ssl, false);
    return false;
  }
  if (fault_->reset == Reset::kBeforeCertificate) {
    rule_ = fault_->rule;
    Break(ssl, true);
    return false;
  }
  SSL_set_options(ssl, SSL_OP_NO_TICKET);  // a resumed session would have no Certificate message
  if (fault_->alert >= 0) PrepareAlert(ssl);
  return true;
}

void TlsFaults::PrepareAlert(SSL* ssl) {
  if (fault_->alert == kCertificateRequired && OffersTls13(ssl) &&
      SSL_CTX_get_max_proto_version(SSL_get_SSL_CTX(ssl)) != TLS1_2_VERSION) {
    rule_ = fault_->rule;
    SSL_set_min_proto_version(ssl, TLS1_3_VERSION);
    SSL_set_verify(ssl, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    SSL_set1_client_sigalgs_list(ssl, "ed25519");
    return;
  }
  if (fault_->alert != kAccessDenied && fault_->alert != kCertificateRequired) return;
  SSL_set_max_proto_version(ssl, TLS1_2_VERSION);
  SSL_set_verify(ssl, SSL_VERIFY_PEER, nullptr);
}

bool TlsFaults::AdmitCertificate(SSL* ssl, X509_STORE_CTX* chain) {
  if (!fault_) return true;
  rule_ = fault_->rule;
  if (fault_->reset == Reset::kAfterCertificate) {
    Break(ssl, true);
    return false;
  }
  const int native = VerifyErrorFor(fault_->alert);
  if (native != X509_V_OK) {
    X509_STORE_CTX_set_error(chain, native);
    return false;
  }
  // TLSPlaintext of RFC 5246 section 6.2.1 with a fatal Alert of section 7.2.
  const char alert[] = {0x15, 0x03, 0x03, 0x00, 0x02, 0x02, static_cast<char>(fault_->alert)};
  SendAll(socket_, std::string_view(alert, sizeof alert));
  Break(ssl, false);
  return false;
}

void TlsFaults::Break(SSL* ssl, bool with_reset) {
  // OpenSSL is about to fail the handshake and send its own alert: discard that alert.
  SSL_set0_wbio(ssl, BIO_new(BIO_s_null()));
  wants_reset_ = with_reset;
}

}  // namespace msiv2::emulator
