#include "x509/spki.h"

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

#include "crypto/digest.h"
#include "x509/x509_test_support.h"

namespace msiv2::x509 {
namespace {

constexpr auto kPss = SignaturePadding::kPss;
constexpr auto kPkcs1 = SignaturePadding::kPkcs1;

TEST(Spki, EqualsTheGoldenBytesOfTheOpensslTool) {
  EXPECT_EQ(SpkiDer(GoldenKey()->PublicKey()), ReadGolden("spki.der"));
}

TEST(Spki, IsNamedByItsSha256) {
  const RsaPublicKey& key = GoldenKey()->PublicKey();
  EXPECT_EQ(SpkiSha256Hex(key), crypto::Sha256Hex(ReadGolden("spki.der")));
  RsaPublicKey other = key;
  other.exponent = {3};
  EXPECT_NE(SpkiSha256Hex(other), SpkiSha256Hex(key));
}

TEST(VerifySignature, AcceptsWhatTheKeySigned) {
  for (const auto padding : {kPss, kPkcs1}) {
    for (const auto algorithm :
         {DigestAlgorithm::kSha256, DigestAlgorithm::kSha384, DigestAlgorithm::kSha512}) {
      const Bytes digest(DigestSize(algorithm), 0x42);
      const Bytes signature = *GoldenKey()->SignDigest(padding, algorithm, digest);
      EXPECT_TRUE(VerifySignature(GoldenKey()->PublicKey(), padding, algorithm, digest, signature));
    }
  }
}

// RFC 8017 section 8.1.2. One signature in 256 begins with a zero, which adds nothing to its number.
TEST(VerifySignature, RefusesASignatureWithoutItsLeadingZero) {
  const auto sha256 = DigestAlgorithm::kSha256;
  Bytes digest(32, 0);
  Bytes signature;
  for (int i = 0; i < 65536 && (signature.empty() || signature[0] != 0); ++i) {
    digest[0] = static_cast<std::uint8_t>(i);
    digest[1] = static_cast<std::uint8_t>(i >> 8);
    signature = *GoldenKey()->SignDigest(kPss, sha256, digest);
  }
  ASSERT_EQ(signature[0], 0);
  const RsaPublicKey& key = GoldenKey()->PublicKey();
  EXPECT_TRUE(VerifySignature(key, kPss, sha256, digest, signature));
  EXPECT_FALSE(VerifySignature(key, kPss, sha256, digest, Bytes(signature.begin() + 1, signature.end())));
}

TEST(VerifySignature, RefusesEverythingElse) {
  const RsaPublicKey& key = GoldenKey()->PublicKey();
  const Bytes digest(32, 0x42);
  const auto sha256 = DigestAlgorithm::kSha256;
  const Bytes signature = *GoldenKey()->SignDigest(kPss, sha256, digest);

  EXPECT_FALSE(VerifySignature(key, kPkcs1, sha256, digest, signature));
  EXPECT_FALSE(VerifySignature(key, kPss, DigestAlgorithm::kSha384, digest, signature));
  EXPECT_FALSE(VerifySignature(key, kPss, sha256, Bytes(32, 0x43), signature));
  EXPECT_FALSE(VerifySignature(key, kPss, sha256, Bytes(31, 0x42), signature));
  EXPECT_FALSE(VerifySignature(key, kPss, sha256, digest, {}));
  EXPECT_FALSE(VerifySignature(key, kPss, sha256, digest, Bytes(signature.begin() + 1, signature.end())));
  Bytes longer = signature;
  longer.insert(longer.begin(), 0);
  EXPECT_FALSE(VerifySignature(key, kPss, sha256, digest, longer));
  Bytes flipped = signature;
  flipped[17] ^= 1;
  EXPECT_FALSE(VerifySignature(key, kPss, sha256, digest, flipped));
  RsaPublicKey other = key;
  other.modulus[9] ^= 1;
  EXPECT_FALSE(VerifySignature(other, kPss, sha256, digest, signature));
  EXPECT_FALSE(VerifySignature({}, kPss, sha256, digest, signature));
  EXPECT_EQ(ERR_peek_error(), 0u);
}

// RSASSA-PSS allows any salt. This test detects a keystore that uses the longest one, as old TPMs do.
TEST(VerifySignature, RefusesAPssSaltOfAnotherLength) {
  const Bytes digest(32, 0x42);
  const crypto::Handle<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new(GoldenKey()->evp(), nullptr));
  ASSERT_EQ(EVP_PKEY_sign_init(context.get()), 1);
  ASSERT_EQ(EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PSS_PADDING), 1);
  ASSERT_EQ(EVP_PKEY_CTX_set_rsa_pss_saltlen(context.get(), RSA_PSS_SALTLEN_MAX), 1);
  ASSERT_EQ(EVP_PKEY_CTX_set_signature_md(context.get(), EVP_sha256()), 1);
  Bytes signature(256);
  std::size_t size = signature.size();
  ASSERT_EQ(EVP_PKEY_sign(context.get(), signature.data(), &size, digest.data(), digest.size()), 1);
  EXPECT_FALSE(VerifySignature(GoldenKey()->PublicKey(), kPss, DigestAlgorithm::kSha256, digest, signature));
}

TEST(VerifySignature, LeavesTheCallersErrorQueueAsItWas) {
  ERR_clear_error();
  ERR_raise(ERR_LIB_USER, 7);
  EXPECT_FALSE(VerifySignature({}, kPss, DigestAlgorithm::kSha256, Bytes(32), Bytes(256)));
  EXPECT_EQ(ERR_GET_REASON(ERR_get_error()), 7);
  EXPECT_EQ(ERR_get_error(), 0u);
}

}  // namespace
}  // namespace msiv2::x509
