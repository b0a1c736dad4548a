// The ports of a flow for unit tests of what is above the steps: nothing in them works but the clock.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "base/executor.h"
#include "flow/ports.h"
#include "msiv2/testing/fake_clock.h"
#include "msiv2/testing/scripted_transport.h"

namespace msiv2::flow::testing {

/// FakePorts are ports whose transport has no answers and whose key chain has the given providers.
class FakePorts {
 public:
  explicit FakePorts(std::vector<KeyChainEntry> providers = {})
      : keys_(std::move(providers), executor_, &clock),
        ports_{http_,   keys_,    attestation_,
               nullptr, nullptr,  clock,
               Zeros,   v1_only_, [this] { return disabled; }} {
    clock.SetNow(std::chrono::system_clock::time_point(std::chrono::hours(490000)));
  }
  FakePorts(const FakePorts&) = delete;
  FakePorts& operator=(const FakePorts&) = delete;
  ~FakePorts() = default;

  const Ports& operator*() const noexcept { return ports_; }
  CallContext Call(std::chrono::seconds timeout = std::chrono::seconds(30)) {
    return {&clock, clock.MonotonicNow() + timeout, {}};
  }

  msiv2::testing::FakeClock clock;
  bool disabled = false;

 private:
  static void Zeros(std::span<std::uint8_t> bytes) { std::fill(bytes.begin(), bytes.end(), std::uint8_t{0}); }

  msiv2::testing::ScriptedTransport http_;
  Executor executor_{1};
  KeyChain keys_;
  attestation::AttestationService attestation_{nullptr, executor_, std::chrono::milliseconds(0)};
  V1OnlyBases v1_only_;
  const Ports ports_;
};

}  // namespace msiv2::flow::testing
