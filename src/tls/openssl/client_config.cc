#include "tls/openssl/client_config.h"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>

#include <array>

#include "base/hex.h"
#include "crypto/errors.h"
#include "tls/openssl/client_certificate.h"

namespace msiv2::tls {
namespace {

// RecordingKey signs with the binding key and records a refusal, which OpenSSL would report only as some
// failure inside a handshake.
class RecordingKey final : public SigningKey {
 public:
  RecordingKey(std::shared_ptr<const SigningKey> key, TlsRecord* record)
      : key_(std::move(key)), record_(record) {}

  const RsaPublicKey& PublicKey() const override { return key_->PublicKey(); }
  KeyStrength Strength() const override { return key_->Strength(); }
  KeyOrigin Origin() const override { return key_->Origin(); }
  std::uintptr_t NativeHandle() const override { return key_->NativeHandle(); }

  Result<std::vector<std::uint8_t>> SignDigest(SignaturePadding padding, DigestAlgorithm algorithm,
                                               std::span<const std::uint8_t> digest) const override {
    auto signature = key_->SignDigest(padding, algorithm, digest);
    if (!signature) record_->signing_failure = signature.error();
    return signature;
  }

 private:
  const std::shared_ptr<const SigningKey> key_;
  TlsRecord* const record_;
};

// The slot of an SSL_CTX that points to the record of its connections.
int RecordIndex() {
  static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

TlsRecord& RecordOf(const SSL* connection) {
  return *static_cast<TlsRecord*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(connection), RecordIndex()));
}

// The slot of an SSL that keeps the server's certificate from the first handshake.
int FirstCertificateIndex() {
  static const int index = SSL_get_ex_new_index(
      0, nullptr, nullptr, nullptr, [](void*, void* certificate, CRYPTO_EX_DATA*, int, long, void*) {
        X509_free(static_cast<X509*>(certificate));
      });
  return index;
}

// A resumed first handshake has no Certificate message. So the first certificate is stored when the handshake
// is done, not when it is verified.
void KeepFirstCertificate(const SSL* connection) {
  if (SSL_get_ex_data(connection, FirstCertificateIndex()) != nullptr) return;
  X509* const certificate = SSL_get1_peer_certificate(connection);
  // OpenSSL passes our connection to the callback as const, but the slot belongs to us.
  SSL_set_ex_data(const_cast<SSL*>(connection), FirstCertificateIndex(), certificate);
}

// The error queue distinguishes a TLS failure from three other cases:
// - the peer closed the connection (an entry of its own);
// - the peer reset the connection (no entry);
// - the step only waits for more bytes (no entry).
bool ErrorQueueHoldsTlsFailure() {
  const unsigned long code = ERR_peek_last_error();
  const bool closed =
      ERR_GET_LIB(code) == ERR_LIB_SSL && ERR_GET_REASON(code) == SSL_R_UNEXPECTED_EOF_WHILE_READING;
  return code != 0 && !closed;
}

void WatchHandshake(const SSL* connection, int where, int result) {
  if ((where & SSL_CB_HANDSHAKE_DONE) != 0) KeepFirstCertificate(connection);
  if ((where & SSL_CB_CONNECT_EXIT) != SSL_CB_CONNECT_EXIT) return;
  RecordOf(connection).handshake_failed = result <= 0 && ErrorQueueHoldsTlsFailure();
}

// The length of `thumbprint` says which digest it is.
bool HasThumbprint(const X509* certificate, std::string_view thumbprint) {
  constexpr std::size_t kSha1Digits = 40;
  const EVP_MD* const algorithm = thumbprint.size() == kSha1Digits ? EVP_sha1() : EVP_sha256();
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  if (certificate == nullptr || X509_digest(certificate, algorithm, digest.data(), &length) != 1)
    return false;
  return HexEncode(std::span(digest).first(length)) == thumbprint;
}

bool VerifyPinned(X509_STORE_CTX* verification, std::string_view thumbprint) {
  const bool right = HasThumbprint(X509_STORE_CTX_get0_cert(verification), thumbprint);
  X509_STORE_CTX_set_error(verification, right ? X509_V_OK : X509_V_ERR_CERT_REJECTED);
  return right;
}

// Verifies by chain. The server's name is checked by the transport. A renegotiation outside of a call fails.
bool VerifyByChain(X509_STORE_CTX* verification, TlsRecord& record) {
  if (record.call == nullptr || record.anchors == nullptr) {
    X509_STORE_CTX_set_error(verification, X509_V_ERR_UNSPECIFIED);
    return false;
  }
  const Verdict verdict = record.anchors->Verify(verification, *record.call);
  record.issuer_unknown = verdict == Verdict::kIssuerUnknown;
  record.out_of_memory = verdict == Verdict::kOutOfMemory;
  record.call_ended = verdict == Verdict::kCallEnded;
  return verdict == Verdict::kTrusted;
}

int VerifyServer(X509_STORE_CTX* verification, void* /*argument*/) {
  const void* const slot = X509_STORE_CTX_get_ex_data(verification, SSL_get_ex_data_X509_STORE_CTX_idx());
  const auto* const connection = static_cast<const SSL*>(slot);
  TlsRecord& record = RecordOf(connection);
  const std::string& pinned = record.server_thumbprint;
  if (!pinned.empty()) return VerifyPinned(verification, pinned) ? 1 : 0;
  if (!VerifyByChain(verification, record)) return 0;
  const auto* const first = static_cast<const X509*>(SSL_get_ex_data(connection, FirstCertificateIndex()));
  if (first == nullptr || X509_cmp(first, X509_STORE_CTX_get0_cert(verification)) == 0) return 1;
  X509_STORE_CTX_set_error(verification, X509_V_ERR_APPLICATION_VERIFICATION);
  return 0;
}

// Runs when the server has asked for a certificate. Returns 0, which fails the handshake, if ours cannot be
// used.
int CanSignForServer(SSL* connection, void* /*argument*/) {
  STACK_OF(X509)* chain = nullptr;
  SSL_get0_chain_certs(connection, &chain);
  const int usable =
      SSL_check_chain(connection, SSL_get_certificate(connection), SSL_get_privatekey(connection), chain);
  return (usable & CERT_PKEY_SIGN) != 0 ? 1 : 0;
}

constexpr long kMaxServerChainBytes = 32L * 1024;
constexpr std::uint8_t kCertificateMessage = 11;  // HandshakeType.certificate, RFC 5246 and RFC 8446
constexpr std::uint8_t kFatal = 2;                // AlertLevel.fatal

// A Certificate message has a 4-byte header; TLS 1.3 puts a context before the list (RFC 8446 section
// 4.4.2). The list's length is zero when there was no certificate to send.
bool IsNonEmptyCertificate(int version, std::span<const std::uint8_t> message) {
  std::size_t list = 4;
  if (message.size() <= list || message[0] != kCertificateMessage) return false;
  if (version == TLS1_3_VERSION) list += 1 + std::size_t{message[4]};
  if (message.size() < list + 3) return false;
  return message[list] != 0 || message[list + 1] != 0 || message[list + 2] != 0;
}

// TLS 1.3 ignores the level: every alert but a close or a cancel ends the connection (RFC 8446 section 6).
bool IsFatalAlert(int version, std::uint8_t level, std::uint8_t description) {
  if (description == SSL_AD_CLOSE_NOTIFY || description == SSL_AD_USER_CANCELLED) return false;
  return level == kFatal || version == TLS1_3_VERSION;
}

void RecordMessage(int sent, int version, int content_type, const void* data, std::size_t size,
                   SSL* connection, void* /*argument*/) {
  TlsRecord& record = RecordOf(connection);
  const std::span message(static_cast<const std::uint8_t*>(data), size);
  if (content_type == SSL3_RT_ALERT && size == 2 && sent == 0 && message[1] == SSL_AD_CLOSE_NOTIFY) {
    record.close_notify_received = true;
  }
  if (content_type == SSL3_RT_ALERT && size == 2 && IsFatalAlert(version, message[0], message[1])) {
    // From 8.14 on, libcurl tells OpenSSL when a connection has ended, and OpenSSL then sends an alert for
    // it.
    if (sent != 0 && ErrorQueueHoldsTlsFailure()) record.fatal_alert_sent = true;
    if (sent == 0) record.alert_received = message[1];
  }
  if (content_type == SSL3_RT_HANDSHAKE && sent != 0 && IsNonEmptyCertificate(version, message)) {
    record.client_certificate_sent = true;
  }
}

bool SetVersions(SSL_CTX* context, TlsVersion max_version) {
  const int highest = max_version == TlsVersion::kTls13 ? TLS1_3_VERSION : TLS1_2_VERSION;
  return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
         SSL_CTX_set_max_proto_version(context, highest) == 1;
}

}  // namespace

Result<void> ConfigureClient(SSL_CTX* context, const TrustAnchors& anchors, TlsVersion max_version,
                             const BindingCertificate* certificate, TlsRecord& record,
                             const std::string& server_thumbprint) {
  record = TlsRecord{.handshake_started = true,
                     .server_thumbprint = server_thumbprint,
                     .signing_failure = std::nullopt,
                     .call = record.call,
                     .anchors = &anchors};
  if (FirstCertificateIndex() < 0 || !SetVersions(context, max_version) ||
      SSL_CTX_set_ex_data(context, RecordIndex(), &record) != 1) {
    return Error(ErrorCode::kTlsFailed, "OpenSSL refused the TLS settings: " + crypto::TakeErrors());
  }
  if (auto shared = anchors.ShareWith(context); !shared) return shared.error();
  // Parsing takes time and memory that grow with the square of a certificate's size (CVE-2026-35189). It
  // happens before the chain is verified, and no deadline is checked meanwhile.
  SSL_CTX_set_max_cert_list(context, kMaxServerChainBytes);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_cert_verify_callback(context, VerifyServer, nullptr);
  SSL_CTX_set_info_callback(context, WatchHandshake);
  // An openssl.cnf, or a library above OpenSSL, may have weakened these. An end of the stream without
  // close_notify must remain an error, because an attacker can truncate an answer in that way.
  SSL_CTX_clear_options(context, SSL_OP_LEGACY_SERVER_CONNECT | SSL_OP_ALLOW_UNSAFE_LEGACY_RENEGOTIATION |
                                     SSL_OP_IGNORE_UNEXPECTED_EOF | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_options(context, SSL_OP_CLEANSE_PLAINTEXT);  // these records carry tokens
  SSL_CTX_set_keylog_callback(context, nullptr);
  SSL_CTX_set_msg_callback(context, RecordMessage);
  if (certificate == nullptr) return {};
  SSL_CTX_set_cert_cb(context, CanSignForServer, nullptr);
  return UseCertificate(context, *certificate, std::make_shared<RecordingKey>(certificate->key(), &record));
}

}  // namespace msiv2::tls
