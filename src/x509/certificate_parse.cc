#include "x509/certificate_parse.h"

#include <openssl/asn1.h>
#include <openssl/core_names.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <string_view>
#include <utility>

#include "crypto/errors.h"
#include "crypto/handles.h"
#include "x509/der_check.h"
#include "x509/utc_time.h"

namespace msiv2::x509 {
namespace {

// Parsing takes memory that grows with the square of this size (CVE-2026-35189). Real certificates have 2
// KiB.
constexpr std::size_t kMaxCertificateBytes = std::size_t{16} * 1024;
constexpr int kDigitalSignatureBit = 0;  // RFC 5280 section 4.2.1.3

// Returns true if the extensions that OpenSSL knows, and an RSA key, contain DER. To X.509 they are only
// strings.
bool HoldsDer(const X509* certificate) {
  for (int i = 0; i < X509_get_ext_count(certificate); ++i) {
    X509_EXTENSION* extension = X509_get_ext(certificate, i);
    const ASN1_OCTET_STRING* value = X509_EXTENSION_get_data(extension);
    const ByteView bytes(ASN1_STRING_get0_data(value), static_cast<std::size_t>(ASN1_STRING_length(value)));
    if (X509V3_EXT_get(extension) != nullptr && !IsDer(bytes)) return false;
  }
  ASN1_OBJECT* algorithm = nullptr;
  const unsigned char* key = nullptr;
  int length = 0;
  if (X509_PUBKEY_get0_param(&algorithm, &key, &length, nullptr, X509_get_X509_PUBKEY(certificate)) != 1)
    return false;
  return OBJ_obj2nid(algorithm) != NID_rsaEncryption || IsDer({key, static_cast<std::size_t>(length)});
}

// Returns true if the encoder reproduces `der`. The encoder first discards the bytes that it read, so that it
// omits a default that was written explicitly.
bool EncodesAs(X509* certificate, const Bytes& der) {
  if (i2d_re_X509_tbs(certificate, nullptr) <= 0) return false;
  unsigned char* encoded = nullptr;
  const int length = i2d_X509(certificate, &encoded);
  const crypto::Buffer owner(encoded);
  return length > 0 && AsText({encoded, static_cast<std::size_t>(length)}) == AsText(der);
}

Result<crypto::Handle<X509>> Decode(const Bytes& der) {
  if (der.empty()) return InvalidCertificate("the certificate is empty");
  if (AsText(der).starts_with("-----BEGIN"))
    return InvalidCertificate("the certificate is PEM; it must be DER");
  if (der.size() > kMaxCertificateBytes) return InvalidCertificate("the certificate is longer than 16 KiB");

  const unsigned char* next = der.data();
  crypto::Handle<X509> certificate(d2i_X509(nullptr, &next, static_cast<long>(der.size())));
  if (!certificate) return InvalidCertificate("the bytes are not an X.509 certificate in DER");
  const auto trailing = der.data() + der.size() - next;
  if (trailing != 0) return InvalidCertificate(std::to_string(trailing) + " bytes follow the certificate");
  if (!IsDer(der) || !HoldsDer(certificate.get()) || !EncodesAs(certificate.get(), der)) {
    return InvalidCertificate("the certificate is not encoded in DER");
  }
  return certificate;
}

std::optional<Bytes> ReadNumber(const EVP_PKEY* key, const char* name) {
  BIGNUM* number = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &number) != 1) return std::nullopt;
  const crypto::Handle<BIGNUM> owner(number);
  Bytes bytes(static_cast<std::size_t>(BN_num_bytes(number)));
  BN_bn2bin(number, bytes.data());
  return bytes;
}

std::optional<RsaPublicKey> ReadPublicKey(const X509* certificate) {
  const EVP_PKEY* key = X509_get0_pubkey(certificate);
  if (key == nullptr || EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA) return std::nullopt;
  auto modulus = ReadNumber(key, OSSL_PKEY_PARAM_RSA_N);
  auto exponent = ReadNumber(key, OSSL_PKEY_PARAM_RSA_E);
  if (!modulus || !exponent) return std::nullopt;
  return RsaPublicKey{std::move(*modulus), std::move(*exponent)};
}

Result<std::vector<std::string>> ReadCommonNames(const X509* certificate) {
  std::vector<std::string> names;
  const X509_NAME* subject = X509_get_subject_name(certificate);
  int at = -1;
  while ((at = X509_NAME_get_index_by_NID(subject, NID_commonName, at)) >= 0) {
    unsigned char* text = nullptr;
    const int length = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
    const crypto::Buffer owner(text);
    if (length < 0) return InvalidCertificate("a common name of the certificate cannot be read as text");
    names.emplace_back(AsText({text, static_cast<std::size_t>(length)}));
  }
  return names;
}

std::optional<std::chrono::sys_seconds> ReadTime(const ASN1_TIME* time) {
  const std::string_view text =
      AsText({ASN1_STRING_get0_data(time), static_cast<std::size_t>(ASN1_STRING_length(time))});
  return ASN1_STRING_type(time) == V_ASN1_UTCTIME ? ParseUtcTime(text) : ParseGeneralizedTime(text);
}

// The value that X509_get_ext_d2i puts into `critical` if the certificate has no such extension.
constexpr int kNoSuchExtension = -1;

Result<std::optional<bool>> ReadExtendedKeyUsage(const X509* certificate) {
  int critical = 0;
  const crypto::Handle<EXTENDED_KEY_USAGE> usages(
      static_cast<EXTENDED_KEY_USAGE*>(X509_get_ext_d2i(certificate, NID_ext_key_usage, &critical, nullptr)));
  if (!usages && critical == kNoSuchExtension) return std::optional<bool>();
  if (!usages)
    return InvalidCertificate("the certificate's extended key usage occurs twice or cannot be read");
  for (int i = 0; i < sk_ASN1_OBJECT_num(usages.get()); ++i) {
    const int nid = OBJ_obj2nid(sk_ASN1_OBJECT_value(usages.get(), i));
    if (nid == NID_client_auth || nid == NID_anyExtendedKeyUsage) return std::optional(true);
  }
  return std::optional(false);
}

Result<std::optional<bool>> ReadKeyUsage(const X509* certificate) {
  int critical = 0;
  const crypto::Handle<ASN1_BIT_STRING> bits(
      static_cast<ASN1_BIT_STRING*>(X509_get_ext_d2i(certificate, NID_key_usage, &critical, nullptr)));
  if (!bits && critical == kNoSuchExtension) return std::optional<bool>();
  if (!bits) return InvalidCertificate("the certificate's key usage occurs twice or cannot be read");
  return std::optional(ASN1_BIT_STRING_get_bit(bits.get(), kDigitalSignatureBit) == 1);
}

}  // namespace

Error InvalidCertificate(std::string message) {
  return Error(ErrorCode::kInvalidCertificate, Step::kCertificate, std::move(message));
}

Result<ParsedCertificate> ParseCertificate(const Bytes& der) {
  crypto::ErrorQueueScope errors;
  const Result<crypto::Handle<X509>> certificate = Decode(der);
  if (!certificate) return certificate.error();
  const X509* x509 = certificate->get();

  auto common_names = ReadCommonNames(x509);
  if (!common_names) return common_names.error();
  const auto not_before = ReadTime(X509_get0_notBefore(x509));
  if (!not_before)
    return InvalidCertificate("the certificate's NotBefore is not a date that RFC 5280 allows");
  const auto not_after = ReadTime(X509_get0_notAfter(x509));
  if (!not_after) return InvalidCertificate("the certificate's NotAfter is not a date that RFC 5280 allows");
  const auto client_auth = ReadExtendedKeyUsage(x509);
  if (!client_auth) return client_auth.error();
  const auto digital_signature = ReadKeyUsage(x509);
  if (!digital_signature) return digital_signature.error();

  return ParsedCertificate{ReadPublicKey(x509), std::move(*common_names), *not_before, *not_after,
                           *client_auth,        *digital_signature};
}

}  // namespace msiv2::x509
