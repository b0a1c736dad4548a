#include "tests/contract/key_provider_contract.h"

#include <atomic>
#include <thread>
#include <vector>

#include "tests/contract/verify_signature.h"

namespace msiv2 {
namespace {

constexpr SignaturePadding kPaddings[] = {SignaturePadding::kPss, SignaturePadding::kPkcs1};
constexpr DigestAlgorithm kDigests[] = {DigestAlgorithm::kSha256, DigestAlgorithm::kSha384,
                                        DigestAlgorithm::kSha512};

std::vector<std::uint8_t> SomeDigest(std::size_t size, std::uint8_t first) {
  std::vector<std::uint8_t> digest(size);
  for (std::size_t i = 0; i < size; ++i) digest[i] = static_cast<std::uint8_t>(first + 7 * i);
  return digest;
}

/// SignsAndVerifies signs one digest and checks the signature, and that the signature is of this digest only.
testing::AssertionResult SignsAndVerifies(const SigningKey& key, SignaturePadding padding,
                                          DigestAlgorithm algorithm, std::uint8_t first) {
  std::vector<std::uint8_t> digest = SomeDigest(DigestSize(algorithm), first);
  const auto signature = key.SignDigest(padding, algorithm, digest);
  if (!signature) return testing::AssertionFailure() << signature.error().ToString();
  if (signature->size() != key.PublicKey().modulus.size()) {
    return testing::AssertionFailure() << "the signature has " << signature->size() << " bytes";
  }
  if (!Verifies(key.PublicKey(), padding, algorithm, digest, *signature)) {
    return testing::AssertionFailure() << "the signature does not verify";
  }
  digest.back() ^= 1;
  if (Verifies(key.PublicKey(), padding, algorithm, digest, *signature)) {
    return testing::AssertionFailure() << "the signature verifies for another digest";
  }
  return testing::AssertionSuccess();
}

}  // namespace

std::shared_ptr<const SigningKey> KeyProviderContract::MakeKey() const {
  auto key = GetParam().make()->GetOrCreateKey();
  if (!key) {
    ADD_FAILURE() << key.error().ToString();
    return nullptr;
  }
  EXPECT_NE(*key, nullptr);
  return *key;
}

TEST_P(KeyProviderContract, TheSecondCallReturnsTheSameKey) {
  const auto provider = GetParam().make();
  const auto first = provider->GetOrCreateKey();
  const auto second = provider->GetOrCreateKey();
  ASSERT_TRUE(first && second);
  EXPECT_EQ((*first)->PublicKey(), (*second)->PublicKey());
}

TEST_P(KeyProviderContract, ADiscardedKeyIsNotReturnedAgain) {
  const auto provider = GetParam().make();
  const auto first = provider->GetOrCreateKey();
  ASSERT_TRUE(first) << first.error().ToString();
  if (GetParam().stop_signing) GetParam().stop_signing(**first);
  provider->Discard(**first);
  const auto second = provider->GetOrCreateKey();
  ASSERT_TRUE(second) << second.error().ToString();
  EXPECT_NE((*first)->PublicKey(), (*second)->PublicKey());
  provider->Discard(**first);  // no longer the provider's key
  const auto third = provider->GetOrCreateKey();
  ASSERT_TRUE(third);
  EXPECT_EQ((*second)->PublicKey(), (*third)->PublicKey());
}

TEST_P(KeyProviderContract, TheKeyIsRsa2048WithExponent65537) {
  const auto key = MakeKey();
  ASSERT_NE(key, nullptr);
  const RsaPublicKey& public_key = key->PublicKey();
  ASSERT_EQ(public_key.modulus.size(), 256u) << "leading zero bytes, or another key size";
  EXPECT_NE(public_key.modulus.front() & 0x80, 0) << "fewer than 2048 bits";
  EXPECT_NE(public_key.modulus.back() & 1, 0) << "an even modulus";
  EXPECT_EQ(public_key.exponent, (std::vector<std::uint8_t>{1, 0, 1}));
}

TEST_P(KeyProviderContract, BothPaddingsVerifyWithEachDigest) {
  const auto key = MakeKey();
  ASSERT_NE(key, nullptr);
  for (const SignaturePadding padding : kPaddings) {
    for (const DigestAlgorithm algorithm : kDigests) {
      EXPECT_TRUE(SignsAndVerifies(*key, padding, algorithm, 3))
          << "padding " << static_cast<int>(padding) << ", digest of " << DigestSize(algorithm) << " bytes";
    }
  }
}

TEST_P(KeyProviderContract, APssSignatureIsSaltedAndAPkcs1OneIsNot) {
  const auto key = MakeKey();
  ASSERT_NE(key, nullptr);
  const std::vector<std::uint8_t> digest = SomeDigest(32, 5);
  const auto sign = [&](SignaturePadding padding) {
    return key->SignDigest(padding, DigestAlgorithm::kSha256, digest).value();
  };
  EXPECT_NE(sign(SignaturePadding::kPss), sign(SignaturePadding::kPss));
  EXPECT_EQ(sign(SignaturePadding::kPkcs1), sign(SignaturePadding::kPkcs1));
}

TEST_P(KeyProviderContract, ADigestOfAnotherLengthIsRefused) {
  const auto key = MakeKey();
  ASSERT_NE(key, nullptr);
  for (const SignaturePadding padding : kPaddings) {
    for (const DigestAlgorithm algorithm : kDigests) {
      const std::size_t right = DigestSize(algorithm);
      for (const std::size_t size : {std::size_t{0}, right - 1, right + 1, std::size_t{256}}) {
        const auto signature = key->SignDigest(padding, algorithm, SomeDigest(size, 1));
        ASSERT_FALSE(signature) << size << " bytes instead of " << right;
        EXPECT_EQ(signature.error().code, ErrorCode::kKeySignFailed);
      }
    }
  }
}

TEST_P(KeyProviderContract, EightThreadsSignAtTheSameTime) {
  const auto key = MakeKey();
  ASSERT_NE(key, nullptr);
  std::atomic<int> bad{0};
  std::vector<std::thread> threads;
  for (std::uint8_t thread = 0; thread < 8; ++thread) {
    threads.emplace_back([&, thread] {
      for (std::uint8_t i = 0; i < 12; ++i) {
        const auto first = static_cast<std::uint8_t>(16 * thread + i);
        if (!SignsAndVerifies(*key, kPaddings[i % 2], kDigests[i % 3], first)) ++bad;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(bad, 0);
}

TEST_P(KeyProviderContract, TheKeyOutlivesItsProvider) {
  auto provider = GetParam().make();
  const auto key = provider->GetOrCreateKey();
  ASSERT_TRUE(key) << key.error().ToString();
  provider.reset();
  EXPECT_TRUE(SignsAndVerifies(**key, SignaturePadding::kPss, DigestAlgorithm::kSha256, 9));
}

// G-44.
TEST_P(KeyProviderContract, TheStrengthIsRealAndNotAboveTheProvidersBest) {
  const auto provider = GetParam().make();
  const KeyStrength best = provider->BestStrength();
  const auto key = provider->GetOrCreateKey();
  ASSERT_TRUE(key) << key.error().ToString();
  EXPECT_GE((*key)->Strength(), KeyStrength::kSoftware);
  EXPECT_LE((*key)->Strength(), best);
  EXPECT_EQ(provider->BestStrength(), best) << "BestStrength may not depend on the keystore";
}

TEST_P(KeyProviderContract, StrengthOriginAndPublicKeyDoNotChange) {
  const auto key = MakeKey();
  ASSERT_NE(key, nullptr);
  const KeyStrength strength = key->Strength();
  const KeyOrigin origin = key->Origin();
  const RsaPublicKey public_key = key->PublicKey();
  EXPECT_TRUE(SignsAndVerifies(*key, SignaturePadding::kPss, DigestAlgorithm::kSha256, 11));
  EXPECT_EQ(key->Strength(), strength);
  EXPECT_EQ(key->Origin(), origin);
  EXPECT_EQ(key->PublicKey(), public_key);
}

TEST_P(KeyProviderContract, TheProviderHasAName) { EXPECT_FALSE(GetParam().make()->ProviderName().empty()); }

}  // namespace msiv2
