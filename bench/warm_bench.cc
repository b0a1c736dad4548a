// A hit beside its floor: a shared_ptr copied out of a plain hash map under a mutex.
#include <benchmark/benchmark.h>

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "bench/allocations.h"
#include "emulator/emulator.h"
#include "msiv2/client.h"

namespace msiv2 {
namespace {

TokenRequest WarmRequest() {
  TokenRequest request{.resource = "https://vault.azure.net"};
  request.mtls_proof_of_possession = true;
  request.allow_unattested = true;
  return request;
}

ManagedIdentityClient& WarmClient() {
  static const auto emulator = emulator::Emulator::Start().value();
  static ManagedIdentityClient client = [] {
    ClientOptions options;
    emulator::Use(emulator->endpoints(), /*emulated_keyguard=*/false, options);
    options.cache_scope = CacheScope::Private();
    auto made = ManagedIdentityClient::Create(std::move(options)).value();
    made.AcquireToken(WarmRequest()).value();
    return made;
  }();
  return client;
}

/// Counts what the loop allocates on this thread, once the thread is warm.
class CountAllocations {
 public:
  explicit CountAllocations(benchmark::State& state)
      : state_(state), before_(bench::AllocationsOnThisThread()) {}
  CountAllocations(const CountAllocations&) = delete;
  CountAllocations& operator=(const CountAllocations&) = delete;
  ~CountAllocations() {
    const auto count = static_cast<double>(bench::AllocationsOnThisThread() - before_);
    state_.counters["allocations"] =
        benchmark::Counter(count / static_cast<double>(state_.iterations()), benchmark::Counter::kAvgThreads);
  }

 private:
  benchmark::State& state_;
  std::uint64_t before_;
};

void BM_Hit(benchmark::State& state) {
  auto& client = WarmClient();
  const TokenRequest request = WarmRequest();
  client.AcquireToken(request).value();
  const CountAllocations count(state);
  for (auto _ : state) benchmark::DoNotOptimize(client.AcquireToken(request));
}
BENCHMARK(BM_Hit)->Threads(1)->Threads(2)->Threads(4)->UseRealTime();

void BM_HitFloor(benchmark::State& state) {
  static std::mutex mutex;
  static const std::unordered_map<std::string, std::shared_ptr<const AccessToken>> tokens{
      {"https://vault.azure.net", std::make_shared<const AccessToken>()}};
  const std::string key = "https://vault.azure.net";
  const CountAllocations count(state);
  for (auto _ : state) {
    std::shared_ptr<const AccessToken> token;
    {
      std::lock_guard lock(mutex);
      token = tokens.at(key);
    }
    benchmark::DoNotOptimize(token);
  }
}
BENCHMARK(BM_HitFloor)->Threads(1)->Threads(2)->Threads(4)->UseRealTime();

}  // namespace
}  // namespace msiv2
