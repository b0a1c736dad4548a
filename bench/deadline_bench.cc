// How late a call returns after its deadline when the far side hangs.
#include <benchmark/benchmark.h>

#include <chrono>

#include "emulator/emulator.h"
#include "msiv2/client.h"

namespace msiv2 {
namespace {

using Clock = std::chrono::steady_clock;

void BM_LatenessAfterDeadline(benchmark::State& state, const char* rule) {
  const auto emulator = emulator::Emulator::Start().value();
  ClientOptions options;
  emulator::Use(emulator->endpoints(), /*emulated_keyguard=*/true, options);
  options.token_cache = false;
  auto client = ManagedIdentityClient::Create(options).value();
  const auto request = TokenRequest::AttestedPop("https://vault.azure.net");
  const bool token_leg = std::string_view(rule).starts_with("entra");
  if (token_leg) client.AcquireToken(request).value();
  emulator->AddFault(rule).value();
  constexpr std::chrono::milliseconds kDeadline{50};
  double worst = 0;
  for (auto _ : state) {
    const auto started = Clock::now();
    const auto token = client.AcquireToken(request, {.timeout = kDeadline});
    const double late = std::chrono::duration<double>(Clock::now() - started - kDeadline).count();
    if (token) state.SkipWithError("the call did not hang");
    state.SetIterationTime(late > 0 ? late : 0);
    worst = std::max(worst, late);
  }
  state.counters["worst_ms"] = worst * 1000;
}
BENCHMARK_CAPTURE(BM_LatenessAfterDeadline, imds, "imds.getplatformmetadata hang")
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond)
    ->Iterations(20);
BENCHMARK_CAPTURE(BM_LatenessAfterDeadline, imds_body, "imds.getplatformmetadata hang=body")
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond)
    ->Iterations(20);
BENCHMARK_CAPTURE(BM_LatenessAfterDeadline, attestation, "attestation.attest hang")
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond)
    ->Iterations(20);
BENCHMARK_CAPTURE(BM_LatenessAfterDeadline, token, "entra.token hang")
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond)
    ->Iterations(20);

}  // namespace
}  // namespace msiv2
