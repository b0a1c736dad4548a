// Tests the real ncrypt.dll, on Windows or under Wine. Nothing is left in the user's keystore.
#include <gtest/gtest.h>

#include "keys/cng/cng_providers.h"
#include "keys/cng/system_ncrypt.h"
#include "tests/contract/verify_signature.h"
#include "windows/system_library.h"

namespace msiv2::cng {
namespace {

bool UnderWine() { return windows::SystemFunction("ntdll.dll", "wine_get_version") != nullptr; }

TEST(SystemNCryptTest, TheTableIsFilledOnce) {
  const auto first = SystemNCrypt();
  ASSERT_TRUE(first) << first.error().ToString();
  EXPECT_EQ(*first, SystemNCrypt().value());
}

TEST(SystemNCryptTest, ANamelessKeySignsPss) {
  const auto key = MakeEphemeralCngProvider(&SystemNCrypt)->GetOrCreateKey();
  ASSERT_TRUE(key) << key.error().ToString();
  EXPECT_NE((*key)->NativeHandle(), 0U);
  EXPECT_EQ((*key)->PublicKey().modulus.size(), 256U);
  for (const auto algorithm :
       {DigestAlgorithm::kSha256, DigestAlgorithm::kSha384, DigestAlgorithm::kSha512}) {
    const Bytes digest(DigestSize(algorithm), 0x5A);
    const auto signature = (*key)->SignDigest(SignaturePadding::kPss, algorithm, digest);
    ASSERT_TRUE(signature) << signature.error().ToString();
    EXPECT_TRUE(Verifies((*key)->PublicKey(), SignaturePadding::kPss, algorithm, digest, *signature));
  }
}

// A separate key: under Wine, PKCS#1 fails on a key that has made a PSS signature.
TEST(SystemNCryptTest, ANamelessKeySignsPkcs1) {
  const auto key = MakeEphemeralCngProvider(&SystemNCrypt)->GetOrCreateKey();
  ASSERT_TRUE(key) << key.error().ToString();
  const Bytes digest(32, 0x5A);
  const auto signature = (*key)->SignDigest(SignaturePadding::kPkcs1, DigestAlgorithm::kSha256, digest);
  ASSERT_TRUE(signature) << signature.error().ToString();
  EXPECT_TRUE(
      Verifies((*key)->PublicKey(), SignaturePadding::kPkcs1, DigestAlgorithm::kSha256, digest, *signature));
}

// Wine lets every creation succeed, isolated or not, and has neither VBS nor a TPM.
TEST(SystemNCryptTest, WineDoesNotPoseAsVbsOrAsATpm) {
  if (!UnderWine()) GTEST_SKIP() << "it would make keys in the user's keystore";
  auto& locks = windows::SystemNamedLocks();
  for (const auto& provider :
       {MakeKeyGuardProvider(&SystemNCrypt, locks), MakePlatformCryptoProvider(&SystemNCrypt, locks)}) {
    const auto key = provider->GetOrCreateKey();
    ASSERT_FALSE(key) << provider->ProviderName();
    EXPECT_EQ(key.error().code, ErrorCode::kKeyCreationFailed);
    EXPECT_FALSE(key.error().retryable) << key.error().message;
    EXPECT_NE(key.error().native_code, 0) << key.error().message;
  }
}

}  // namespace
}  // namespace msiv2::cng
