// The ports of a flow for unit tests without a network: the clock works, and the transport answers what a
// test queues.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "base/executor.h"
#include "flow/ports.h"
#include "msiv2/testing/scripted_transport.h"
#include "tests/support/idling_clock.h"

namespace msiv2::flow::testing {

/// UnusedAttestor is there and is never asked: it fails the test.
class UnusedAttestor final : public Attestor {
 public:
  Result<SecretString> Attest(const AttestationRequest& /*request*/,
                              const CallContext& /*context*/) override {
    ADD_FAILURE() << "the attestor was asked";
    return Error(ErrorCode::kAttestationFailed, "unused");
  }
};

/// FakePorts are ports whose transport has the answers that a test queues, and whose key chain has the given
/// providers. They have an attestor, and an observer of the work in the background, if one is given.
class FakePorts {
 public:
  explicit FakePorts(std::vector<KeyChainEntry> providers = {}, std::shared_ptr<Attestor> attestor = nullptr,
                     Observer* observer = nullptr)
      : attestation_(std::move(attestor), executor, std::chrono::milliseconds(0)),
        keys_(std::move(providers), executor, &clock),
        ports_{http,
               keys_,
               attestation_,
               nullptr,
               observer,
               clock,
               Zeros,
               imds_bases,
               [this] { return disabled; },
               [](const BindingCertificate&) { return Result<void>(); }} {
    clock.SetNow(std::chrono::system_clock::time_point(std::chrono::hours(490000)));
  }
  FakePorts(const FakePorts&) = delete;
  FakePorts& operator=(const FakePorts&) = delete;
  ~FakePorts() = default;

  const Ports& operator*() const noexcept { return ports_; }
  CallContext Call(std::chrono::seconds timeout = std::chrono::seconds(30)) {
    return {&clock, clock.MonotonicNow() + timeout, {}};
  }

  msiv2::testing::IdlingClock clock;
  msiv2::testing::ScriptedTransport http;
  bool disabled = false;
  Executor executor{1};
  ImdsBases imds_bases;

 private:
  static void Zeros(std::span<std::uint8_t> bytes) { std::fill(bytes.begin(), bytes.end(), std::uint8_t{0}); }

  attestation::AttestationService attestation_;
  KeyChain keys_;
  const Ports ports_;
};

}  // namespace msiv2::flow::testing
