// What callers notice of a rotation: the duration of each call from the moment the rotation is due until the
// new certificate is in use.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

#include "bench/soak/stepped_clock.h"
#include "emulator/emulator.h"
#include "msiv2/client.h"

namespace msiv2 {
namespace {

using std::chrono::hours;
using std::chrono::steady_clock;

class RotationCounter final : public Observer {
 public:
  void OnEvent(const Event& event) noexcept override {
    if (event.kind == Event::Kind::kRotation) ++rotations_;
  }
  int rotations() const noexcept { return rotations_; }

 private:
  std::atomic<int> rotations_{0};
};

/// Service is a client whose certificates and tokens last a day, with a clock that the benchmark steps.
class Service {
 public:
  Service() {
    emulator::EmulatorOptions emulated;
    emulated.certificate_lifetime = hours(24);
    emulated.token_lifetime = hours(24);
    emulator_ = emulator::Emulator::Start(std::move(emulated)).value();
    ClientOptions options;
    emulator::Use(emulator_->endpoints(), /*emulated_keyguard=*/false, options);
    options.clock = clock_;
    options.observer = counter_;
    client_ =
        std::make_unique<ManagedIdentityClient>(ManagedIdentityClient::Create(std::move(options)).value());
    client_->AcquireToken(request_).value();
  }

  /// Rotate makes a rotation due and calls until the rotation is over. It appends the duration of each call
  /// in nanoseconds.
  void Rotate(std::vector<std::int64_t>& nanoseconds) {
    const int before = counter_->rotations();
    const auto ahead = clock_->Ahead() + hours(14);  // past 55 % of a day; the token lasts ten hours more
    emulator_->SetClockOffset(ahead);
    clock_->Step(hours(14));
    while (counter_->rotations() == before) {
      const auto start = steady_clock::now();
      benchmark::DoNotOptimize(client_->AcquireToken(request_).value());
      nanoseconds.push_back((steady_clock::now() - start).count());
    }
  }

 private:
  static TokenRequest Request() { return TokenRequest::UnattestedPop("https://vault.azure.net"); }
  const TokenRequest request_ = Request();
  const std::shared_ptr<soak::SteppedClock> clock_ = std::make_shared<soak::SteppedClock>();
  const std::shared_ptr<RotationCounter> counter_ = std::make_shared<RotationCounter>();
  std::unique_ptr<emulator::Emulator> emulator_;
  std::unique_ptr<ManagedIdentityClient> client_;
};

void BM_CallsDuringARotation(benchmark::State& state) {
  Service service;
  std::vector<std::int64_t> nanoseconds;
  nanoseconds.reserve(std::size_t{1} << 24U);
  for (auto _ : state) service.Rotate(nanoseconds);
  std::sort(nanoseconds.begin(), nanoseconds.end());
  const auto at = [&](double share) {
    const auto last = static_cast<double>(nanoseconds.size() - 1);
    return static_cast<double>(nanoseconds[static_cast<std::size_t>(share * last)]);
  };
  state.counters["calls"] = static_cast<double>(nanoseconds.size());
  state.counters["p50_ns"] = at(0.5);
  state.counters["p99.9_ns"] = at(0.999);
  state.counters["max_ns"] = at(1);
}
BENCHMARK(BM_CallsDuringARotation)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(20);

}  // namespace
}  // namespace msiv2
