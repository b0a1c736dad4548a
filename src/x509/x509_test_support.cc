#include "x509/x509_test_support.h"

#include <gtest/gtest.h>
#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <fstream>
#include <iterator>
#include <stdexcept>

namespace msiv2::x509 {
namespace {

void Must(bool ok) {
  if (!ok) throw std::logic_error("OpenSSL refused to make test data");
}

Bytes Number(const EVP_PKEY* key, const char* name) {
  BIGNUM* number = nullptr;
  Must(EVP_PKEY_get_bn_param(key, name, &number) == 1);
  const crypto::Handle<BIGNUM> owner(number);
  Bytes bytes(static_cast<std::size_t>(BN_num_bytes(number)));
  BN_bn2bin(number, bytes.data());
  return bytes;
}

struct FreedForTests {
  void operator()(ASN1_OBJECT* p) const noexcept { ASN1_OBJECT_free(p); }
  void operator()(ASN1_STRING* p) const noexcept { ASN1_STRING_free(p); }
  void operator()(X509_EXTENSION* p) const noexcept { X509_EXTENSION_free(p); }
};
template <typename T>
using Owned = std::unique_ptr<T, FreedForTests>;

Owned<ASN1_TIME> RawDate(const std::string& text) {
  Owned<ASN1_TIME> date(ASN1_STRING_type_new(text.size() == 13 ? V_ASN1_UTCTIME : V_ASN1_GENERALIZEDTIME));
  Must(date && ASN1_STRING_set(date.get(), text.data(), static_cast<int>(text.size())) == 1);
  return date;
}

void AddExtension(X509* certificate, int nid, const std::string& text) {
  const Owned<X509_EXTENSION> extension(X509V3_EXT_conf_nid(nullptr, nullptr, nid, text.c_str()));
  Must(extension && X509_add_ext(certificate, extension.get(), -1) == 1);
}

void AddUnknownExtension(X509* certificate, const std::string& value) {
  const Owned<ASN1_OBJECT> type(OBJ_txt2obj("1.3.6.1.4.1.99999.1", 1));
  const Owned<ASN1_OCTET_STRING> octets(ASN1_OCTET_STRING_new());
  Must(ASN1_OCTET_STRING_set(octets.get(), reinterpret_cast<const unsigned char*>(value.data()),
                             static_cast<int>(value.size())) == 1);
  const Owned<X509_EXTENSION> extension(
      X509_EXTENSION_create_by_OBJ(nullptr, type.get(), /*crit=*/0, octets.get()));
  Must(extension && X509_add_ext(certificate, extension.get(), -1) == 1);
}

}  // namespace

Bytes ReadGolden(const std::string& name) {
  std::ifstream file(std::string(MSIV2_GOLDEN_DIR) + "/csr/" + name, std::ios::binary);
  EXPECT_TRUE(file) << name;
  return Bytes(std::istreambuf_iterator<char>(file), {});
}

OpenSslKey::OpenSslKey(crypto::Handle<EVP_PKEY> key)
    : key_(std::move(key)),
      public_key_{Number(key_.get(), OSSL_PKEY_PARAM_RSA_N), Number(key_.get(), OSSL_PKEY_PARAM_RSA_E)} {}

Result<Bytes> OpenSslKey::SignDigest(SignaturePadding padding, DigestAlgorithm algorithm,
                                     ByteView digest) const {
  const EVP_MD* md = algorithm == DigestAlgorithm::kSha256   ? EVP_sha256()
                     : algorithm == DigestAlgorithm::kSha384 ? EVP_sha384()
                                                             : EVP_sha512();
  const crypto::Handle<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new(key_.get(), nullptr));
  Must(context && EVP_PKEY_sign_init(context.get()) == 1);
  const bool pss = padding == SignaturePadding::kPss;
  Must(EVP_PKEY_CTX_set_rsa_padding(context.get(), pss ? RSA_PKCS1_PSS_PADDING : RSA_PKCS1_PADDING) == 1);
  if (pss) Must(EVP_PKEY_CTX_set_rsa_pss_saltlen(context.get(), RSA_PSS_SALTLEN_DIGEST) == 1);
  Must(EVP_PKEY_CTX_set_signature_md(context.get(), md) == 1);
  Bytes signature(public_key_.modulus.size());
  std::size_t size = signature.size();
  Must(EVP_PKEY_sign(context.get(), signature.data(), &size, digest.data(), digest.size()) == 1);
  return signature;
}

std::shared_ptr<const OpenSslKey> GoldenKey() {
  static const auto key = [] {
    const Bytes pem = ReadGolden("public_test_key.pem");
    const crypto::Handle<BIO> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    crypto::Handle<EVP_PKEY> evp(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
    Must(evp != nullptr);
    return std::make_shared<const OpenSslKey>(std::move(evp));
  }();
  return key;
}

crypto::Handle<EVP_PKEY> PublicOnly(const RsaPublicKey& key, const char* type) {
  const crypto::Handle<BIGNUM> n(
      BN_bin2bn(key.modulus.data(), static_cast<int>(key.modulus.size()), nullptr));
  const crypto::Handle<BIGNUM> e(
      BN_bin2bn(key.exponent.data(), static_cast<int>(key.exponent.size()), nullptr));
  const crypto::Handle<OSSL_PARAM_BLD> builder(OSSL_PARAM_BLD_new());
  Must(OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) == 1);
  Must(OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) == 1);
  const crypto::Handle<OSSL_PARAM> parameters(OSSL_PARAM_BLD_to_param(builder.get()));
  const crypto::Handle<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* made = nullptr;
  Must(EVP_PKEY_fromdata_init(context.get()) == 1);
  Must(EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_PUBLIC_KEY, parameters.get()) == 1);
  return crypto::Handle<EVP_PKEY>(made);
}

Bytes MakeCertificate(const CertificateRecipe& recipe) {
  const crypto::Handle<X509> certificate(X509_new());
  X509* x509 = certificate.get();
  EVP_PKEY* signer = GoldenKey()->evp();
  Must(X509_set_version(x509, X509_VERSION_3) == 1);
  Must(ASN1_INTEGER_set(X509_get_serialNumber(x509), 7) == 1);
  for (const NameEntry& entry : recipe.subject) {
    const auto* value = reinterpret_cast<const unsigned char*>(entry.value.data());
    Must(X509_NAME_add_entry_by_NID(X509_get_subject_name(x509), entry.nid, entry.string_type, value,
                                    static_cast<int>(entry.value.size()), -1, 0) == 1);
  }
  Must(X509_NAME_add_entry_by_txt(X509_get_issuer_name(x509), "CN", V_ASN1_PRINTABLESTRING,
                                  reinterpret_cast<const unsigned char*>("Test CA"), -1, -1, 0) == 1);
  Must(X509_set1_notBefore(x509, RawDate(recipe.not_before).get()) == 1);
  Must(X509_set1_notAfter(x509, RawDate(recipe.not_after).get()) == 1);
  Must(X509_set_pubkey(x509, recipe.public_key != nullptr ? recipe.public_key : signer) == 1);
  for (const auto& usage : recipe.extended_key_usages) AddExtension(x509, NID_ext_key_usage, usage);
  for (const auto& usage : recipe.key_usages) AddExtension(x509, NID_key_usage, usage);
  if (!recipe.other_extension.empty()) AddUnknownExtension(x509, recipe.other_extension);
  Must(X509_sign(x509, signer, EVP_sha256()) > 0);

  unsigned char* der = nullptr;
  const int length = i2d_X509(x509, &der);
  const crypto::Buffer owner(der);
  Must(length > 0);
  return Bytes(der, der + length);
}

std::string CertificateDate(std::chrono::sys_seconds time) {
  const Owned<ASN1_TIME> date(ASN1_TIME_set(nullptr, time.time_since_epoch().count()));
  return std::string(reinterpret_cast<const char*>(ASN1_STRING_get0_data(date.get())));
}

}  // namespace msiv2::x509
