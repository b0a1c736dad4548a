// One client thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <random>
#include <string>

#include "bench/soak/tally.h"
#include "bench/soak/world.h"

namespace msiv2::soak {

/// Worker asks for tokens and calls the resource with them, and checks all that it is given. Threads: for
/// one.
class Worker {
 public:
  /// A call that ends more than `longest_overrun` after its deadline is a violation.
  Worker(World& world, std::uint64_t seed, std::chrono::milliseconds longest_overrun)
      : world_(world), random_(seed), longest_overrun_(longest_overrun) {}

  /// Round does a round of calls and returns what came of it.
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

/// Recover acquires a token for every identity, attested and not, as often as it takes within `patience` of
/// real time. The faults are over by then: a client that gets none has not recovered, which goes into `tally`
/// as a violation.
void Recover(World& world, std::chrono::seconds patience, Tally& tally);

}  // namespace msiv2::soak
