// The certificate service on scripted steps.
#pragma once

#include "certificates/certificate_service.h"

#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

#include "flow/testing/fake_ports.h"
#include "tests/support/asked_clock.h"
#include "tests/support/fake_binding.h"

namespace msiv2::certificates {

using flow::MintMode;
using flow::testing::FakePorts;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using Fault = CertificateService::Fault;

// A store's lock that counts while it is held.
class CountedLock final : public MintLock {
 public:
  explicit CountedLock(int& held) : held_(held) { ++held_; }
  CountedLock(const CountedLock&) = delete;
  CountedLock& operator=(const CountedLock&) = delete;
  ~CountedLock() override { --held_; }

 private:
  int& held_;
};

// A clock that runs something before it tells the time of day.
class InterruptedClock final : public Clock {
 public:
  explicit InterruptedClock(Clock& clock) : clock_(clock) {}
  std::chrono::system_clock::time_point Now() const override {
    if (before_now) before_now();
    return clock_.Now();
  }
  std::chrono::steady_clock::time_point MonotonicNow() const override { return clock_.MonotonicNow(); }
  bool SleepUntil(std::chrono::steady_clock::time_point until,
                  const CancellationToken& cancellation) override {
    return clock_.SleepUntil(until, cancellation);
  }
  std::function<void()> before_now;

 private:
  Clock& clock_;
};

// Scripted answers of IMDS: what the next mints return, and what the metadata says.
class CertificateServiceTest : public ::testing::Test {
 protected:
  BindingPtr MakeBinding(const std::string& x5t_s256, KeyStrength strength = KeyStrength::kSoftware,
                         const std::string& client_id = "client") {
    const auto now = ports_.clock.Now();
    Binding binding = testing::FakeBinding(now - hours(1), now + hours(24), strength, x5t_s256);
    binding.client_id = client_id;
    binding.renew_at = now + hours(12);
    return std::make_shared<const Binding>(std::move(binding));
  }
  // The next mint returns this.
  BindingPtr WillMint(const std::string& x5t_s256, KeyStrength strength = KeyStrength::kSoftware,
                      const std::string& client_id = "client") {
    mints_.push_back(MakeBinding(x5t_s256, strength, client_id));
    return *mints_.back();
  }
  void MintWillFail(ErrorCode code = ErrorCode::kImdsUnreachable) {
    mints_.push_back(Error(code, "scripted"));
  }

  IssuedCertificate Get(const flow::BoundTokenPlan& plan) {
    const CallContext call = ports_.Call();
    const flow::Trace trace(nullptr, ports_.clock, "id");
    return service_.Get({plan, *ports_, trace, call, /*stats=*/nullptr});
  }
  BindingPtr GetBinding(const flow::BoundTokenPlan& plan) {
    auto issued = Get(plan);
    EXPECT_TRUE(issued.binding);
    return issued.binding ? *issued.binding : nullptr;
  }
  // Returns what a call for `plan` gets that waits while a call for plan_ mints. `meanwhile` runs when the
  // other call has ended, before this one looks at what that got.
  IssuedCertificate GetWhileAnotherMints(const flow::BoundTokenPlan& plan,
                                         const std::function<void()>& meanwhile = nullptr) {
    testing::AskedClock asked(ports_.clock);
    std::optional<IssuedCertificate> issued;
    std::thread waits;
    std::atomic<bool> has_run = meanwhile == nullptr;
    clock_.before_now = [&, other = std::this_thread::get_id()] {
      if (std::this_thread::get_id() != other && !has_run.exchange(true)) meanwhile();
    };
    on_mint_ = [&] {
      waits = std::thread([&] {
        CallContext call = ports_.Call();
        call.clock = &asked;
        const flow::Trace trace(nullptr, ports_.clock, "id");
        issued.emplace(service_.Get({plan, *ports_, trace, call, /*stats=*/nullptr}));
      });
      while (!asked.was_asked) std::this_thread::yield();
    };
    (void)Get(plan_);
    waits.join();
    clock_.before_now = nullptr;
    return *std::move(issued);
  }
  template <typename Call>
  auto InStep(const flow::BoundTokenPlan& plan, Call&& call_service) {
    const CallContext call = ports_.Call();
    const flow::Trace trace(nullptr, ports_.clock, "id");
    return call_service(AcquisitionContext{plan, *ports_, trace, call, /*stats=*/nullptr});
  }
  CertificateChanges Retire(const BindingPtr& binding, Fault fault) {
    return InStep(plan_, [&](const AcquisitionContext& acquisition) {
      return service_.Retire(acquisition, binding, fault);
    });
  }
  CertificateChanges NoteToken(const BindingPtr& binding) {
    return InStep(plan_, [&](const AcquisitionContext& acquisition) {
      return service_.NoteToken(acquisition, binding);
    });
  }
  void NoteDoubt(const Binding& binding) {
    InStep(plan_, [&](const AcquisitionContext& acquisition) {
      service_.NoteDoubt(acquisition, binding);
      return 0;
    });
  }
  // Prepares what is to follow `current`.
  BindingPtr Prepare(const BindingPtr& current) {
    const auto prepared = InStep(plan_, [&](const AcquisitionContext& acquisition) {
      return service_.Prepare(acquisition, current).binding;
    });
    EXPECT_TRUE(prepared);
    return prepared ? *prepared : nullptr;
  }
  static flow::BoundTokenPlan PlanOf(ManagedIdentityId identity) {
    flow::BoundTokenPlan plan;
    plan.identity = std::move(identity);
    return plan;
  }

  PlatformMetadata Metadata() const {
    PlatformMetadata metadata;
    metadata.client_id = metadata_client_id_;
    metadata.tenant_id = metadata_tenant_id_;
    return metadata;
  }

  CertificateSteps Scripted() {
    CertificateSteps steps;
    steps.mint = [this](const AcquisitionContext& acquisition,
                        const flow::MintRequest& request) -> Result<BindingPtr> {
      modes_.push_back(request.mode);
      time_left_ = acquisition.call.deadline - ports_.clock.MonotonicNow();
      minimums_.push_back(acquisition.plan.key_policy.minimum);
      replaced_.push_back(request.replaces);
      if (on_mint_) std::exchange(on_mint_, nullptr)();
      if (request.mode == MintMode::kAny && request.adopt) {
        if (BindingPtr adopted = request.adopt(Metadata())) return adopted;
      }
      request.lock = std::make_unique<CountedLock>(locks_held_);
      if (mints_.empty()) return Error(ErrorCode::kImdsUnreachable, "no scripted mint is left");
      auto minted = std::move(mints_.front());
      mints_.pop_front();
      return minted;
    };
    steps.read_metadata = [this](const AcquisitionContext& acquisition,
                                 bool retries) -> Result<PlatformMetadata> {
      ++metadata_reads_;
      time_left_ = acquisition.call.deadline - ports_.clock.MonotonicNow();
      metadata_retries_ = retries;
      if (metadata_fails_) return Error(ErrorCode::kImdsUnreachable, "scripted");
      return Metadata();
    };
    steps.store = [this](const AcquisitionContext&, const Binding& binding) {
      held_at_store_.push_back(locks_held_);
      stored_.push_back(binding.certificate->x5t_s256());
    };
    steps.remove = [this](const AcquisitionContext&, const Binding& binding) {
      removed_.push_back(binding.certificate->x5t_s256());
    };
    return steps;
  }

  FakePorts ports_;
  std::deque<Result<BindingPtr>> mints_;
  std::function<void()> on_mint_;  // runs once
  std::vector<MintMode> modes_;
  std::vector<KeyStrength> minimums_;
  std::chrono::nanoseconds time_left_{};  // of the last step that asked IMDS
  std::string metadata_client_id_ = "client";
  std::string metadata_tenant_id_ = "tenant";
  bool metadata_fails_ = false;
  int metadata_reads_ = 0;
  std::vector<const Binding*> replaced_;
  int locks_held_ = 0;
  std::vector<int> held_at_store_;
  bool metadata_retries_ = false;
  std::vector<std::string> stored_;
  std::vector<std::string> removed_;
  const flow::BoundTokenPlan plan_ = PlanOf(ManagedIdentityId::SystemAssigned());
  InterruptedClock clock_{ports_.clock};  // of the service
  const flow::Ports service_ports_{
      (*ports_).http, (*ports_).keys,   (*ports_).attestation, (*ports_).store,       (*ports_).observer,
      clock_,         (*ports_).random, (*ports_).imds_bases,  (*ports_).is_disabled, (*ports_).try_in_tls};
  CertificateService service_{service_ports_, Scripted()};
};

}  // namespace msiv2::certificates
