#include "tls/openssl/signing_provider.h"

#include <gtest/gtest.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <stdexcept>
#include <thread>

#include "tests/support/evp_signing_key.h"

namespace msiv2::tls {
namespace {

using msiv2::testing::EvpSigningKey;

struct Algorithm {
  int padding;
  const EVP_MD* digest;
};

// Signs `text` with `pkey` as TLS does; empty when OpenSSL refuses.
std::vector<std::uint8_t> SignText(EVP_PKEY* pkey, const std::string& text, Algorithm algorithm) {
  const crypto::Handle<EVP_MD_CTX> context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* options = nullptr;
  if (EVP_DigestSignInit(context.get(), &options, algorithm.digest, nullptr, pkey) != 1) return {};
  if (EVP_PKEY_CTX_set_rsa_padding(options, algorithm.padding) != 1) return {};
  if (algorithm.padding == RSA_PKCS1_PSS_PADDING &&
      EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) != 1) {
    return {};
  }
  std::size_t size = 0;
  const auto* data = reinterpret_cast<const unsigned char*>(text.data());
  if (EVP_DigestSign(context.get(), nullptr, &size, data, text.size()) != 1) return {};
  std::vector<std::uint8_t> signature(size);
  if (EVP_DigestSign(context.get(), signature.data(), &size, data, text.size()) != 1) return {};
  signature.resize(size);
  return signature;
}

// Verifies with OpenSSL's own RSA; a PSS salt must be as long as the digest.
bool Verify(EVP_PKEY* pkey, const std::string& text, Algorithm algorithm,
            const std::vector<std::uint8_t>& signature) {
  const crypto::Handle<EVP_MD_CTX> context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* options = nullptr;
  EVP_DigestVerifyInit(context.get(), &options, algorithm.digest, nullptr, pkey);
  EVP_PKEY_CTX_set_rsa_padding(options, algorithm.padding);
  if (algorithm.padding == RSA_PKCS1_PSS_PADDING) {
    EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST);
  }
  return EVP_DigestVerify(context.get(), signature.data(), signature.size(),
                          reinterpret_cast<const unsigned char*>(text.data()), text.size()) == 1;
}

class SigningProvider : public ::testing::Test {
 protected:
  void SetUp() override {
    auto pkey = MakePkey(key_);
    ASSERT_TRUE(pkey) << pkey.error().message;
    pkey_ = std::move(*pkey);
  }

  // A context that signs digests, for the tests of parameters.
  crypto::Handle<EVP_PKEY_CTX> SignContext() {
    crypto::Handle<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new_from_pkey(nullptr, pkey_.get(), nullptr));
    EXPECT_EQ(EVP_PKEY_sign_init(context.get()), 1);
    EXPECT_EQ(EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PSS_PADDING), 1);
    return context;
  }

  std::shared_ptr<EvpSigningKey> key_ = EvpSigningKey::Make();
  crypto::Handle<EVP_PKEY> pkey_;
};

TEST_F(SigningProvider, SignsWithBothPaddingsAndThreeDigestsWhatOpensslVerifies) {
  for (const int padding : {RSA_PKCS1_PADDING, RSA_PKCS1_PSS_PADDING}) {
    for (const EVP_MD* digest : {EVP_sha256(), EVP_sha384(), EVP_sha512()}) {
      const Algorithm algorithm{padding, digest};
      const auto signature = SignText(pkey_.get(), "text", algorithm);
      EXPECT_EQ(signature.size(), 256u);
      EXPECT_TRUE(Verify(key_->pkey(), "text", algorithm, signature)) << EVP_MD_get0_name(digest);
      EXPECT_FALSE(Verify(key_->pkey(), "another text", algorithm, signature));
    }
  }
  EXPECT_EQ(key_->signatures(), 6);
}

TEST_F(SigningProvider, SignsDataThatComesInPieces) {
  const crypto::Handle<EVP_MD_CTX> context(EVP_MD_CTX_new());
  ASSERT_EQ(EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, pkey_.get()), 1);
  ASSERT_EQ(EVP_DigestSignUpdate(context.get(), "te", 2), 1);
  ASSERT_EQ(EVP_DigestSignUpdate(context.get(), "xt", 2), 1);
  std::vector<std::uint8_t> signature(256);
  std::size_t size = signature.size();
  ASSERT_EQ(EVP_DigestSignFinal(context.get(), signature.data(), &size), 1);
  EXPECT_TRUE(Verify(key_->pkey(), "text", {RSA_PKCS1_PADDING, EVP_sha256()}, signature));
}

TEST_F(SigningProvider, TellsItsSizeAndType) {
  EXPECT_EQ(EVP_PKEY_get_bits(pkey_.get()), 2048);
  EXPECT_EQ(EVP_PKEY_get_size(pkey_.get()), 256);
  EXPECT_EQ(EVP_PKEY_get_security_bits(pkey_.get()), 112);
  EXPECT_EQ(EVP_PKEY_is_a(pkey_.get(), "RSA"), 1);
}

TEST_F(SigningProvider, EqualsItsOwnPublicKeyAndNoOther) {
  EXPECT_EQ(EVP_PKEY_eq(pkey_.get(), key_->pkey()), 1);
  const auto other = EvpSigningKey::Make(1);
  EXPECT_NE(EVP_PKEY_eq(pkey_.get(), other->pkey()), 1);
}

TEST_F(SigningProvider, ExportsThePublicHalf) {
  OSSL_PARAM* exported = nullptr;
  ASSERT_EQ(EVP_PKEY_todata(pkey_.get(), EVP_PKEY_PUBLIC_KEY, &exported), 1);
  const crypto::Handle<OSSL_PARAM> parameters(exported);
  BIGNUM* modulus = nullptr;
  ASSERT_EQ(OSSL_PARAM_get_BN(OSSL_PARAM_locate(exported, OSSL_PKEY_PARAM_RSA_N), &modulus), 1);
  const crypto::Handle<BIGNUM> owner(modulus);
  std::vector<std::uint8_t> bytes(256);
  BN_bn2bin(modulus, bytes.data());
  EXPECT_EQ(bytes, key_->PublicKey().modulus);
}

// G-16.
TEST_F(SigningProvider, RefusesToExportThePrivateHalf) {
  OSSL_PARAM* exported = nullptr;
  EXPECT_NE(EVP_PKEY_todata(pkey_.get(), EVP_PKEY_KEYPAIR, &exported), 1);
  EXPECT_EQ(exported, nullptr);
  BIGNUM* exponent = nullptr;
  EXPECT_NE(EVP_PKEY_get_bn_param(pkey_.get(), OSSL_PKEY_PARAM_RSA_D, &exponent), 1);
  EXPECT_EQ(exponent, nullptr);
}

TEST_F(SigningProvider, CannotBeWrittenAsAPrivateKey) {
  const crypto::Handle<BIO> out(BIO_new(BIO_s_mem()));
  EXPECT_NE(PEM_write_bio_PrivateKey(out.get(), pkey_.get(), nullptr, nullptr, 0, nullptr, nullptr), 1);
  EXPECT_EQ(BIO_pending(out.get()), 0);
  EXPECT_LE(i2d_PrivateKey(pkey_.get(), nullptr), 0);
  ERR_clear_error();
}

TEST_F(SigningProvider, RefusesASaltThatIsNotAsLongAsTheDigest) {
  const auto context = SignContext();
  EXPECT_LE(EVP_PKEY_CTX_set_rsa_pss_saltlen(context.get(), 20), 0);
  EXPECT_LE(EVP_PKEY_CTX_set_rsa_pss_saltlen(context.get(), RSA_PSS_SALTLEN_MAX), 0);
  EXPECT_LE(EVP_PKEY_CTX_set_rsa_pss_saltlen(context.get(), RSA_PSS_SALTLEN_AUTO), 0);
}

TEST_F(SigningProvider, AcceptsASaltGivenAsTheDigestLength) {
  EXPECT_EQ(EVP_PKEY_CTX_set_rsa_pss_saltlen(SignContext().get(), 32), 1);
  EXPECT_EQ(EVP_PKEY_CTX_set_rsa_pss_saltlen(SignContext().get(), RSA_PSS_SALTLEN_DIGEST), 1);
}

TEST_F(SigningProvider, RefusesToSignAfterARefusedSalt) {
  const auto context = SignContext();
  EXPECT_LE(EVP_PKEY_CTX_set_rsa_pss_saltlen(context.get(), 20), 0);
  const std::vector<std::uint8_t> digest(32);
  std::vector<std::uint8_t> signature(256);
  std::size_t size = signature.size();
  EXPECT_NE(EVP_PKEY_sign(context.get(), signature.data(), &size, digest.data(), digest.size()), 1);
  EXPECT_EQ(key_->signatures(), 0);
}

TEST_F(SigningProvider, RefusesAnotherDigestForMgf1) {
  EXPECT_LE(EVP_PKEY_CTX_set_rsa_mgf1_md(SignContext().get(), EVP_sha384()), 0);
  EXPECT_EQ(EVP_PKEY_CTX_set_rsa_mgf1_md(SignContext().get(), EVP_sha256()), 1);
}

TEST_F(SigningProvider, RefusesOtherPaddingsAndDigests) {
  const auto context = SignContext();
  EXPECT_LE(EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_NO_PADDING), 0);
  EXPECT_LE(EVP_PKEY_CTX_set_signature_md(context.get(), EVP_sha1()), 0);
  EXPECT_TRUE(SignText(pkey_.get(), "text", {RSA_PKCS1_PADDING, EVP_sha1()}).empty());
  EXPECT_TRUE(SignText(pkey_.get(), "text", {RSA_PKCS1_PADDING, EVP_sha224()}).empty());
}

TEST_F(SigningProvider, RefusesADigestOfTheWrongLength) {
  const auto context = SignContext();
  const std::vector<std::uint8_t> digest(31);
  std::vector<std::uint8_t> signature(256);
  std::size_t size = signature.size();
  EXPECT_NE(EVP_PKEY_sign(context.get(), signature.data(), &size, digest.data(), digest.size()), 1);
}

TEST_F(SigningProvider, PutsTheKeysRefusalOnTheErrorQueue) {
  key_->FailWith(Error(ErrorCode::kKeySignFailed, "the keystore is locked"));
  ERR_clear_error();
  EXPECT_TRUE(SignText(pkey_.get(), "text", {RSA_PKCS1_PADDING, EVP_sha256()}).empty());
  bool found = false;
  const char* data = nullptr;
  int flags = 0;
  while (ERR_get_error_all(nullptr, nullptr, nullptr, &data, &flags) != 0) {
    found = found || std::string(data) == "the keystore is locked";
  }
  EXPECT_TRUE(found);
}

TEST_F(SigningProvider, KeepsTheKeyAliveUntilTheLastPkeyIsFreed) {
  const std::weak_ptr<EvpSigningKey> watched = key_;
  key_.reset();
  EXPECT_FALSE(watched.expired());
  pkey_.reset();
  EXPECT_TRUE(watched.expired());
}

TEST_F(SigningProvider, SignsOnManyThreadsAtOnce) {
  std::vector<std::thread> threads;
  std::atomic<int> verified = 0;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      const Algorithm algorithm{RSA_PKCS1_PSS_PADDING, EVP_sha256()};
      const auto signature = SignText(pkey_.get(), "text", algorithm);
      if (Verify(key_->pkey(), "text", algorithm, signature)) ++verified;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(verified, 8);
}

// A user-supplied key that throws.
class ThrowingKey final : public SigningKey {
 public:
  explicit ThrowingKey(RsaPublicKey public_key) : public_key_(std::move(public_key)) {}
  const RsaPublicKey& PublicKey() const override { return public_key_; }
  KeyStrength Strength() const override { return KeyStrength::kSoftware; }
  KeyOrigin Origin() const override { return KeyOrigin::kPlatform; }
  Result<std::vector<std::uint8_t>> SignDigest(SignaturePadding, DigestAlgorithm,
                                               std::span<const std::uint8_t>) const override {
    throw std::runtime_error("thrown by a key");
  }

 private:
  RsaPublicKey public_key_;
};

TEST(SigningProviderKeys, AnExceptionOfAKeyIsARefusal) {
  const auto pkey = MakePkey(std::make_shared<ThrowingKey>(EvpSigningKey::Make()->PublicKey()));
  ASSERT_TRUE(pkey);
  EXPECT_TRUE(SignText(pkey->get(), "text", {RSA_PKCS1_PADDING, EVP_sha256()}).empty());
}

TEST(SigningProviderKeys, ANullKeyIsRefused) {
  const auto pkey = MakePkey(nullptr);
  ASSERT_FALSE(pkey);
  EXPECT_EQ(pkey.error().code, ErrorCode::kTlsFailed);
}

}  // namespace
}  // namespace msiv2::tls
