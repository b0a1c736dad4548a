// Time that a test controls, for client and services alike.
#pragma once

#include "tests/flow/flow_fixture.h"

namespace msiv2 {

/// TravelTest is a service that lives for days in a second. A suite sets in Start how long its certificates
/// and tokens last.
class TravelTest : public FlowTest {
 protected:
  using hours = std::chrono::hours;
  using minutes = std::chrono::minutes;
  using seconds = std::chrono::seconds;

  static void Start(hours certificate, hours token) {
    FlowTest::SetUpTestSuite();
    delete emulator_;
    travelled_ = seconds(0);
    emulator::EmulatorOptions options;
    options.certificate_lifetime = certificate;
    options.token_lifetime = token;
    emulator_ = emulator::Emulator::Start(std::move(options)).value().release();
  }
  // Time never goes back: the services would return what they issued in the future.
  void SetUp() override {
    FlowTest::SetUp();
    clock_->Advance(travelled_);
  }

  // Each test has its own key: otherwise the services would return the certificate of another test's key.
  ClientOptions Options() {
    ClientOptions options = FlowTest::Options();
    options.key_providers = {emulator::MakeEmulatedKeyGuardProvider()};
    return options;
  }

  void Travel(seconds length) {
    // The client's back-offs have moved its clock forward: the services' time follows.
    travelled_ = std::chrono::ceil<seconds>(clock_->Ahead()) + length;
    emulator_->SetClockOffset(travelled_);
    clock_->Advance(length);
  }
  // Returns when everything that is due has been done in the background, or has failed. Fails if that never
  // ends, because each renewal is due at once after the previous one.
  void AwaitQuiet() {
    const int begun = observer_->Count(Event::Kind::kRenewalStarted);
    do {
      clock_->AwaitIdlers(1);
      std::this_thread::yield();
      ASSERT_LT(observer_->Count(Event::Kind::kRenewalStarted), begun + kMostAtOnce)
          << "renewals without a delay";
    } while (observer_->Count(Event::Kind::kRenewalStarted) != observer_->Count(Event::Kind::kRenewalEnded));
    clock_->AwaitIdlers(1);
  }
  // Time passes, and the work that falls due is done.
  void Live(seconds length) {
    Travel(length);
    AwaitQuiet();
  }
  // The same in steps of half an hour, with a call at each step.
  void Serve(ManagedIdentityClient& client, seconds length, const TokenRequest& request = Attested()) {
    for (seconds lived{0}; lived < length; lived += minutes(30)) {
      Live(minutes(30));
      ASSERT_FALSE(HasFatalFailure());
      const auto token = client.AcquireToken(request);
      ASSERT_TRUE(token) << token.error().ToString();
      ASSERT_TRUE(token->from_cache);
    }
  }
  static std::string Thumbprint(const Result<TokenResult>& token) { return (*token)->binding->x5t_s256(); }
  // How often IMDS still returned the old certificate: it does until half of its life is over.
  int TooEarly() const { return observer_->CountText("nothing new yet"); }
  int Rotations() const { return observer_->Count(Event::Kind::kRotation); }

  static constexpr int kMostAtOnce = 100;
  static inline seconds travelled_{0};
};

}  // namespace msiv2
