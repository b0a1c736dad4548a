// Does the in-memory key leave copies of its factors where they can be swapped out or dumped?
//
// The test reads its own process's memory. It knows only the public modulus: a number that divides the
// modulus is a factor. The product has no hook for this test.
#include <gtest/gtest.h>
#include <openssl/bn.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <memory>
#include <thread>

#include "keys/memory/memory_key_provider.h"
#include "tests/process/key_memory/factor_scan.h"
#include "tests/support/in_child.h"

namespace msiv2 {
namespace {

bool AllProtected(const std::vector<Finding>& findings) {
  return std::all_of(findings.begin(), findings.end(), [](const Finding& f) { return f.protected_memory; });
}

bool FoundAt(const std::vector<Finding>& findings, const void* place, bool big_endian) {
  const auto address = reinterpret_cast<std::uintptr_t>(place);
  return std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) {
    return finding.address == address && finding.big_endian == big_endian;
  });
}

void SignManyTimes(const SigningKey& key) {
  const std::vector<std::uint8_t> digest(32, 0x5A);
  for (int i = 0; i < 100; ++i) {
    for (const SignaturePadding padding : {SignaturePadding::kPss, SignaturePadding::kPkcs1}) {
      ASSERT_TRUE(key.SignDigest(padding, DigestAlgorithm::kSha256, digest));
    }
  }
}

void SignOnTwoThreads(const SigningKey& key) {
  std::thread other([&] { SignManyTimes(key); });
  SignManyTimes(key);
  other.join();
}

TEST(KeyMemoryScanTest, TheScanFindsAFactorPlantedInTheHeap) {
  struct Free {
    void operator()(BIGNUM* number) const { BN_free(number); }
    void operator()(BN_CTX* context) const { BN_CTX_free(context); }
  };
  using Number = std::unique_ptr<BIGNUM, Free>;
  const std::unique_ptr<BN_CTX, Free> context(BN_CTX_new());
  const Number p(BN_new()), q(BN_new()), n(BN_new());
  ASSERT_TRUE(BN_generate_prime_ex(p.get(), 1024, 0, nullptr, nullptr, nullptr));
  ASSERT_TRUE(BN_generate_prime_ex(q.get(), 1024, 0, nullptr, nullptr, nullptr));
  ASSERT_TRUE(BN_mul(n.get(), p.get(), q.get(), context.get()));
  std::vector<std::uint8_t> modulus(256);
  ASSERT_EQ(BN_bn2binpad(n.get(), modulus.data(), 256), 256);

  std::vector<std::uint8_t> heap(4096);
  std::uint8_t* const big_endian = heap.data() + 13;
  std::uint8_t* const little_endian = heap.data() + 1024;
  BN_bn2binpad(p.get(), big_endian, 128);
  BN_bn2lebinpad(q.get(), little_endian, 128);
  const std::vector<Finding> findings = FindFactors(modulus);
  EXPECT_TRUE(FoundAt(findings, big_endian, true)) << Describe(findings);
  EXPECT_TRUE(FoundAt(findings, little_endian, false)) << Describe(findings);
  EXPECT_FALSE(AllProtected(findings));
}

TEST(KeyMemoryScanTest, TheFactorsOfALiveKeyLieInLockedUndumpedMemoryOnly) {
  if (KeyMemoryProtection() != MemoryProtection::kLocked) {
    GTEST_SKIP() << "SKIPPED: the system did not grant locked memory (RLIMIT_MEMLOCK); it granted: "
                 << Name(KeyMemoryProtection());
  }
  const auto provider = MakeMemoryKeyProvider();
  const auto key = provider->GetOrCreateKey().value();
  const std::vector<Finding> created = FindFactors(key->PublicKey().modulus);
  EXPECT_FALSE(created.empty()) << "the scan does not see the factors: it proves nothing";
  EXPECT_TRUE(AllProtected(created)) << Describe(created);

  SignOnTwoThreads(*key);
  const std::vector<Finding> used = FindFactors(key->PublicKey().modulus);
  EXPECT_FALSE(used.empty());
  EXPECT_TRUE(AllProtected(used)) << Describe(used);
}

TEST(KeyMemoryScanTest, NothingIsLeftOfAReleasedKey) {
  auto provider = MakeMemoryKeyProvider();
  auto key = provider->GetOrCreateKey().value();
  SignOnTwoThreads(*key);
  const std::vector<std::uint8_t> modulus = key->PublicKey().modulus;
  EXPECT_FALSE(FindFactors(modulus).empty());
  key.reset();
  provider.reset();
  const std::vector<Finding> left = FindFactors(modulus);
  EXPECT_TRUE(left.empty()) << Describe(left);
}

// A7.
TEST(KeyMemoryScanTest, AForkedChildHasNothingOfItsParentsKeys) {
  const auto one = MakeMemoryKeyProvider()->GetOrCreateKey().value();
  const auto other = MakeMemoryKeyProvider()->GetOrCreateKey().value();
  SignOnTwoThreads(*one);
  const auto wrong = testing::WrongInChild([&] {
    return Describe(FindFactors(one->PublicKey().modulus)) +
           Describe(FindFactors(other->PublicKey().modulus));
  });
  EXPECT_EQ(wrong, "");
  EXPECT_FALSE(FindFactors(one->PublicKey().modulus).empty()) << "the parent's is as it was";
  SignManyTimes(*other);
}

// A7. Other code keeps its secrets in the same heap, and a child may need them.
TEST(KeyMemoryScanTest, AForkedChildKeepsWhatOthersHaveInTheSecureHeap) {
  const auto key = MakeMemoryKeyProvider()->GetOrCreateKey().value();
  auto* const of_another = static_cast<unsigned char*>(OPENSSL_secure_zalloc(256));
  ASSERT_NE(of_another, nullptr);
  std::fill_n(of_another, 256, std::uint8_t{0xA5});
  const auto wrong = testing::WrongInChild([&] {
    const bool kept =
        std::all_of(of_another, of_another + 256, [](unsigned char byte) { return byte == 0xA5; });
    return testing::Unless(kept, "what another had there is wiped");
  });
  OPENSSL_secure_free(of_another);
  EXPECT_EQ(wrong, "");
}

}  // namespace
}  // namespace msiv2
