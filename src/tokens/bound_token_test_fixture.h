// Bound tokens without a network: scripted mints, and an Entra whose answers a test queues.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "certificates/certificate_service.h"
#include "flow/testing/event_recorder.h"
#include "flow/testing/fake_ports.h"
#include "tests/support/fake_binding.h"

namespace msiv2::tokens {

using flow::AcquisitionContext;
using flow::BindingPtr;
using flow::MintMode;
using flow::testing::FakePorts;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

class BoundTokenTest : public ::testing::Test {
 protected:
  // The next mint returns a certificate that begins after `delay` and is renewed an hour later.
  BindingPtr WillMint(const std::string& x5t_s256, seconds lifetime = hours(4), seconds delay = seconds(0),
                      const std::string& client_id = "client") {
    const auto begin = ports_.clock.Now() + delay;
    Binding binding = testing::FakeBinding(begin, begin + lifetime, mints_with_strength_, x5t_s256);
    binding.client_id = client_id;
    binding.renew_at = begin + hours(1);
    mints_.push_back(std::make_shared<const Binding>(std::move(binding)));
    return mints_.back();
  }
  // The next token request is answered with a token of two hours, which is never refreshed by itself.
  void WillIssue() {
    ports_.http.Answer(200, {}, R"({"access_token":"opaque","token_type":"mtls_pop","expires_in":7200})");
  }
  void WillRefuse(const std::string& oauth_error) {
    ports_.http.Answer(400, {}, R"({"error":")" + oauth_error + R"("})");
  }
  std::size_t TokenRequests() const { return ports_.http.Requests().size(); }

  static flow::BoundTokenPlan PlanFor(const std::string& resource) {
    flow::BoundTokenPlan plan;
    plan.resource = resource;
    plan.retries = false;
    return plan;
  }

  flow::testing::EventRecorder background_;
  FakePorts ports_{{}, nullptr, &background_};
  std::function<void()> on_mint_;  // runs once
  std::vector<MintMode> modes_;    // of the mints so far
  std::vector<KeyStrength> minimums_;
  std::vector<std::string> removed_;
  KeyStrength mints_with_strength_ = KeyStrength::kSoftware;

 private:
  certificates::CertificateSteps Scripted() {
    certificates::CertificateSteps steps;
    steps.mint = [this](const AcquisitionContext& acquisition,
                        const flow::MintRequest& request) -> Result<BindingPtr> {
      modes_.push_back(request.mode);
      minimums_.push_back(acquisition.plan.key_policy.minimum);
      if (on_mint_) std::exchange(on_mint_, nullptr)();
      if (mints_.empty()) return Error(ErrorCode::kImdsUnreachable, "no scripted mint is left");
      BindingPtr minted = std::move(mints_.front());
      mints_.pop_front();
      return minted;
    };
    steps.read_metadata = [](const AcquisitionContext&, bool) -> Result<PlatformMetadata> {
      PlatformMetadata metadata;
      metadata.client_id = "client";
      metadata.tenant_id = "tenant";
      return metadata;
    };
    steps.store = [](const AcquisitionContext&, const Binding&) {};
    steps.remove = [this](const AcquisitionContext&, const Binding& binding) {
      removed_.push_back(binding.certificate->x5t_s256());
    };
    return steps;
  }

  std::deque<BindingPtr> mints_;

 protected:
  certificates::CertificateService certificates_{*ports_, Scripted()};
};

}  // namespace msiv2::tokens
