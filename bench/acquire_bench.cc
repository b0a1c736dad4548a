// A cold AcquireToken, next to its floor in the same run.
#include <benchmark/benchmark.h>

#include "bench/floor.h"
#include "bench/shared_emulator.h"
#include "msiv2/client.h"
#include "msiv2/tools/diagnostics.h"

namespace msiv2 {
namespace {

TokenRequest Request() { return TokenRequest::UnattestedPop("https://vault.azure.net"); }

ManagedIdentityClient NewClient(std::shared_ptr<KeyProvider> provider = nullptr) {
  ClientOptions options;
  emulator::Use(bench::SharedEmulator().endpoints(), /*emulated_keyguard=*/false, options);
  options.cache_scope = CacheScope::Private();
  if (provider) options.key_providers = {std::move(provider)};
  return ManagedIdentityClient::Create(std::move(options)).value();
}

// Everything is cold: key, certificate, connection, token.
void BM_ColdAcquire(benchmark::State& state) {
  bench::SharedEmulator();
  for (auto _ : state) {
    auto client = NewClient();
    benchmark::DoNotOptimize(client.AcquireToken(Request()).value());
  }
}
BENCHMARK(BM_ColdAcquire)->Unit(benchmark::kMillisecond)->UseRealTime();

void BM_ColdFloor(benchmark::State& state) {
  const bench::Floor floor(bench::SharedEmulator().endpoints());
  for (auto _ : state) {
    bench::Floor::GenerateKey();
    benchmark::DoNotOptimize(floor.Acquire());
  }
}
BENCHMARK(BM_ColdFloor)->Unit(benchmark::kMillisecond)->UseRealTime();

// As BM_ColdAcquire, but the key exists already. Key generation varies so much that it hides the rest.
void BM_ColdAcquireKeyReady(benchmark::State& state) {
  const auto provider = BuiltInKeyProviders().back();
  provider->GetOrCreateKey().value();
  for (auto _ : state) {
    auto client = NewClient(provider);
    benchmark::DoNotOptimize(client.AcquireToken(Request()).value());
  }
}
BENCHMARK(BM_ColdAcquireKeyReady)->Unit(benchmark::kMillisecond)->UseRealTime();

void BM_ColdFloorKeyReady(benchmark::State& state) {
  const bench::Floor floor(bench::SharedEmulator().endpoints());
  for (auto _ : state) benchmark::DoNotOptimize(floor.Acquire());
}
BENCHMARK(BM_ColdFloorKeyReady)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace msiv2
