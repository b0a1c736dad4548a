// Properties of every certificate with a changed byte, and of every request.
#include <gtest/gtest.h>
// rapidcheck/gtest.h needs gtest before it.
#include <rapidcheck/gtest.h>

#include "base/ascii.h"
#include "base/json.h"
#include "x509/certificate.h"
#include "x509/csr.h"
#include "x509/x509_test_support.h"

namespace msiv2::x509 {
namespace {

const Bytes& GoodCertificate() {
  static const Bytes der = MakeCertificate({});
  return der;
}

// StillBindsTheRightOne reads an accepted certificate with OpenSSL alone.
bool StillBindsTheRightOne(const Bytes& der) {
  const unsigned char* next = der.data();
  const crypto::Handle<X509> certificate(d2i_X509(nullptr, &next, static_cast<long>(der.size())));
  if (!certificate || EVP_PKEY_eq(X509_get0_pubkey(certificate.get()), GoldenKey()->evp()) != 1) return false;
  char text[64];
  X509_NAME_get_text_by_NID(X509_get_subject_name(certificate.get()), NID_commonName, text, sizeof text);
  return EqualsIgnoreCase(text, kClientId);
}

// RefusedOrRight returns false for a binding of anything but the right key and name.
bool RefusedOrRight(const Bytes& der) {
  const auto binding = CheckCertificate(der, {kClientId, GoldenKey(), kNow});
  if (!binding) return binding.error().code == ErrorCode::kInvalidCertificate;
  return (*binding)->leaf_der() == der && StillBindsTheRightOne(der);
}

TEST(CertificateProperty, NoChangedByteBindsAnotherKeyOrName) {
  ASSERT_TRUE(CheckCertificate(GoodCertificate(), {kClientId, GoldenKey(), kNow}));
  for (std::size_t at = 0; at < GoodCertificate().size(); ++at) {
    for (const int flip : {0x01, 0x20, 0x80, 0xff}) {
      Bytes der = GoodCertificate();
      der[at] ^= static_cast<std::uint8_t>(flip);
      EXPECT_TRUE(RefusedOrRight(der)) << "byte " << at << " flipped by " << flip;
    }
  }
}

RC_GTEST_PROP(CertificateProperty, NoSetOfChangesBindsAnotherKeyOrName, ()) {
  Bytes der = GoodCertificate();
  const auto changes = *rc::gen::container<std::vector<std::pair<std::size_t, std::uint8_t>>>(
      rc::gen::pair(rc::gen::inRange<std::size_t>(0, der.size()), rc::gen::arbitrary<std::uint8_t>()));
  for (const auto& [at, value] : changes) der[at] = value;
  RC_ASSERT(RefusedOrRight(der));
}

RC_GTEST_PROP(CertificateProperty, ArbitraryBytesAreRefused, (const Bytes& bytes)) {
  RC_ASSERT(!CheckCertificate(bytes, {kClientId, GoldenKey(), kNow}));
}

std::string Guid() {
  std::string guid;
  for (const int length : {8, 4, 4, 4, 12}) {
    if (!guid.empty()) guid += '-';
    guid += *rc::gen::container<std::string>(static_cast<std::size_t>(length),
                                             rc::gen::elementOf(std::string("0123456789abcdefABCDEF")));
  }
  return guid;
}

RC_GTEST_PROP(CsrProperty, ARequestReadsBackAsItsSubject, ()) {
  const auto id = rc::gen::container<std::string>(rc::gen::inRange<char>(' ', '\x7f'));
  const CsrSubject subject = {Guid(), Guid(), {*rc::gen::nonEmpty(id), *id}};
  const auto csr = BuildCsr(subject, *GoldenKey());
  RC_ASSERT(csr.has_value());

  const unsigned char* next = csr->data();
  const crypto::Handle<X509_REQ> request(d2i_X509_REQ(nullptr, &next, static_cast<long>(csr->size())));
  RC_ASSERT(static_cast<bool>(request));
  RC_ASSERT(next == csr->data() + csr->size());
  char text[64];
  X509_NAME* name = X509_REQ_get_subject_name(request.get());
  X509_NAME_get_text_by_NID(name, NID_commonName, text, sizeof text);
  RC_ASSERT(text == subject.client_id);
  X509_NAME_get_text_by_NID(name, NID_domainComponent, text, sizeof text);
  RC_ASSERT(text == subject.tenant_id);
  const ASN1_STRING* value =
      X509_ATTRIBUTE_get0_type(X509_REQ_get_attr(request.get(), 0), 0)->value.utf8string;
  const auto json = JsonObject::Parse(
      AsText({ASN1_STRING_get0_data(value), static_cast<std::size_t>(ASN1_STRING_length(value))}));
  RC_ASSERT(json.has_value());
  RC_ASSERT(json->String("vmId") == subject.cu_id.vm_id);
  RC_ASSERT(json->String("vmssId").value_or("") == subject.cu_id.vmss_id);
  RC_ASSERT(json->Has("vmssId") == !subject.cu_id.vmss_id.empty());
  RC_ASSERT(X509_REQ_verify(request.get(), GoldenKey()->evp()) == 1);
}

}  // namespace
}  // namespace msiv2::x509
