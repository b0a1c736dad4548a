#include "emulator/certificate_authority.h"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <openssl/x509v3.h>

#include <array>
#include <cstdint>

namespace msiv2::emulator {
namespace {

using std::chrono::system_clock;
using ExtensionHandle = std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>>;

KeyHandle NewEcKey() {
  KeyHandle key(EVP_EC_gen("P-256"));
  Require(key != nullptr, "P-256 key");
  return key;
}

void SetRandomSerial(X509* certificate) {
  std::array<unsigned char, 16> bytes{};
  Require(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1, "random serial");
  bytes[0] = static_cast<unsigned char>((bytes[0] & 0x7F) | 0x40);  // positive, and always 16 bytes long
  BIGNUM* number = BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr);
  const bool done = number && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate));
  BN_free(number);
  Require(done, "serial number");
}

void AddName(X509_NAME* name, int nid, int string_type, const std::string& text) {
  Require(
      X509_NAME_add_entry_by_NID(name, nid, string_type, reinterpret_cast<const unsigned char*>(text.data()),
                                 static_cast<int>(text.size()), -1, 0) == 1,
      "subject name");
}

void AddExtension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  ExtensionHandle extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  Require(extension && X509_add_ext(certificate, extension.get(), -1) == 1, "certificate extension");
}

std::string Fingerprint(X509* certificate) {
  const std::string der = CertificateDer(certificate);
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(der.data()), der.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

std::string TakeText(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return std::string(data, static_cast<std::size_t>(size));
}

}  // namespace

CertificateAuthority::CertificateAuthority() {
  root_.key = NewEcKey();
  const auto now = system_clock::now();
  root_.certificate =
      NewCertificate(root_.key.get(), now - std::chrono::hours(24 * 365), now + std::chrono::hours(87600));
  X509* root = root_.certificate.get();
  AddName(X509_get_subject_name(root), NID_commonName, V_ASN1_UTF8STRING, "msiv2 emulator root");
  Require(X509_set_issuer_name(root, X509_get_subject_name(root)) == 1, "issuer name");
  AddExtension(root, root, NID_basic_constraints, "critical,CA:TRUE");
  AddExtension(root, root, NID_key_usage, "critical,keyCertSign,cRLSign");
  AddExtension(root, root, NID_subject_key_identifier, "hash");
  Sign(root);
  pem_ = CertificatePem(root);
}

IssuedCertificate CertificateAuthority::IssueServerCertificate() {
  IssuedCertificate issued;
  issued.key = NewEcKey();
  const auto now = system_clock::now();
  issued.certificate = NewCertificate(issued.key.get(), now - std::chrono::hours(24 * 365),
                                      now + std::chrono::hours(24 * 3650));
  X509* certificate = issued.certificate.get();
  X509* root = root_.certificate.get();
  AddName(X509_get_subject_name(certificate), NID_commonName, V_ASN1_UTF8STRING, "localhost");
  Require(X509_set_issuer_name(certificate, X509_get_subject_name(root)) == 1, "issuer name");
  AddExtension(certificate, root, NID_basic_constraints, "critical,CA:FALSE");
  AddExtension(certificate, root, NID_key_usage, "critical,digitalSignature");
  AddExtension(certificate, root, NID_ext_key_usage, "serverAuth");
  AddExtension(certificate, root, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1,IP:::1");
  AddExtension(certificate, root, NID_authority_key_identifier, "keyid");
  Sign(certificate);
  return issued;
}

IssuedCertificate CertificateAuthority::NewSelfSigned(const std::string& common_name) {
  IssuedCertificate issued;
  issued.key = NewEcKey();
  const auto now = system_clock::now();
  issued.certificate = NewCertificate(issued.key.get(), now - std::chrono::hours(24 * 365),
                                      now + std::chrono::hours(24 * 3650));
  X509* certificate = issued.certificate.get();
  AddName(X509_get_subject_name(certificate), NID_commonName, V_ASN1_UTF8STRING, common_name);
  Require(X509_set_issuer_name(certificate, X509_get_subject_name(certificate)) == 1, "issuer name");
  AddExtension(certificate, certificate, NID_ext_key_usage, "serverAuth");
  Require(X509_sign(certificate, issued.key.get(), EVP_sha256()) > 0, "certificate signature");
  return issued;
}

CertificateHandle CertificateAuthority::IssueClientCertificate(const ClientCertificateSpec& spec) {
  CertificateHandle certificate = NewCertificate(spec.public_key, spec.not_before, spec.not_after);
  X509* root = root_.certificate.get();
  X509_NAME* subject = X509_get_subject_name(certificate.get());
  AddName(subject, NID_domainComponent, V_ASN1_IA5STRING, spec.tenant_id);
  AddName(subject, NID_commonName, V_ASN1_PRINTABLESTRING, spec.client_id);
  Require(X509_set_issuer_name(certificate.get(), X509_get_subject_name(root)) == 1, "issuer name");
  AddExtension(certificate.get(), root, NID_basic_constraints, "critical,CA:FALSE");
  AddExtension(certificate.get(), root, NID_key_usage, "critical," + spec.key_usage);
  AddExtension(certificate.get(), root, NID_ext_key_usage, spec.extended_key_usage);
  AddExtension(certificate.get(), root, NID_authority_key_identifier, "keyid");
  Sign(certificate.get(), spec.digest);
  std::lock_guard lock(mutex_);
  issued_.insert(Fingerprint(certificate.get()));
  return certificate;
}

CertificateAuthority::Verdict CertificateAuthority::Verify(X509* certificate,
                                                           system_clock::time_point now) const {
  // The signature proves that this authority issued the certificate. The list of client certificates excludes
  // its own TLS server certificates.
  if (X509_verify(certificate, root_.key.get()) != 1) return Verdict::kUnknownIssuer;
  const std::string fingerprint = Fingerprint(certificate);
  std::lock_guard lock(mutex_);
  if (!issued_.contains(fingerprint)) return Verdict::kUnknownIssuer;

  std::time_t at = system_clock::to_time_t(now);
  if (X509_cmp_time(X509_get0_notBefore(certificate), &at) > 0) return Verdict::kExpired;
  if (X509_cmp_time(X509_get0_notAfter(certificate), &at) < 0) return Verdict::kExpired;
  return revoked_.contains(fingerprint) ? Verdict::kRevoked : Verdict::kOk;
}

void CertificateAuthority::RevokeAll() {
  std::lock_guard lock(mutex_);
  revoked_ = issued_;
}

CertificateHandle CertificateAuthority::NewCertificate(EVP_PKEY* public_key,
                                                       system_clock::time_point not_before,
                                                       system_clock::time_point not_after) {
  CertificateHandle certificate(X509_new());
  Require(certificate != nullptr, "certificate");
  Require(X509_set_version(certificate.get(), X509_VERSION_3) == 1, "certificate version");
  SetRandomSerial(certificate.get());
  Require(ASN1_TIME_set(X509_getm_notBefore(certificate.get()), system_clock::to_time_t(not_before)) &&
              ASN1_TIME_set(X509_getm_notAfter(certificate.get()), system_clock::to_time_t(not_after)),
          "certificate validity");
  Require(X509_set_pubkey(certificate.get(), public_key) == 1, "certificate key");
  return certificate;
}

void CertificateAuthority::Sign(X509* certificate, const EVP_MD* digest) const {
  Require(X509_sign(certificate, root_.key.get(), digest) > 0, "certificate signature");
}

std::string CertificateDer(X509* certificate) {
  const int size = i2d_X509(certificate, nullptr);
  Require(size > 0, "certificate DER");
  std::string der(static_cast<std::size_t>(size), '\0');
  auto* out = reinterpret_cast<unsigned char*>(der.data());
  i2d_X509(certificate, &out);
  return der;
}

std::string KeyPem(EVP_PKEY* key) {
  BioHandle bio(BIO_new(BIO_s_mem()));
  Require(bio && PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1,
          "key PEM");
  return TakeText(bio.get());
}

std::string CertificatePem(X509* certificate) {
  BioHandle bio(BIO_new(BIO_s_mem()));
  Require(bio && PEM_write_bio_X509(bio.get(), certificate) == 1, "certificate PEM");
  return TakeText(bio.get());
}

}  // namespace msiv2::emulator
