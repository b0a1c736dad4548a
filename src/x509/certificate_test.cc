#include "x509/certificate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/err.h>

#include <algorithm>

#include "x509/pem.h"
#include "x509/thumbprint.h"
#include "x509/x509_test_support.h"

namespace msiv2::x509 {
namespace {

using testing::HasSubstr;

auto Check(const Bytes& der) { return CheckCertificate(der, {kClientId, GoldenKey(), kNow}); }
auto Check(const CertificateRecipe& recipe) { return Check(MakeCertificate(recipe)); }

template <typename Certificate>
void ExpectRefused(const Certificate& certificate, const std::string& message_part) {
  const auto binding = Check(certificate);
  ASSERT_FALSE(binding) << message_part;
  EXPECT_EQ(binding.error().code, ErrorCode::kInvalidCertificate);
  EXPECT_EQ(binding.error().step, Step::kCertificate);
  EXPECT_THAT(binding.error().message, HasSubstr(message_part));
  EXPECT_EQ(ERR_peek_error(), 0u);
}

CertificateRecipe WithSubject(std::vector<NameEntry> subject) {
  CertificateRecipe recipe;
  recipe.subject = std::move(subject);
  return recipe;
}

CertificateRecipe WithCommonName(int string_type, std::string value) {
  return WithSubject({{NID_commonName, string_type, std::move(value)}});
}

RsaPublicKey KeyOfSize(std::size_t bytes) { return {Bytes(bytes, 0xc3), {1, 0, 1}}; }

TEST(CheckCertificate, BindsAGoodCertificateToTheKey) {
  const Bytes der = MakeCertificate({});
  const auto binding = Check(der);
  ASSERT_TRUE(binding) << binding.error().message;
  EXPECT_EQ((*binding)->leaf_der(), der);
  EXPECT_TRUE((*binding)->chain_der().empty());
  EXPECT_EQ((*binding)->x5t_s256(), X5tS256(der));
  EXPECT_EQ((*binding)->key(), GoldenKey());
  using namespace std::chrono;
  EXPECT_EQ((*binding)->not_before(), sys_days(year(2026) / 1 / 1));
  EXPECT_EQ((*binding)->not_after(), sys_days(year(2027) / 1 / 1));
}

TEST(CheckCertificate, IgnoresTheCaseOfTheClientId) {
  CertificateExpectations expected = {"ABCDEF01-2222-3333-4444-5555555555FF", GoldenKey(), kNow};
  const Bytes der =
      MakeCertificate(WithCommonName(V_ASN1_UTF8STRING, "abcdef01-2222-3333-4444-5555555555ff"));
  EXPECT_TRUE(CheckCertificate(der, expected));
}

TEST(CheckCertificate, AcceptsTheUsualStringTypesOfACommonName) {
  EXPECT_TRUE(Check(WithCommonName(V_ASN1_PRINTABLESTRING, kClientId)));
  EXPECT_TRUE(Check(WithCommonName(V_ASN1_UTF8STRING, kClientId)));
  std::string two_bytes_each;
  for (const char c : std::string(kClientId)) two_bytes_each += {'\0', c};
  EXPECT_TRUE(Check(WithCommonName(V_ASN1_BMPSTRING, two_bytes_each)));
}

// G-24.
TEST(CheckCertificate, RefusesAnotherKey) {
  RsaPublicKey one_bit_off = GoldenKey()->PublicKey();
  one_bit_off.modulus[100] ^= 1;
  RsaPublicKey other_exponent = GoldenKey()->PublicKey();
  other_exponent.exponent = {3};
  for (const RsaPublicKey& key : {one_bit_off, other_exponent}) {
    const auto other = PublicOnly(key);
    CertificateRecipe recipe;
    recipe.public_key = other.get();
    ExpectRefused(recipe, "another key than the binding key");
  }
}

TEST(CheckCertificate, RefusesKeysOfAnotherSizeOrKind) {
  CertificateRecipe recipe;
  const auto rsa1024 = PublicOnly(KeyOfSize(128));
  recipe.public_key = rsa1024.get();
  ExpectRefused(recipe, "128 and 256 bytes");
  const auto rsa4096 = PublicOnly(KeyOfSize(512));
  recipe.public_key = rsa4096.get();
  ExpectRefused(recipe, "512 and 256 bytes");
  const crypto::Handle<EVP_PKEY> p256(EVP_EC_gen("P-256"));
  recipe.public_key = p256.get();
  ExpectRefused(recipe, "not an RSA key");
  const auto pss_only = PublicOnly(GoldenKey()->PublicKey(), "RSA-PSS");
  recipe.public_key = pss_only.get();
  ExpectRefused(recipe, "not an RSA key");
}

// G-24.
TEST(CheckCertificate, RefusesAnotherCommonName) {
  ExpectRefused(WithCommonName(V_ASN1_UTF8STRING, "99999999-2222-3333-4444-555555555555"),
                "\"99999999-2222-3333-4444-555555555555\", not the client id "
                "\"11111111-2222-3333-4444-555555555555\"");
  ExpectRefused(WithCommonName(V_ASN1_UTF8STRING, std::string(kClientId) + " "), "not the client id");
  ExpectRefused(WithCommonName(V_ASN1_UTF8STRING, std::string(kClientId) + std::string("\0x", 2)),
                "5555?x\"");
  ExpectRefused(WithCommonName(V_ASN1_UTF8STRING, "\x1b[2J"), "\"?[2J\"");
}

TEST(CheckCertificate, RefusesNoCommonNameAndTwo) {
  ExpectRefused(WithSubject({{NID_domainComponent, V_ASN1_IA5STRING, kTenantId}}), "has 0 common names");
  const NameEntry name = {NID_commonName, V_ASN1_UTF8STRING, kClientId};
  ExpectRefused(WithSubject({name, name}), "has 2 common names");
}

TEST(CheckCertificate, NeverMatchesAnEmptyCommonName) {
  const Bytes der = MakeCertificate(WithCommonName(V_ASN1_UTF8STRING, ""));
  EXPECT_FALSE(CheckCertificate(der, {"", GoldenKey(), kNow}));
}

TEST(CheckCertificate, RefusesACommonNameThatIsNotText) {
  ExpectRefused(WithCommonName(V_ASN1_BIT_STRING, "bits"), "cannot be read as text");
}

TEST(CheckCertificate, LooksAtTheExtendedKeyUsageOnlyWhereThereIsOne) {
  CertificateRecipe recipe;
  recipe.extended_key_usages = {};
  EXPECT_TRUE(Check(recipe));
  recipe.extended_key_usages = {"anyExtendedKeyUsage"};
  EXPECT_TRUE(Check(recipe));
  recipe.extended_key_usages = {"critical,serverAuth,clientAuth"};
  EXPECT_TRUE(Check(recipe));
  recipe.extended_key_usages = {"serverAuth"};
  ExpectRefused(recipe, "neither clientAuth nor anyExtendedKeyUsage");
  recipe.extended_key_usages = {"DER:3000"};  // an empty list
  ExpectRefused(recipe, "neither clientAuth nor anyExtendedKeyUsage");
}

// G-24.
TEST(CheckCertificate, LooksAtTheKeyUsageOnlyWhereThereIsOne) {
  CertificateRecipe recipe;
  recipe.key_usages = {};
  EXPECT_TRUE(Check(recipe));
  recipe.key_usages = {"keyEncipherment,digitalSignature"};
  EXPECT_TRUE(Check(recipe));
  recipe.key_usages = {"keyEncipherment"};
  ExpectRefused(recipe, "lacks digitalSignature");
}

TEST(CheckCertificate, RefusesUsageExtensionsThatOccurTwiceOrCannotBeRead) {
  CertificateRecipe recipe;
  recipe.extended_key_usages = {"clientAuth", "clientAuth"};
  ExpectRefused(recipe, "extended key usage occurs twice");
  recipe.extended_key_usages = {"DER:0500"};
  ExpectRefused(recipe, "extended key usage occurs twice or cannot be read");
  recipe = {};
  recipe.key_usages = {"digitalSignature", "digitalSignature"};
  ExpectRefused(recipe, "key usage occurs twice");
  recipe.key_usages = {"DER:0500"};
  ExpectRefused(recipe, "key usage occurs twice or cannot be read");
}

// G-12.
TEST(CheckCertificate, RefusesWhatIsNotOneCertificate) {
  const Bytes good = MakeCertificate({});
  ExpectRefused(Bytes{}, "empty");
  ExpectRefused(Bytes{0x30}, "not an X.509 certificate");
  ExpectRefused(Bytes(300, 0x41), "not an X.509 certificate");
  ExpectRefused(Bytes(16 * 1024 + 1, 0x30), "longer than 16 KiB");
  const std::string pem = CertificatePem(good);
  ExpectRefused(Bytes(pem.begin(), pem.end()), "PEM");
  for (std::size_t length = 1; length < good.size(); length += 13) {
    ExpectRefused(Bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(length)),
                  "not an X.509 certificate");
  }
  Bytes trailing = good;
  trailing.push_back(0);
  ExpectRefused(trailing, "1 bytes follow");
  trailing.insert(trailing.end(), good.begin(), good.end());
  ExpectRefused(trailing, "bytes follow");
}

TEST(CheckCertificate, RefusesBer) {
  const Bytes good = MakeCertificate({});
  ASSERT_EQ(good[1], 0x82);
  Bytes long_length = {0x30, 0x83, 0x00, good[2], good[3]};
  long_length.insert(long_length.end(), good.begin() + 4, good.end());
  ExpectRefused(long_length, "not encoded in DER");
  Bytes indefinite = {0x30, 0x80};
  indefinite.insert(indefinite.end(), good.begin() + 4, good.end());
  indefinite.insert(indefinite.end(), {0, 0});
  ExpectRefused(indefinite, "not encoded in DER");
  // The same inside the part that the issuer signed, whose original bytes OpenSSL keeps.
  ASSERT_EQ(good[5], 0x82);
  Bytes inner = {0x30,
                 0x82,
                 static_cast<std::uint8_t>((good.size() - 3) >> 8),
                 static_cast<std::uint8_t>(good.size() - 3),
                 0x30,
                 0x83,
                 0x00};
  inner.insert(inner.end(), good.begin() + 6, good.end());
  ExpectRefused(inner, "not encoded in DER");
}

// Replaces the only occurrence of `from` in a certificate; lengths stay as they are.
Bytes Replaced(Bytes der, const Bytes& from, const Bytes& to) {
  const auto at = std::search(der.begin(), der.end(), from.begin(), from.end());
  EXPECT_NE(at, der.end());
  EXPECT_EQ(std::search(at + 1, der.end(), from.begin(), from.end()), der.end());
  EXPECT_EQ(from.size(), to.size());
  std::copy(to.begin(), to.end(), at);
  return der;
}

// OpenSSL accepts each of these, and keeps its bytes.
// A11.
TEST(CheckCertificate, RefusesBerInsideNamesExtensionsAndKeys) {
  const Bytes good = MakeCertificate({});
  // The critical flag of the key usage encodes TRUE as 01.
  ExpectRefused(Replaced(good, {0x55, 0x1d, 0x0f, 0x01, 0x01, 0xff}, {0x55, 0x1d, 0x0f, 0x01, 0x01, 0x01}),
                "not encoded in DER");
  // In the key usage, digitalSignature with an unused bit that is set.
  ExpectRefused(Replaced(good, {0x04, 0x04, 0x03, 0x02, 0x07, 0x80}, {0x04, 0x04, 0x03, 0x02, 0x07, 0x81}),
                "not encoded in DER");
  // In the extended key usage, a list of indefinite length.
  CertificateRecipe recipe;
  recipe.extended_key_usages = {"DER:308006082b060105050703020000"};
  ExpectRefused(recipe, "not encoded in DER");
  recipe.extended_key_usages = {"DER:30810a06082b06010505070302"};
  ExpectRefused(recipe, "not encoded in DER");
  // A common name in pieces: a constructed UTF8String.
  std::string pieces = std::string("\x0c\x24", 2) + kClientId;
  const Bytes whole = MakeCertificate(WithCommonName(V_ASN1_UTF8STRING, pieces));
  Bytes from = {0x0c, 0x26};
  from.insert(from.end(), pieces.begin(), pieces.end());
  Bytes to = from;
  to[0] = 0x2c;
  ExpectRefused(Replaced(whole, from, to), "not encoded in DER");
}

// RSAPublicKey is inside the BIT STRING of the key.
// A11.
TEST(CheckCertificate, RefusesBerInsideTheKey) {
  Bytes der = MakeCertificate({});
  const Bytes rsa = {0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01,
                     0x01, 0x05, 0x00, 0x03, 0x82, 0x01, 0x0f, 0x00, 0x30, 0x82, 0x01, 0x0a};
  const auto key = std::search(der.begin(), der.end(), rsa.begin(), rsa.end());
  ASSERT_NE(key, der.end());
  const auto at = static_cast<std::size_t>(key - der.begin());
  // One byte more in each length around it, and a length of three bytes where two are enough.
  for (const std::size_t length : {std::size_t{3}, std::size_t{7}, at - 1, at + 18}) {
    ASSERT_LT(der[length], 0xff);
    ++der[length];
  }
  der[at + 21] = 0x83;
  der.insert(der.begin() + static_cast<std::ptrdiff_t>(at + 22), 0x00);
  const unsigned char* next = der.data();
  const crypto::Handle<X509> read(d2i_X509(nullptr, &next, static_cast<long>(der.size())));
  ASSERT_TRUE(read) << "OpenSSL reads it";
  ASSERT_EQ(EVP_PKEY_eq(X509_get0_pubkey(read.get()), GoldenKey()->evp()), 1);
  ExpectRefused(der, "not encoded in DER");
}

// An issuer's own extension may hold anything and is still accepted.
// A11.
TEST(CheckCertificate, TakesAnUnknownExtensionAsItIs) {
  CertificateRecipe recipe;
  recipe.other_extension = "not DER";
  const auto binding = Check(recipe);
  EXPECT_TRUE(binding) << binding.error().message;
}

}  // namespace
}  // namespace msiv2::x509
