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
  Worker(World& world, std::uint64_t seed) : world_(world), random_(seed) {}

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
};

/// Recovers tells whether every identity gets a token again, attested and not, within `patience` of real
/// time; the faults are over. What does not recover is put into `tally` as a violation.
bool Recovers(World& world, std::chrono::seconds patience, Tally& tally);

}  // namespace msiv2::soak
