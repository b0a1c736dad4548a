// Background renewal: no call waits for it, and nothing is returned after it has expired.
#include "msiv2/resource_client.h"
#include "tests/flow/travel_fixture.h"

namespace msiv2 {
namespace {

// Certificates last a day, tokens eight hours.
class RotationTest : public TravelTest {
 protected:
  static void SetUpTestSuite() { Start(hours(24), hours(8)); }
};

// G-34.
TEST_F(RotationTest, ATokenIsRefreshedInTheBackgroundFromHalfOfItsLife) {
  auto client = MakeClient(Options());
  const auto first = client.AcquireToken(Attested());
  ASSERT_TRUE(first);
  Live(hours(4) - minutes(1));
  EXPECT_EQ(client.AcquireToken(Attested()).value().token, first->token);
  Live(minutes(1));
  const auto fresh = client.AcquireToken(Attested());
  ASSERT_TRUE(fresh);
  EXPECT_TRUE(fresh->from_cache);
  EXPECT_GT((*fresh)->expires_on, (*first)->expires_on);
  EXPECT_EQ(Requests("entra", "/token"), 2);
  EXPECT_EQ(Requests("imds", "/issuecredential"), 1);
}

TEST_F(RotationTest, AnUnusedTokenIsRefreshedOnceAndThenWhenItIsUsedAgain) {
  auto client = MakeClient(Options());
  ASSERT_TRUE(client.AcquireToken(Attested()));
  Live(hours(4));
  EXPECT_EQ(Requests("entra", "/token"), 2) << "the call that fetched it was a use";
  Live(hours(4));
  EXPECT_EQ(Requests("entra", "/token"), 2) << "no call since";
  const auto used_again = client.AcquireToken(Attested());
  ASSERT_TRUE(used_again);
  EXPECT_TRUE(used_again->from_cache) << "it does not wait for the refresh that it begins";
  while (observer_->Count(Event::Kind::kRenewalEnded) < 3) std::this_thread::yield();
  EXPECT_EQ(Requests("entra", "/token"), 3);
}

TEST_F(RotationTest, AFailedRefreshKeepsTheTokenAndBacksOff) {
  auto client = MakeClient(Options());
  const auto first = client.AcquireToken(Attested());
  ASSERT_TRUE(first);
  emulator_->ClearLog();
  Fault("entra.token status=400");
  Live(hours(4));
  for (int i = 0; i < 50; ++i) {
    const auto token = client.AcquireToken(Attested());
    ASSERT_TRUE(token);
    EXPECT_EQ(token->token, first->token);
  }
  EXPECT_EQ(Requests("entra", "/token"), 1);
  emulator_->ClearFaults();
  Live(seconds(31));
  const auto fresh = client.AcquireToken(Attested());
  ASSERT_TRUE(fresh);
  EXPECT_NE(fresh->token, first->token);
  EXPECT_EQ(Requests("entra", "/token"), 2);
}

// G-30.
TEST_F(RotationTest, ManyCallersPastTheRefreshTimeRefreshOnce) {
  auto client = MakeClient(Options());
  ASSERT_TRUE(client.AcquireToken(Attested()));
  emulator_->ClearLog();
  Travel(hours(4));
  std::vector<std::thread> callers;
  for (int i = 0; i < 16; ++i) {
    callers.emplace_back([&] {
      for (int call = 0; call < 20; ++call) EXPECT_TRUE(client.AcquireToken(Attested()));
    });
  }
  for (auto& caller : callers) caller.join();
  AwaitQuiet();
  EXPECT_EQ(Requests("entra", "/token"), 1);
}

// G-30.
TEST_F(RotationTest, ACallThatFindsTheTokenEndedTakesWhatTheRefreshUnderWayBrings) {
  auto client = MakeClient(Options());
  const auto first = client.AcquireToken(Attested());
  ASSERT_TRUE(first);
  Fault("entra.token delay=60s count=1");
  const auto serves = (*first)->expires_on - minutes(5) - clock_->Now();
  Travel(std::chrono::duration_cast<seconds>(serves) - seconds(5));
  AwaitFault();  // the refresh is under way
  const int misses = observer_->Count(Event::Kind::kCacheMiss);
  Travel(seconds(6));
  std::thread caller([&] {
    const auto token = client.AcquireToken(Attested());
    ASSERT_TRUE(token) << token.error().ToString();
    EXPECT_NE(token->token, first->token);
  });
  while (observer_->Count(Event::Kind::kCacheMiss) == misses) std::this_thread::yield();
  emulator_->ClearFaults();  // the waiting request is answered
  caller.join();
  AwaitQuiet();
  EXPECT_EQ(Requests("entra", "/token"), 2);
}

TEST_F(RotationTest, ACertificateIsRotatedTogetherWithItsTokens) {
  auto client = MakeClient(Options());
  const TokenRequest other = Attested("https://storage.azure.com");
  const auto first = client.AcquireToken(Attested());
  ASSERT_TRUE(first);
  Serve(client, hours(10));
  ASSERT_TRUE(client.AcquireToken(other));
  EXPECT_EQ(Rotations(), 0) << "not before 45 % of its life";
  Live(hours(4));
  ASSERT_EQ(Rotations(), 1) << "by 55 % of its life";
  const auto rotated = client.AcquireToken(Attested());
  const auto rotated_too = client.AcquireToken(other);
  ASSERT_TRUE(rotated && rotated_too);
  EXPECT_NE(Thumbprint(rotated), Thumbprint(first));
  EXPECT_TRUE(rotated->from_cache) << "its token was fetched before the certificate served";
  EXPECT_TRUE(rotated_too->from_cache);
  EXPECT_EQ((*rotated_too)->binding, (*rotated)->binding);
  EXPECT_EQ(Requests("imds", "/issuecredential"), 2 + TooEarly());
}

// B8.
TEST_F(RotationTest, AHolderOfTheOldCertificateMayContinueToUseIt) {
  const auto& endpoints = emulator_->endpoints();
  auto client = MakeClient(Options());
  auto held = client.AcquireToken(Attested(endpoints.resource));
  for (int half_hour = 0; half_hour < 28 && Rotations() == 0; ++half_hour) {
    held = client.AcquireToken(Attested(endpoints.resource));
    ASSERT_TRUE(held) << held.error().ToString();
    Live(minutes(30));
    ASSERT_FALSE(HasFatalFailure());
  }
  ASSERT_EQ(Rotations(), 1);
  ASSERT_NE(Thumbprint(client.AcquireToken(Attested(endpoints.resource))), Thumbprint(held));
  ResourceClientOptions options;
  emulator::Use(endpoints, options);
  auto resource = ResourceClient::Create(options);
  ASSERT_TRUE(resource) << resource.error().ToString();
  const auto answer = resource->Send(**held, {.url = endpoints.resource + "/secrets"});
  ASSERT_TRUE(answer) << answer.error().ToString();
  EXPECT_EQ(answer->status, 200) << answer->body;
  EXPECT_NE(answer->body.find(Thumbprint(held)), std::string::npos) << "the certificate that was presented";
}

// B8. IMDS issues nothing until then, so that no renewal comes first.
TEST_F(RotationTest, TheCertificateIsMintedAgainFiveMinutesBeforeItsEnd) {
  auto client = MakeClient(Options());
  const auto first = client.AcquireToken(Attested());
  ASSERT_TRUE(first) << first.error().ToString();
  TokenRequest fresh = Attested();
  fresh.force_refresh = true;
  Fault("imds.issuecredential status=400");
  const auto left = (*first)->binding->not_after() - clock_->Now();
  Live(std::chrono::floor<seconds>(left) - minutes(6));
  const auto still = client.AcquireToken(fresh);
  ASSERT_TRUE(still) << still.error().ToString();
  EXPECT_EQ(Thumbprint(still), Thumbprint(first));
  Live(minutes(1) + seconds(1));
  emulator_->ClearFaults();
  emulator_->ClearLog();
  const auto second = client.AcquireToken(Attested());
  ASSERT_TRUE(second) << second.error().ToString();
  EXPECT_NE(Thumbprint(second), Thumbprint(first));
  EXPECT_GT((*second)->binding->not_after(), (*first)->binding->not_after());
  EXPECT_FALSE(second->from_cache) << "no token outlives its certificate";
  EXPECT_GE(Requests("imds", "/issuecredential"), 1);
}

// G-33.
TEST_F(RotationTest, WithImdsDownTheOldCertificateServesAndIsRotatedAfterwards) {
  auto client = MakeClient(Options());
  const auto first = client.AcquireToken(Attested());
  ASSERT_TRUE(first);
  Fault("imds.* status=400");
  Serve(client, hours(16));
  EXPECT_EQ(Rotations(), 0);
  EXPECT_EQ(Thumbprint(client.AcquireToken(Attested())), Thumbprint(first));
  emulator_->ClearFaults();
  Live(minutes(11));
  EXPECT_EQ(Rotations(), 1);
  EXPECT_NE(Thumbprint(client.AcquireToken(Attested())), Thumbprint(first));
}

// G-33.
TEST_F(RotationTest, WithImdsDownForGoodTheCertificateServesUntilFiveMinutesBeforeItsEnd) {
  auto client = MakeClient(Options());
  const auto first = client.AcquireToken(Attested());
  ASSERT_TRUE(first);
  Fault("imds.* status=400");
  Serve(client, hours(23) + minutes(30));
  const auto left = (*first)->binding->not_after() - clock_->Now();
  Live(std::chrono::duration_cast<seconds>(left) - minutes(6));
  EXPECT_TRUE(client.AcquireToken(Attested()));
  Live(minutes(1) + seconds(1));
  const auto refused = client.AcquireToken(Attested());
  ASSERT_FALSE(refused) << "never past its end";
  EXPECT_EQ(refused.error().step, Step::kMetadata);
  emulator_->ClearFaults();
  EXPECT_TRUE(client.AcquireToken(Attested())) << "it comes back by itself";
}

TEST_F(RotationTest, WithEntraDownThePreparedCertificateIsKeptForLater) {
  auto client = MakeClient(Options());
  ASSERT_TRUE(client.AcquireToken(Attested()));
  Serve(client, hours(10) + minutes(30));
  ASSERT_EQ(Rotations(), 0);
  Fault("entra.token status=503");
  for (int i = 0; i < 16; ++i) Live(minutes(15));
  const int mints = 2 + TooEarly();
  EXPECT_EQ(Requests("imds", "/issuecredential"), mints) << "one certificate was prepared, and kept";
  EXPECT_EQ(Rotations(), 0) << "no certificate serves before its tokens are there";
  EXPECT_TRUE(client.AcquireToken(Attested()));
  emulator_->ClearFaults();
  Live(minutes(11));
  EXPECT_EQ(Rotations(), 1);
  EXPECT_EQ(Requests("imds", "/issuecredential"), mints);
  EXPECT_TRUE(client.AcquireToken(Attested()).value().from_cache);
}

TEST_F(RotationTest, TheKillSwitchStopsTheWorkInTheBackgroundToo) {
  auto client = MakeClient(Options());
  ASSERT_TRUE(client.AcquireToken(Attested()));
  emulator_->ClearLog();
  environment_["MSAL_MI_DISABLE_IMDS_V2"] = "1";
  EXPECT_EQ(client.AcquireToken(Attested()).error().code, ErrorCode::kImdsV2Disabled)
      << "ahead of the caches";
  Live(hours(14));
  EXPECT_EQ(Requests("imds") + Requests("entra"), 0);
}

TEST_F(RotationTest, ARenewalThatHangsHoldsUpNoCall) {
  auto client = MakeClient(Options());
  const auto first = client.AcquireToken(Attested());
  ASSERT_TRUE(first);
  Serve(client, hours(10) + minutes(30));
  Fault("imds.issuecredential hang count=1");
  Travel(hours(3) + minutes(30));
  AwaitFault();
  const auto other = client.AcquireToken(Attested("https://storage.azure.com"));
  EXPECT_TRUE(other) << other.error().ToString();
  EXPECT_EQ(Thumbprint(other), Thumbprint(first)) << "the certificate is good";
  EXPECT_GT(emulator_->Hanging(), 0U) << "the renewal still waits for IMDS";
}

TEST_F(RotationTest, ACertificateThatACallGotMeanwhileIsNotReplacedByARotation) {
  auto client = MakeClient(Options());
  ASSERT_TRUE(client.AcquireToken(Attested()));
  Serve(client, hours(10) + minutes(30));
  const int asked = observer_->CountText("step_started certificate");
  Fault("entra.token delay=1s");
  Travel(hours(3) + minutes(30));
  // The rotation has its new certificate, and is fetching a token with it.
  while (observer_->CountText("step_started certificate") == asked) std::this_thread::yield();
  TokenRequest challenged = Attested();
  challenged.claims = R"({"access_token":{"nbf":{"essential":true,"value":"1"}}})";
  const auto token = client.AcquireToken(challenged);
  ASSERT_TRUE(token) << token.error().ToString();
  emulator_->ClearFaults();
  AwaitQuiet();
  const auto later = client.AcquireToken(challenged);
  ASSERT_TRUE(later);
  EXPECT_EQ(Thumbprint(later), Thumbprint(token)) << "the one that the challenge asked for serves";
}

TEST_F(RotationTest, CachedTokensAreRenewedWhicheverClientMinted) {
  ClientOptions options = Options();
  options.environment = nullptr;
  options.cache_scope = MakeScope();
  options.token_cache = false;
  auto keeps_none = MakeClient(options);
  ASSERT_TRUE(keeps_none.AcquireToken(Attested()));
  options.token_cache = true;
  auto keeps = MakeClient(options);
  ASSERT_TRUE(keeps.AcquireToken(Attested()));
  Serve(keeps, hours(14));
  EXPECT_EQ(Rotations(), 1);
}

TEST_F(RotationTest, ARefreshThatMeetsACallOfAClientWhichKeepsNoTokensIsTriedAgain) {
  ClientOptions options = Options();
  options.environment = nullptr;
  options.cache_scope = MakeScope();
  auto keeps = MakeClient(options);
  const auto first = keeps.AcquireToken(Attested());
  ASSERT_TRUE(first);
  const int misses = observer_->Count(Event::Kind::kCacheMiss);
  options.token_cache = false;
  options.observer = std::make_shared<RecordingObserver>();
  auto keeps_none = MakeClient(options);
  Travel(hours(4) - seconds(30));
  Fault("entra.token delay=60s count=1");
  std::thread caller([&] { EXPECT_TRUE(keeps_none.AcquireToken(Attested())); });
  AwaitFault();
  Travel(seconds(31));  // the refresh falls due, and joins the call that is under way
  while (observer_->Count(Event::Kind::kCacheMiss) == misses) std::this_thread::yield();
  emulator_->ClearFaults();
  caller.join();
  AwaitQuiet();
  Live(seconds(31));
  EXPECT_NE(keeps.AcquireToken(Attested()).value().token, first->token);
}

// A2.
TEST_F(RotationTest, ABackdatedCertificateIsRenewedEachHourAtMost) {
  Fault("imds.issuecredential answer=backdated-certificate");
  auto client = MakeClient(Options());
  ASSERT_TRUE(client.AcquireToken(Attested()));
  Serve(client, hours(6));
  ASSERT_FALSE(HasFatalFailure());
  EXPECT_GE(Rotations(), 5) << "it is renewed all the same";
  EXPECT_LE(Requests("imds", "/issuecredential"), 1 + 6);
}

// IMDS's own cache would hide the renewals.
// A2.
TEST_F(RotationTest, OnAHostWhoseClockIsAheadACertificateIsRenewedEachHourAtMost) {
  Fault("imds.issuecredential answer=uncached-certificate");
  clock_->SetWall(hours(20));
  auto client = MakeClient(Options());
  const auto first = client.AcquireToken(Unattested());  // attestation JWTs have expired by this clock
  ASSERT_TRUE(first) << first.error().ToString();
  ASSERT_LT((*first)->binding->not_after() - clock_->Now(), hours(4) + minutes(1));
  Serve(client, hours(6), Unattested());
  ASSERT_FALSE(HasFatalFailure());
  EXPECT_GE(Rotations(), 5);
  EXPECT_LE(Requests("imds", "/issuecredential"), 1 + 6);
}

// Tokens have a fault of the same kind: the service decides when to refresh.
// A2.
TEST_F(RotationTest, AServiceThatWantsItsTokensBackAtOnceGetsARequestEachFiveMinutesAtMost) {
  Fault("entra.token answer=refresh-at-once");
  auto client = MakeClient(Options());
  ASSERT_TRUE(client.AcquireToken(Attested()));
  for (int minute = 0; minute < 60; ++minute) {
    Live(minutes(1));
    ASSERT_FALSE(HasFatalFailure());
    ASSERT_TRUE(client.AcquireToken(Attested()));
  }
  EXPECT_GE(Requests("entra", "/token"), 1 + 11);
  EXPECT_LE(Requests("entra", "/token"), 1 + 12);
}

// Certificates last a day, tokens an hour. No token is refreshed on its own, so a fault strikes the rotation.
class RotationFaultTest : public TravelTest {
 protected:
  static void SetUpTestSuite() { Start(hours(24), hours(1)); }
  // Lives until the rotation has failed once because of this rule.
  void LiveUntilItFails(ManagedIdentityClient& client, const std::string& rule) {
    TokenRequest fresh = Attested();  // so that there is a live token to renew when the rotation runs
    fresh.force_refresh = true;
    for (int half_hour = 0; half_hour < 28; ++half_hour) {
      Fault(rule + " count=1");
      Live(minutes(30));
      emulator_->ClearFaults();
      ASSERT_TRUE(client.AcquireToken(fresh));
      if (observer_->CountText("renewal_ended certificate  failed") > 0) return;
    }
    FAIL() << "no rotation came";
  }
};

TEST_F(RotationFaultTest, ARefusedNewCertificateIsReplacedByAnother) {
  auto client = MakeClient(Options());
  ASSERT_TRUE(client.AcquireToken(Attested()));
  LiveUntilItFails(client, "entra.token answer=aadsts-1000612");
  ASSERT_FALSE(HasFatalFailure());
  const auto jwts = Requests("attestation");
  Live(minutes(1));
  EXPECT_EQ(Rotations(), 1);
  EXPECT_EQ(Requests("attestation"), jwts + 1) << "the JWT that was complained of is not used again";
  EXPECT_TRUE(client.AcquireToken(Attested()).value().from_cache);
}

TEST_F(RotationFaultTest, AResetCostsNoCertificate) {
  auto client = MakeClient(Options());
  ASSERT_TRUE(client.AcquireToken(Attested()));
  LiveUntilItFails(client, "entra.token reset=after-certificate");
  ASSERT_FALSE(HasFatalFailure());
  Live(minutes(1));
  EXPECT_EQ(Rotations(), 1);
  EXPECT_EQ(Requests("imds", "/issuecredential"), 2 + TooEarly()) << "the one that was prepared serves";
}

}  // namespace
}  // namespace msiv2
