#include "keys/memory/memory_key_provider.h"

#include <gtest/gtest.h>
#include <openssl/crypto.h>
#include <openssl/err.h>

#include <thread>
#include <vector>

namespace msiv2 {
namespace {

// G-44.
TEST(MemoryKeyProviderTest, TheKeyIsASoftwareKeyOfThisHost) {
  const auto provider = MakeMemoryKeyProvider();
  EXPECT_EQ(provider->ProviderName(), "in-memory");
  EXPECT_EQ(provider->BestStrength(), KeyStrength::kSoftware);
  const auto key = provider->GetOrCreateKey().value();
  EXPECT_EQ(key->Strength(), KeyStrength::kSoftware);
  EXPECT_EQ(key->Origin(), KeyOrigin::kPlatform);
  EXPECT_EQ(key->NativeHandle(), 0u);
}

TEST(MemoryKeyProviderTest, CallsAtTheSameTimeGetTheSameKey) {
  const auto provider = MakeMemoryKeyProvider();
  std::vector<std::shared_ptr<const SigningKey>> keys(4);
  std::vector<std::thread> callers;
  for (auto& key : keys) {
    callers.emplace_back([&] { key = provider->GetOrCreateKey().value(); });
  }
  for (std::thread& caller : callers) caller.join();
  ASSERT_NE(keys.front(), nullptr);
  for (const auto& key : keys) EXPECT_EQ(key, keys.front());
}

TEST(MemoryKeyProviderTest, TwoProvidersHaveTwoKeys) {
  const auto one = MakeMemoryKeyProvider()->GetOrCreateKey().value();
  const auto two = MakeMemoryKeyProvider()->GetOrCreateKey().value();
  EXPECT_NE(one->PublicKey(), two->PublicKey());
}

TEST(MemoryKeyProviderTest, ThePrivatePartsLieInTheSecureHeap) {
  const MemoryProtection protection = KeyMemoryProtection();
  if (protection == MemoryProtection::kNone) GTEST_SKIP() << "this system has no secure heap";
  MakeMemoryKeyProvider()->GetOrCreateKey().value();  // OpenSSL's random generator allocates there as well
  const std::size_t before = CRYPTO_secure_used();
  auto key = MakeMemoryKeyProvider()->GetOrCreateKey().value();
  EXPECT_GE(CRYPTO_secure_used() - before, 128u * 2 + 256) << "at least p, q and d";
  key.reset();
  EXPECT_EQ(CRYPTO_secure_used(), before) << "released with the key";
}

TEST(MemoryKeyProviderTest, AFullSecureHeapIsAClearFailureAndPasses) {
  if (KeyMemoryProtection() == MemoryProtection::kNone) GTEST_SKIP() << "this system has no secure heap";
  std::vector<void*> taken;
  for (std::size_t size = 524288; size >= 64; size /= 2) {
    while (void* block = OPENSSL_secure_malloc(size)) taken.push_back(block);
  }
  ERR_clear_error();
  const auto provider = MakeMemoryKeyProvider();
  const auto key = provider->GetOrCreateKey();
  for (void* block : taken) OPENSSL_secure_free(block);

  ASSERT_FALSE(key) << "a key outside the secure heap";
  EXPECT_EQ(key.error().code, ErrorCode::kKeyCreationFailed);
  EXPECT_EQ(key.error().step, Step::kKey);
  EXPECT_TRUE(key.error().retryable);
  EXPECT_NE(key.error().native_code, 0);
  EXPECT_NE(key.error().message.find("secure heap has 10"), std::string::npos) << key.error().message;
  EXPECT_EQ(ERR_peek_error(), 0u) << "the error queue is left as it was";
  EXPECT_TRUE(provider->GetOrCreateKey()) << "there is room again";
}

TEST(MemoryKeyProviderTest, TheApplicationsQueuedErrorsAreLeftAlone) {
  const auto key = MakeMemoryKeyProvider()->GetOrCreateKey().value();
  ERR_raise(ERR_LIB_USER, 7);
  const unsigned long raised = ERR_peek_error();
  const std::vector<std::uint8_t> digest(32, 1);
  EXPECT_TRUE(key->SignDigest(SignaturePadding::kPss, DigestAlgorithm::kSha256, digest));
  EXPECT_EQ(ERR_get_error(), raised);
  EXPECT_EQ(ERR_get_error(), 0u);
}

// OpenSSL keeps random number generators for each thread, in the secure heap.
TEST(MemoryKeyProviderTest, AThreadThatEndsLeavesNothingInTheSecureHeap) {
  const auto key = MakeMemoryKeyProvider()->GetOrCreateKey().value();
  const std::vector<std::uint8_t> digest(32, 1);
  const auto sign_elsewhere = [&] {
    std::thread([&] {
      EXPECT_TRUE(key->SignDigest(SignaturePadding::kPss, DigestAlgorithm::kSha256, digest));
    }).join();
  };
  sign_elsewhere();
  const std::size_t before = CRYPTO_secure_used();
  for (int i = 0; i < 20; ++i) sign_elsewhere();
  EXPECT_EQ(CRYPTO_secure_used(), before);
}

}  // namespace
}  // namespace msiv2
