#include "x509/csr.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/x509.h>

#include <functional>

#include "base/guid.h"
#include "x509/spki.h"
#include "x509/x509_test_support.h"

namespace msiv2::x509 {
namespace {

using testing::HasSubstr;

constexpr char kVmId[] = "0a0b0c0d-1111-4222-8333-444455556666";
constexpr char kVmssId[] = "99999999-8888-4777-8666-555544443333";

CsrSubject Subject(std::string vm_id = kVmId, std::string vmss_id = kVmssId) {
  return {kClientId, kTenantId, {std::move(vm_id), std::move(vmss_id)}};
}

// ScriptedKey has the golden key's public half and signs as the test says.
class ScriptedKey final : public SigningKey {
 public:
  using Sign = std::function<Result<Bytes>(SignaturePadding, DigestAlgorithm, ByteView)>;
  explicit ScriptedKey(Sign sign) : sign_(std::move(sign)) {}
  const RsaPublicKey& PublicKey() const override { return GoldenKey()->PublicKey(); }
  Result<Bytes> SignDigest(SignaturePadding padding, DigestAlgorithm algorithm,
                           ByteView digest) const override {
    return sign_(padding, algorithm, digest);
  }
  KeyStrength Strength() const override { return KeyStrength::kSoftware; }
  KeyOrigin Origin() const override { return KeyOrigin::kEmulated; }

 private:
  Sign sign_;
};

crypto::Handle<X509_REQ> Decode(const Bytes& csr) {
  const unsigned char* next = csr.data();
  crypto::Handle<X509_REQ> request(d2i_X509_REQ(nullptr, &next, static_cast<long>(csr.size())));
  EXPECT_EQ(next, csr.data() + csr.size());
  return request;
}

std::string Text(const ASN1_STRING* string) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(string)),
          static_cast<std::size_t>(ASN1_STRING_length(string))};
}

void ExpectRefused(const Result<Bytes>& result, const char* message_part) {
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kInvalidRequest);
  EXPECT_EQ(result.error().step, Step::kCsr);
  EXPECT_THAT(result.error().message, HasSubstr(message_part));
}

TEST(CertificationRequestInfo, EqualsTheGoldenBytesOfTheOpensslTool) {
  const RsaPublicKey& key = GoldenKey()->PublicKey();
  EXPECT_EQ(*BuildCertificationRequestInfo(Subject(kVmId, ""), key), ReadGolden("info_vm_only.der"));
  EXPECT_EQ(*BuildCertificationRequestInfo(Subject("", kVmssId), key), ReadGolden("info_vmss_only.der"));
  EXPECT_EQ(*BuildCertificationRequestInfo(Subject(), key), ReadGolden("info_both.der"));
  const CsrSubject upper_case = {"ABCDEF01-2222-3333-4444-5555555555FF",
                                 "AAAAAAAA-BBBB-CCCC-DDDD-EEEEEEEEEEEE",
                                 {"0A0B0C0D-1111-4222-8333-444455556666", ""}};
  EXPECT_EQ(*BuildCertificationRequestInfo(upper_case, key), ReadGolden("info_upper_case.der"));
}

TEST(Csr, IsTheGoldenInfoThenTheGoldenAlgorithmThenTheSignature) {
  const Bytes csr = *BuildCsr(Subject(), *GoldenKey());
  Bytes expected = ReadGolden("info_both.der");
  const Bytes algorithm = ReadGolden("pss_algorithm.der");
  ASSERT_EQ(algorithm.size(), 63u);
  expected.insert(expected.end(), algorithm.begin(), algorithm.end());

  constexpr std::size_t kOuterHeader = 4;
  constexpr std::size_t kSignature = 4 + 1 + 256;  // BIT STRING header, no unused bits, RSA-2048
  ASSERT_EQ(csr.size(), kOuterHeader + expected.size() + kSignature);
  EXPECT_EQ(Bytes(csr.begin() + kOuterHeader, csr.end() - kSignature), expected);
}

TEST(Csr, HasTheSpecifiedFields) {
  const auto request = Decode(*BuildCsr(Subject(), *GoldenKey()));
  ASSERT_TRUE(request);
  EXPECT_EQ(X509_REQ_get_version(request.get()), 0);

  const X509_NAME* subject = X509_REQ_get_subject_name(request.get());
  ASSERT_EQ(X509_NAME_entry_count(subject), 2);
  const X509_NAME_ENTRY* first = X509_NAME_get_entry(subject, 0);
  EXPECT_EQ(OBJ_obj2nid(X509_NAME_ENTRY_get_object(first)), NID_domainComponent);
  EXPECT_EQ(ASN1_STRING_type(X509_NAME_ENTRY_get_data(first)), V_ASN1_IA5STRING);
  EXPECT_EQ(Text(X509_NAME_ENTRY_get_data(first)), kTenantId);
  const X509_NAME_ENTRY* second = X509_NAME_get_entry(subject, 1);
  EXPECT_EQ(OBJ_obj2nid(X509_NAME_ENTRY_get_object(second)), NID_commonName);
  EXPECT_EQ(ASN1_STRING_type(X509_NAME_ENTRY_get_data(second)), V_ASN1_PRINTABLESTRING);
  EXPECT_EQ(Text(X509_NAME_ENTRY_get_data(second)), kClientId);
  EXPECT_NE(X509_NAME_ENTRY_set(first), X509_NAME_ENTRY_set(second)) << "two RDNs, not one of two values";

  EXPECT_EQ(EVP_PKEY_eq(X509_REQ_get0_pubkey(request.get()), GoldenKey()->evp()), 1);
  EXPECT_EQ(X509_REQ_verify(request.get(), GoldenKey()->evp()), 1);
  EXPECT_EQ(X509_REQ_get_signature_nid(request.get()), NID_rsassaPss);
}

TEST(Csr, HasOneAttributeWithOneUtf8String) {
  const auto request = Decode(*BuildCsr(Subject(), *GoldenKey()));
  ASSERT_TRUE(request);
  ASSERT_EQ(X509_REQ_get_attr_count(request.get()), 1);
  X509_ATTRIBUTE* attribute = X509_REQ_get_attr(request.get(), 0);
  char oid[64];
  OBJ_obj2txt(oid, sizeof oid, X509_ATTRIBUTE_get0_object(attribute), 1);
  EXPECT_STREQ(oid, "1.3.6.1.4.1.311.90.2.10");
  ASSERT_EQ(X509_ATTRIBUTE_count(attribute), 1);
  const ASN1_TYPE* value = X509_ATTRIBUTE_get0_type(attribute, 0);
  ASSERT_EQ(ASN1_TYPE_get(value), V_ASN1_UTF8STRING);
  EXPECT_EQ(
      Text(value->value.utf8string),
      R"({"vmId":"0a0b0c0d-1111-4222-8333-444455556666","vmssId":"99999999-8888-4777-8666-555544443333"})");
}

TEST(Csr, EscapesQuotesInTheComputeUnitIdAndKeepsUtf8) {
  const Bytes info = *BuildCertificationRequestInfo(Subject("a\"b\\\xc3\xa9", ""), GoldenKey()->PublicKey());
  EXPECT_THAT(std::string(AsText(info)), HasSubstr("{\"vmId\":\"a\\\"b\\\\\xc3\xa9\"}"));
}

TEST(Csr, AsksTheKeyForOnePssSignatureOfASha256Digest) {
  int calls = 0;
  const ScriptedKey key([&](SignaturePadding padding, DigestAlgorithm algorithm, ByteView digest) {
    ++calls;
    EXPECT_EQ(padding, SignaturePadding::kPss);
    EXPECT_EQ(algorithm, DigestAlgorithm::kSha256);
    EXPECT_EQ(digest.size(), 32u);
    return GoldenKey()->SignDigest(padding, algorithm, digest);
  });
  EXPECT_TRUE(BuildCsr(Subject(), key));
  EXPECT_EQ(calls, 1);
}

TEST(Csr, RefusesIdsThatAreNotGuids) {
  const RsaPublicKey& key = GoldenKey()->PublicKey();
  for (const char* bad : {"", "not-a-guid", "{11111111-2222-3333-4444-555555555555}",
                          "11111111-2222-3333-4444-55555555555\n", "11111111222233334444555555555555"}) {
    CsrSubject subject = Subject();
    subject.client_id = bad;
    ExpectRefused(BuildCertificationRequestInfo(subject, key), "client id");
    subject = Subject();
    subject.tenant_id = bad;
    ExpectRefused(BuildCertificationRequestInfo(subject, key), "tenant id");
  }
}

TEST(Csr, RefusesAnEmptyComputeUnitId) {
  ExpectRefused(BuildCertificationRequestInfo(Subject("", ""), GoldenKey()->PublicKey()),
                "neither vmId nor vmssId");
}

TEST(Csr, RefusesComputeUnitIdsThatAreNotPlainUtf8) {
  const RsaPublicKey& key = GoldenKey()->PublicKey();
  const std::string bad[] = {
      "\xff",              // not a UTF-8 byte
      "\xc3",              // cut short
      "\xc0\xaf",          // overlong '/'
      "\xe0\x80\xaf",      // overlong '/'
      "\xed\xa0\x80",      // a surrogate
      "\xf4\x90\x80\x80",  // above U+10FFFF
      "a\nb",
      "\x1b[31m",
      "\x7f",
      "\xc2\x85",
      std::string("a\0b", 3),
      std::string(1024 * 1024 + 1, 'a'),
  };
  for (const std::string& text : bad) {
    ExpectRefused(BuildCertificationRequestInfo(Subject(text, kVmssId), key), "vmId");
    ExpectRefused(BuildCertificationRequestInfo(Subject(kVmId, text), key), "vmssId");
  }
  EXPECT_TRUE(BuildCertificationRequestInfo(Subject("\xed\x9f\xbf \xf4\x8f\xbf\xbd", ""), key));
}

TEST(Csr, RefusesKeysThatAreNotRsa2048) {
  RsaPublicKey key = GoldenKey()->PublicKey();
  key.modulus.resize(128);
  ExpectRefused(BuildCertificationRequestInfo(Subject(), key), "2048");
  key.modulus.resize(512, 1);
  ExpectRefused(BuildCertificationRequestInfo(Subject(), key), "512 bytes");
  key.modulus.clear();
  ExpectRefused(BuildCertificationRequestInfo(Subject(), key), "0 bytes");
  key = GoldenKey()->PublicKey();
  key.modulus.front() = 0x7f;  // 2047 bits
  ExpectRefused(BuildCertificationRequestInfo(Subject(), key), "2048");
  for (const Bytes& exponent : {Bytes{}, Bytes{1}, Bytes{1, 0, 0}}) {
    key = GoldenKey()->PublicKey();
    key.exponent = exponent;
    ExpectRefused(BuildCertificationRequestInfo(Subject(), key), "exponent");
  }
}

TEST(Csr, RefusesAKeyThatSignsGarbage) {
  const Bytes garbage_signatures[] = {Bytes(), Bytes(256, 0x5a), Bytes(255, 0x5a), Bytes(4096, 0xff)};
  for (const Bytes& garbage : garbage_signatures) {
    const ScriptedKey key([&](auto, auto, auto) { return Result<Bytes>(garbage); });
    const auto csr = BuildCsr(Subject(), key);
    ASSERT_FALSE(csr);
    EXPECT_EQ(csr.error().code, ErrorCode::kKeySignFailed);
    EXPECT_EQ(csr.error().step, Step::kCsr);
  }
  const ScriptedKey pkcs1([](auto, DigestAlgorithm algorithm, ByteView digest) {
    return GoldenKey()->SignDigest(SignaturePadding::kPkcs1, algorithm, digest);
  });
  EXPECT_FALSE(BuildCsr(Subject(), pkcs1));
  EXPECT_EQ(ERR_peek_error(), 0u);
}

TEST(Csr, PassesTheKeystoresRefusalOn) {
  const ScriptedKey key([](auto, auto, auto) {
    Error error(ErrorCode::kKeySignFailed, Step::kKey, "the keystore is gone");
    error.native_code = 0x8009003a;
    return Result<Bytes>(error);
  });
  const auto csr = BuildCsr(Subject(), key);
  ASSERT_FALSE(csr);
  EXPECT_EQ(csr.error().code, ErrorCode::kKeySignFailed);
  EXPECT_EQ(csr.error().step, Step::kCsr);
  EXPECT_EQ(csr.error().native_code, 0x8009003a);
  EXPECT_EQ(csr.error().message, "the keystore is gone");
}

}  // namespace
}  // namespace msiv2::x509
