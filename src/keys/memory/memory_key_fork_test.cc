// What a forked child has of its parent's in-memory keys: nothing that signs. tests/process/key_memory
// searches the child's memory for remains.
#include <gtest/gtest.h>
#include <openssl/crypto.h>

#include <vector>

#include "keys/memory/memory_key_provider.h"
#include "tests/support/in_child.h"

namespace msiv2 {
namespace {

using testing::Unless;
using testing::WrongInChild;

const std::vector<std::uint8_t> kDigest(32, 0x5A);

Result<std::vector<std::uint8_t>> Sign(const SigningKey& key) {
  return key.SignDigest(SignaturePadding::kPkcs1, DigestAlgorithm::kSha256, kDigest);
}

bool IsUsedAfterFork(const Error& error) { return error.code == ErrorCode::kUsedAfterFork; }

// A7.
TEST(MemoryKeyForkTest, AChildCannotSignWithTheKeyOfItsParentWhichGoesOnSigning) {
  const auto provider = MakeMemoryKeyProvider();
  const auto key = provider->GetOrCreateKey().value();
  const auto before = Sign(*key).value();
  const auto wrong = WrongInChild([&] {
    std::string found;
    for (const auto padding : {SignaturePadding::kPss, SignaturePadding::kPkcs1}) {
      const auto signature = key->SignDigest(padding, DigestAlgorithm::kSha256, kDigest);
      found += Unless(!signature && IsUsedAfterFork(signature.error()), "the key signs");
    }
    const auto again = provider->GetOrCreateKey();
    found += Unless(!again && IsUsedAfterFork(again.error()), "the provider gives a key");
    provider->Discard(*key);
    return found + Unless(key->PublicKey().modulus.size() == 256, "the public half cannot be read");
  });
  EXPECT_EQ(wrong, "");
  EXPECT_EQ(Sign(*key).value(), before) << "PKCS#1 v1.5 signs the same each time";
}

// A7.
TEST(MemoryKeyForkTest, AChildMakesAKeyOfItsOwnWhichItsOwnChildCannotUse) {
  const auto key = MakeMemoryKeyProvider()->GetOrCreateKey().value();
  const auto wrong = WrongInChild([&] {
    const auto own = MakeMemoryKeyProvider()->GetOrCreateKey();
    if (!own) return own.error().ToString();
    std::string found = Unless((*own)->PublicKey() != key->PublicKey(), "it is the parent's");
    found += Unless(Sign(**own).has_value(), "it does not sign");
    found += WrongInChild([&] {
      const auto signature = Sign(**own);
      return Unless(!signature && IsUsedAfterFork(signature.error()), "a grandchild signs with it");
    });
    return found + Unless(Sign(**own).has_value(), "it signs no more");
  });
  EXPECT_EQ(wrong, "");
}

// F6, A7. The heap may be locked for ever in a child, so freeing the parent's key there must not need the
// heap.
TEST(MemoryKeyForkTest, AChildFreesNothingOfItsParentsKey) {
  auto provider = MakeMemoryKeyProvider();
  auto key = provider->GetOrCreateKey().value();
  const std::size_t used = CRYPTO_secure_used();
  const auto wrong = WrongInChild([&] {
    key.reset();
    provider.reset();
    return Unless(CRYPTO_secure_used() == used, "the secure heap was asked to free");
  });
  EXPECT_EQ(wrong, "");
}

}  // namespace
}  // namespace msiv2
