// One client thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <random>
#include <string>

#include "bench/soak/tally.h"
#include "bench/soak/world.h"

namespace msiv2::soak {

/// Worker acquires tokens, calls the resource with them and checks every answer. Threads: for use by one
/// thread.
class Worker {
 public:
  /// A call that ends more than `longest_overrun` after its deadline is a violation.
  Worker(World& world, std::uint64_t seed, std::chrono::milliseconds longest_overrun)
      : world_(world), random_(seed), longest_overrun_(longest_overrun) {}

  /// Round runs one round of calls and returns its counts.
  Counts Round();

 private:
  int Draw(int below) { return static_cast<int>(random_() % static_cast<std::uint64_t>(below)); }
  TokenRequest DrawRequest();
  std::chrono::milliseconds DrawTimeout();
  Result<TokenResult> Acquire(Target& target, const TokenRequest& request, Counts& counts);
  void CallResource(Target& target, TokenRequest request, TokenResult token, Counts& counts);
  Result<HttpResponse> Send(const TokenResult& token, Counts& counts);

  World& world_;
  std::mt19937_64 random_;
  const std::chrono::milliseconds longest_overrun_;
};

/// Recover acquires an attested and an unattested token for every identity. It retries until the given real
/// time has passed. The faults are over by then: a client that gets no token has not recovered, which `tally`
/// records as a violation.
void Recover(World& world, std::chrono::seconds timeout, Tally& tally);

}  // namespace msiv2::soak
