#include "keys/memory/secure_arena.h"

#include <gtest/gtest.h>
#include <openssl/rand.h>

#include <array>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace msiv2::keys_memory {
namespace {

// A1. A sibling: the client library must not break the program's own TLS.
TEST(SecureArena, ManyThreadsThatDrawRandomNumbersDoNotFillIt) {
  ASSERT_NE(SetUpSecureArena(), MemoryProtection::kNone);
  constexpr int kThreads = 400;
  std::mutex mutex;
  std::condition_variable changed;
  int drawn = 0;
  std::atomic<int> failed = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      std::array<unsigned char, 16> bytes{};
      if (RAND_bytes(bytes.data(), 16) != 1 || RAND_priv_bytes(bytes.data(), 16) != 1) ++failed;
      std::unique_lock lock(mutex);
      ++drawn;
      changed.notify_all();
      changed.wait(lock, [&] { return drawn == kThreads; });  // all threads exist at the same time
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(failed, 0);
}

}  // namespace
}  // namespace msiv2::keys_memory
