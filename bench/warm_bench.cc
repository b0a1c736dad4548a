// A hit next to its floor: copying a shared_ptr from a plain hash map under a mutex.
#include <benchmark/benchmark.h>

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "bench/allocations.h"
#include "bench/shared_emulator.h"
#include "msiv2/client.h"

namespace msiv2 {
namespace {

TokenRequest WarmRequest() { return TokenRequest::UnattestedPop("https://vault.azure.net"); }

ManagedIdentityClient& WarmClient() {
  static ManagedIdentityClient client = [] {
    ClientOptions options;
    emulator::Use(bench::SharedEmulator().endpoints(), /*emulated_keyguard=*/false, options);
    options.cache_scope = CacheScope::Private();
    auto made = ManagedIdentityClient::Create(std::move(options)).value();
    made.AcquireToken(WarmRequest()).value();
    return made;
  }();
  return client;
}

void BM_Hit(benchmark::State& state) {
  auto& client = WarmClient();
  const TokenRequest request = WarmRequest();
  client.AcquireToken(request).value();
  const bench::CountAllocations count(state);
  for (auto _ : state) benchmark::DoNotOptimize(client.AcquireToken(request));
}
BENCHMARK(BM_Hit)->Threads(1)->Threads(2)->Threads(4)->UseRealTime();

// Only the newest answer of a shard is found without a hash: here every second hit is another one.
void BM_HitsInTurn(benchmark::State& state) {
  auto& client = WarmClient();
  const TokenRequest requests[] = {WarmRequest(), TokenRequest::UnattestedPop("https://storage.azure.com")};
  for (int i = 0; i < 4; ++i) client.AcquireToken(requests[i % 2]).value();
  const bench::CountAllocations count(state);
  std::size_t next = 0;
  for (auto _ : state) benchmark::DoNotOptimize(client.AcquireToken(requests[next++ % 2]));
}
BENCHMARK(BM_HitsInTurn);

void BM_HitFloor(benchmark::State& state) {
  static std::mutex mutex;
  static const std::unordered_map<std::string, std::shared_ptr<const AccessToken>> tokens{
      {"https://vault.azure.net", std::make_shared<const AccessToken>()}};
  const std::string key = "https://vault.azure.net";
  const bench::CountAllocations count(state);
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
