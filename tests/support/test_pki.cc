#include "tests/support/test_pki.h"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

namespace msiv2::testing {
namespace {

struct Extension {
  int nid;
  const char* value;
};

// Issues a certificate for `key`; self-signed if `issuer` has no certificate.
SharedX509 Issue(const std::string& name, EVP_PKEY* key, const Identity& issuer,
                 const std::vector<Extension>& extensions) {
  SharedX509 certificate(X509_new(), X509_free);
  X509* const raw = certificate.get();
  X509_set_version(raw, X509_VERSION_3);
  std::uint32_t serial = 0;
  RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(raw), std::uint64_t{serial} + 1);
  X509_gmtime_adj(X509_getm_notBefore(raw), -3600);
  X509_gmtime_adj(X509_getm_notAfter(raw), 24 * 3600);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(raw), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  X509* const parent = issuer.certificate ? issuer.certificate.get() : raw;
  X509_set_issuer_name(raw, X509_get_subject_name(parent));
  X509_set_pubkey(raw, key);
  X509V3_CTX context;
  X509V3_set_ctx(&context, parent, raw, nullptr, nullptr, 0);
  for (const Extension& extension : extensions) {
    X509_EXTENSION* const made = X509V3_EXT_conf_nid(nullptr, &context, extension.nid, extension.value);
    X509_add_ext(raw, made, -1);
    X509_EXTENSION_free(made);
  }
  X509_sign(raw, issuer.key.get(), EVP_sha256());
  return certificate;
}

SharedPkey NewEcKey() { return SharedPkey(EVP_EC_gen("P-256"), EVP_PKEY_free); }

}  // namespace

TestCa::TestCa(const std::string& name) {
  root_.key = NewEcKey();
  root_.certificate = Issue(name, root_.key.get(), Identity{nullptr, root_.key},
                            {{NID_basic_constraints, "critical,CA:TRUE"}, {NID_key_usage, "keyCertSign"}});
}

Identity TestCa::IssueServer(const std::string& names) const {
  Identity server;
  server.key = NewEcKey();
  server.certificate = Issue("localhost", server.key.get(), root_,
                             {{NID_subject_alt_name, names.c_str()}, {NID_ext_key_usage, "serverAuth"}});
  return server;
}

std::shared_ptr<const BindingCertificate> TestCa::IssueClient(const std::string& name,
                                                              std::shared_ptr<EvpSigningKey> key) const {
  const SharedX509 certificate = Issue(
      name, key->pkey(), root_, {{NID_key_usage, "digitalSignature"}, {NID_ext_key_usage, "clientAuth"}});
  BindingCertificate::Fields fields;
  fields.leaf_der.resize(static_cast<std::size_t>(i2d_X509(certificate.get(), nullptr)));
  unsigned char* position = fields.leaf_der.data();
  i2d_X509(certificate.get(), &position);
  fields.key = std::move(key);
  return std::make_shared<const BindingCertificate>(std::move(fields));
}

std::string TestCa::root_pem() const {
  const std::unique_ptr<BIO, decltype(&BIO_free_all)> text(BIO_new(BIO_s_mem()), BIO_free_all);
  PEM_write_bio_X509(text.get(), root_.certificate.get());
  const char* data = nullptr;
  const long size = BIO_get_mem_data(text.get(), &data);
  return std::string(data, static_cast<std::size_t>(size));
}

}  // namespace msiv2::testing
