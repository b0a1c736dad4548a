// Forks while another thread creates keys.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "keys/memory/memory_key_provider.h"
#include "tests/support/in_child.h"

namespace msiv2 {
namespace {

using testing::Unless;
using testing::WrongInChild;

// F6. Another thread creates a key for all of the time that matters, and holds the provider's lock.
TEST(MemoryKeyForkRaceTest, AChildDoesNotWaitForAKeyThatItsParentMakes) {
  for (int round = 0; round < 5; ++round) {
    const auto provider = MakeMemoryKeyProvider();
    std::atomic<bool> begins{false};
    std::thread maker([&] {
      begins = true;
      EXPECT_TRUE(provider->GetOrCreateKey());
    });
    while (!begins) std::this_thread::yield();
    const auto wrong = WrongInChild([&] {
      const auto key = provider->GetOrCreateKey();
      return Unless(!key && key.error().code == ErrorCode::kUsedAfterFork, "the provider gives a key");
    });
    EXPECT_EQ(wrong, "");
    maker.join();
  }
}

// A7. Keys come and go on other threads while this one forks.
TEST(MemoryKeyForkRaceTest, KeysThatComeAndGoWhileAnotherThreadForksDisturbNeither) {
  std::atomic<bool> ends{false};
  std::thread maker([&] {
    const std::vector<std::uint8_t> digest(32, 0x5A);
    while (!ends) {
      const auto key = MakeMemoryKeyProvider()->GetOrCreateKey().value();
      EXPECT_TRUE(key->SignDigest(SignaturePadding::kPss, DigestAlgorithm::kSha256, digest));
    }
  });
  for (int round = 0; round < 50; ++round) {
    EXPECT_EQ(WrongInChild([] { return std::string(); }), "");
  }
  ends = true;
  maker.join();
}

}  // namespace
}  // namespace msiv2
