// MSI v1: the time from process start to the first bearer token. Next to it, the same for a program that only
// writes the request to a socket and reads the answer. Also the cost of a token in a running process.
#include <benchmark/benchmark.h>
#include <spawn.h>
#include <sys/wait.h>

#include <array>
#include <string>

#include "bench/allocations.h"
#include "bench/shared_emulator.h"
#include "msiv2/client.h"

namespace msiv2 {
namespace {

ManagedIdentityClient NewClient() {
  ClientOptions options;
  options.imds_base_url = bench::SharedEmulator().endpoints().imds;
  options.source = IdentitySource::kImds;
  options.cache_scope = CacheScope::Private();
  return ManagedIdentityClient::Create(std::move(options)).value();
}

const TokenRequest kRequest{.resource = "https://vault.azure.net"};

// Runs `program` with the address of IMDS and waits for its exit.
bool Run(std::string program) {
  std::string address = bench::SharedEmulator().endpoints().imds;
  const std::array<char*, 3> arguments = {program.data(), address.data(), nullptr};
  const std::array<char*, 1> environment = {nullptr};
  pid_t child = 0;
  if (::posix_spawn(&child, program.c_str(), nullptr, nullptr, arguments.data(), environment.data()) != 0) {
    return false;
  }
  int status = 0;
  return ::waitpid(child, &status, 0) == child && status == 0;
}

void RunEachTime(benchmark::State& state, const char* program) {
  bench::SharedEmulator();
  for (auto _ : state) {
    if (!Run(program)) {
      state.SkipWithError("the program failed");
      return;
    }
  }
}

void BM_FirstBearerToken(benchmark::State& state) { RunEachTime(state, MSIV2_FIRST_TOKEN); }
BENCHMARK(BM_FirstBearerToken)->Unit(benchmark::kMillisecond)->UseRealTime();

void BM_FirstBearerTokenFloor(benchmark::State& state) { RunEachTime(state, MSIV2_FIRST_TOKEN_FLOOR); }
BENCHMARK(BM_FirstBearerTokenFloor)->Unit(benchmark::kMillisecond)->UseRealTime();

// A new client, in a process that has created other clients before.
void BM_BearerCold(benchmark::State& state) {
  bench::SharedEmulator();
  const bench::CountAllocations count(state);
  for (auto _ : state) {
    auto client = NewClient();
    benchmark::DoNotOptimize(client.AcquireToken(kRequest).value());
  }
}
BENCHMARK(BM_BearerCold)->Unit(benchmark::kMicrosecond)->UseRealTime();

// Its floor for a warm process is BM_HitFloor.
void BM_BearerHit(benchmark::State& state) {
  static ManagedIdentityClient client = NewClient();
  client.AcquireToken(kRequest).value();
  client.AcquireToken(kRequest).value();  // the first hit adds the answer to the thread's index
  const bench::CountAllocations count(state);
  for (auto _ : state) benchmark::DoNotOptimize(client.AcquireToken(kRequest));
}
BENCHMARK(BM_BearerHit)->UseRealTime();

}  // namespace
}  // namespace msiv2
