// msiv2_rotations ROTATIONS: what callers notice of a rotation. It measures each call from the moment the
// rotation is due until the new certificate is in use. After it, it measures as many calls while nothing is
// due. The emulator runs in a process of its own, which is this program again. Prints one line of JSON.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bench/soak/child_process.h"
#include "bench/soak/emulator_process.h"
#include "bench/soak/emulator_service.h"
#include "bench/soak/stepped_clock.h"
#include "msiv2/client.h"

namespace msiv2::bench {
namespace {

using std::chrono::hours;
using std::chrono::steady_clock;
using Nanoseconds = std::vector<std::int64_t>;

class RotationCounter final : public Observer {
 public:
  void OnEvent(const Event& event) noexcept override {
    if (event.kind == Event::Kind::kRotation) ++rotations_;
  }
  int rotations() const noexcept { return rotations_; }

 private:
  std::atomic<int> rotations_{0};
};

soak::SoakOptions LastingADay() {
  soak::SoakOptions options;
  options.identities = 1;
  options.certificate_lifetime = hours(24);
  options.token_lifetime = hours(24);
  return options;
}

/// Service is a client whose certificates and tokens last a day, with a clock that the measurement steps.
class Service {
 public:
  Service() {
    ClientOptions options;
    emulator::Use(emulator_.endpoints(), /*emulated_keyguard=*/false, options);
    options.cache_scope = CacheScope::Private();
    options.clock = clock_;
    options.observer = counter_;
    client_ =
        std::make_unique<ManagedIdentityClient>(ManagedIdentityClient::Create(std::move(options)).value());
    client_->AcquireToken(request_).value();
  }

  void Call(Nanoseconds& times) {
    const auto start = steady_clock::now();
    const auto token = client_->AcquireToken(request_);
    times.push_back((steady_clock::now() - start).count());
    if (token) return;
    std::fprintf(stderr, "rotation: %s\n", token.error().ToString().c_str());
    std::exit(1);
  }

  /// Rotate makes a rotation due and calls until the rotation is over.
  void Rotate(Nanoseconds& times) {
    const int before = counter_->rotations();
    const auto ahead = clock_->Ahead() + hours(14);  // past 55 % of a day; the token lasts ten hours more
    emulator_.SetClockOffset(ahead);
    clock_->Step(hours(14));
    while (counter_->rotations() == before) Call(times);
  }

 private:
  const TokenRequest request_ = TokenRequest::UnattestedPop("https://vault.azure.net");
  const std::shared_ptr<soak::SteppedClock> clock_ = std::make_shared<soak::SteppedClock>();
  const std::shared_ptr<RotationCounter> counter_ = std::make_shared<RotationCounter>();
  soak::EmulatorProcess emulator_{soak::OwnProgram(), LastingADay()};
  std::unique_ptr<ManagedIdentityClient> client_;
};

double At(Nanoseconds& times, double share) {
  std::sort(times.begin(), times.end());
  return static_cast<double>(times[static_cast<std::size_t>(share * static_cast<double>(times.size() - 1))]);
}

}  // namespace
}  // namespace msiv2::bench

int main(int argc, char** argv) {
  using namespace msiv2::bench;
  if (argc == 2 && std::string_view(argv[1]) == msiv2::soak::kServeEmulator) {
    msiv2::soak::ServeEmulator(std::cin, std::cout);
    return 0;
  }
  const long rotations = argc == 2 ? std::atol(argv[1]) : 0;
  if (rotations < 1) {
    std::fputs("Usage: msiv2_rotations ROTATIONS\n", stderr);
    return 2;
  }
  Service service;
  Nanoseconds quiet;
  Nanoseconds during;
  quiet.reserve(std::size_t{1} << 24U);
  during.reserve(std::size_t{1} << 24U);
  for (long i = 0; i < rotations; ++i) {
    const std::size_t before = during.size();
    service.Rotate(during);
    for (std::size_t calls = during.size() - before; calls > 0; --calls) service.Call(quiet);
  }
  std::printf(R"({"calls": %zu, "p50_ns": %.0f, "p999_ns": %.0f, "max_ns": %.0f, )", during.size(),
              At(during, 0.5), At(during, 0.999), At(during, 1));
  std::printf(R"("quiet_p50_ns": %.0f, "quiet_p999_ns": %.0f, "quiet_max_ns": %.0f})"
              "\n",
              At(quiet, 0.5), At(quiet, 0.999), At(quiet, 1));
  return 0;
}
