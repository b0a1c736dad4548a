// The rotation of a certificate together with its tokens, on scripted mints and answers.
#include "tokens/certificate_rotation.h"

#include <string>
#include <utility>

#include "rotation/schedule.h"
#include "tokens/awaited_rotator_test_support.h"
#include "tokens/bound_token_test_fixture.h"
#include "tokens/token_service.h"

namespace msiv2::tokens {
namespace {

class CertificateRotationTest : public BoundTokenTest {
 protected:
  ~CertificateRotationTest() override { rotator_.Stop(); }

  // Returns the thumbprint of the token's certificate, or the name of the error.
  std::string Acquire(const std::string& resource = "r", bool token_cache = true) {
    flow::BoundTokenPlan plan = PlanFor(resource);
    plan.token_cache = token_cache;
    BoundTokenFetcher fetcher = rotation_.FetcherFor(plan);
    const Acquired acquired = tokens_.Acquire(fetcher, ports_.Call());
    return acquired.token ? acquired.token->token->binding->x5t_s256()
                          : std::string(Name(acquired.token.error().code));
  }
  // Makes `x5t_s256` current, with a token for each resource.
  BindingPtr Begin(const std::string& x5t_s256, const std::vector<std::string>& resources = {"r"},
                   seconds lifetime = hours(4)) {
    BindingPtr binding = WillMint(x5t_s256, lifetime);
    for (const std::string& resource : resources) {
      WillIssue();
      EXPECT_EQ(Acquire(resource), x5t_s256);
    }
    return binding;
  }
  // The first rotation mints this.
  BindingPtr WillRotateTo(const std::string& x5t_s256, const std::string& client_id = "client") {
    return WillMint(x5t_s256, hours(4), /*delay=*/hours(1), client_id);
  }
  bool IsCurrent(const BindingPtr& binding) const { return certificates_.IsCurrent(PlanFor("r"), *binding); }

  // Lets `time` pass and returns how the rotation ends that falls due by then.
  RenewalOutcome RotationAfter(std::chrono::nanoseconds time) { return rotator_.RenewalAfter(time); }

  // Retires a certificate as one that Entra has refused.
  void Retire(const BindingPtr& binding) {
    const flow::BoundTokenPlan plan = PlanFor("r");
    const CallContext call = ports_.Call();
    const flow::Trace trace(nullptr, ports_.clock, "id");
    (void)certificates_.Retire({plan, *ports_, trace, call, /*stats=*/nullptr}, binding,
                               certificates::CertificateService::Fault::kRefused);
  }

  AwaitedRotator rotator_{ports_.clock};
  TokenService tokens_{*ports_, *rotator_};
  CertificateRotation rotation_{*ports_, certificates_, tokens_, *rotator_};
};

TEST_F(CertificateRotationTest, TheNewCertificateBecomesCurrentWithTheTokensOfTheOld) {
  const BindingPtr old = Begin("a", {"r", "s"});
  const BindingPtr next = WillRotateTo("b");
  WillIssue();
  WillIssue();
  EXPECT_EQ(RotationAfter(hours(1)), RenewalOutcome::kDone);
  EXPECT_TRUE(IsCurrent(next));
  EXPECT_FALSE(IsCurrent(old));
  EXPECT_EQ(Acquire("r"), "b");
  EXPECT_EQ(Acquire("s"), "b");
  EXPECT_EQ(TokenRequests(), 4U) << "no call fetches a token";
  WillRotateTo("c");
  WillIssue();
  WillIssue();
  EXPECT_EQ(RotationAfter(hours(1)), RenewalOutcome::kDone) << "the new one is rotated in its turn";
  EXPECT_EQ(Acquire("r"), "c");
}

TEST_F(CertificateRotationTest, ARotationIsToldWithTheNumberOfItsTokens) {
  Begin("a", {"r", "s"});
  WillRotateTo("b");
  WillIssue();
  WillIssue();
  EXPECT_EQ(RotationAfter(hours(1)), RenewalOutcome::kDone);
  EXPECT_EQ(background_.DetailsOf(Event::Kind::kRotation),
            std::vector<std::string>{"a new certificate is current, with 2 tokens"});
}

TEST_F(CertificateRotationTest, TheTokensOfOthersAreCarriedThoughTheOneWhoMintedCachesNone) {
  WillMint("a");
  WillIssue();
  EXPECT_EQ(Acquire("r", /*token_cache=*/false), "a");
  WillIssue();
  EXPECT_EQ(Acquire("r"), "a");
  WillRotateTo("b");
  WillIssue();
  EXPECT_EQ(RotationAfter(hours(1)), RenewalOutcome::kDone);
  EXPECT_EQ(Acquire("r"), "b");
  EXPECT_EQ(TokenRequests(), 3U) << "no call fetches it";
}

TEST_F(CertificateRotationTest, NoCertificateOfAWeakerKeyTakesThePlaceOfAStrongerOne) {
  mints_with_strength_ = KeyStrength::kHardware;
  Begin("a");
  WillRotateTo("b");
  WillIssue();
  EXPECT_EQ(RotationAfter(hours(1)), RenewalOutcome::kDone);
  EXPECT_EQ(minimums_, (std::vector<KeyStrength>{KeyStrength::kNone, KeyStrength::kHardware}));
}

TEST_F(CertificateRotationTest, ATokenIsCarriedInItsOwnType) {
  const auto will_issue_bearer = [&] {
    ports_.http.Answer(200, {}, R"({"access_token":"opaque","token_type":"Bearer","expires_in":7200})");
  };
  flow::BoundTokenPlan plan = PlanFor("r");
  plan.type = TokenType::kBearer;
  const auto acquire = [&] {
    BoundTokenFetcher fetcher = rotation_.FetcherFor(plan);
    return tokens_.Acquire(fetcher, ports_.Call()).token;
  };
  WillMint("a");
  WillIssue();
  EXPECT_EQ(Acquire("r", /*token_cache=*/false), "a");  // the rotation is that of a bound token
  will_issue_bearer();
  ASSERT_TRUE(acquire());
  WillRotateTo("b");
  will_issue_bearer();
  EXPECT_EQ(RotationAfter(hours(1)), RenewalOutcome::kDone);
  const auto carried = acquire();
  ASSERT_TRUE(carried) << carried.error().ToString();
  EXPECT_TRUE(carried->from_cache);
}

TEST_F(CertificateRotationTest, AChangeThatComesLateDoesNotTakeThePlaceOfTheRotationOfTheCurrentOne) {
  Begin("a");
  certificates::CertificateChanges late;
  late.current = std::make_shared<const Binding>(
      msiv2::testing::FakeBinding({}, ports_.clock.Now() + hours(9), KeyStrength::kSoftware, "z"));
  rotation_.Apply(PlanFor("r"), late);
  WillRotateTo("b");
  WillIssue();
  EXPECT_EQ(RotationAfter(hours(1)), RenewalOutcome::kDone);
  EXPECT_EQ(Acquire(), "b");
}

TEST_F(CertificateRotationTest, ACertificateThatHasEndedIsLeftToTheNextCall) {
  const BindingPtr old = Begin("a");
  rotator_.AwaitIdle();
  ports_.clock.SetNow(old->certificate->not_after() - hours(1));
  WillMint("b");
  EXPECT_EQ(RotationAfter(hours(1)), RenewalOutcome::kDone);
  EXPECT_EQ(modes_.size(), 1U);
}

TEST_F(CertificateRotationTest, WhileImdsIssuesTheOldCertificateItIsTooEarly) {
  const BindingPtr old = Begin("a");
  WillMint("a");
  EXPECT_EQ(RotationAfter(hours(1)), RenewalOutcome::kTooEarly);
  EXPECT_TRUE(IsCurrent(old));
  EXPECT_EQ(TokenRequests(), 1U) << "no token is fetched";
}

TEST_F(CertificateRotationTest, AFailedMintLeavesTheOldCertificateAndIsTriedAgain) {
  const BindingPtr old = Begin("a");
  EXPECT_EQ(RotationAfter(hours(1)), RenewalOutcome::kFailed);
  EXPECT_TRUE(IsCurrent(old));
  WillMint("b");
  WillIssue();
  EXPECT_EQ(RotationAfter(rotation::BackoffAfter(1)), RenewalOutcome::kDone);
  EXPECT_EQ(Acquire(), "b");
}

TEST_F(CertificateRotationTest, TheKillSwitchStopsItBeforeTheMint) {
  Begin("a");
  WillRotateTo("b");
  ports_.disabled = true;
  EXPECT_EQ(RotationAfter(hours(1)), RenewalOutcome::kFailed);
  EXPECT_EQ(modes_.size(), 1U);
}

TEST_F(CertificateRotationTest, ACertificateThatIsNoLongerCurrentIsNotRotated) {
  const BindingPtr old = Begin("a");
  Retire(old);
  EXPECT_EQ(RotationAfter(hours(1)), RenewalOutcome::kDone);
  EXPECT_EQ(modes_.size(), 1U) << "the next call mints";
}

TEST_F(CertificateRotationTest, AnotherIdentityIsCurrentAtOnceAndTheTokensOfTheOldOneAreDropped) {
  const BindingPtr old = Begin("a");
  const BindingPtr other = WillRotateTo("b", "another client");
  EXPECT_EQ(RotationAfter(hours(1)), RenewalOutcome::kDone);
  EXPECT_TRUE(IsCurrent(other));
  EXPECT_EQ(TokenRequests(), 1U) << "a token of one identity is not one of the other";
  WillRotateTo("c", "another client");
  EXPECT_EQ(RotationAfter(hours(1)), RenewalOutcome::kDone) << "the new one is rotated in its turn";
}

TEST_F(CertificateRotationTest, ATokenThatMaySucceedLaterHoldsTheNewCertificateBack) {
  const BindingPtr old = Begin("a", {"r", "s"});
  const BindingPtr next = WillRotateTo("b");
  WillIssue();
  ports_.http.Answer(503);
  EXPECT_EQ(RotationAfter(hours(1)), RenewalOutcome::kFailed);
  EXPECT_TRUE(IsCurrent(old));
  EXPECT_EQ(Acquire("r"), "a");
  EXPECT_EQ(Acquire("s"), "a");
  WillIssue();
  EXPECT_EQ(RotationAfter(rotation::BackoffAfter(1)), RenewalOutcome::kDone);
  EXPECT_TRUE(IsCurrent(next));
  EXPECT_EQ(modes_.size(), 2U) << "it was prepared already";
  EXPECT_EQ(TokenRequests(), 5U) << "the first token was fetched already";
}

TEST_F(CertificateRotationTest, ATokenThatIsRefusedForGoodHoldsNothingBack) {
  Begin("a", {"r", "s"});
  WillRotateTo("b");
  WillRefuse("invalid_scope");
  WillIssue();
  EXPECT_EQ(RotationAfter(hours(1)), RenewalOutcome::kDone);
  EXPECT_EQ(Acquire("s"), "b");
  EXPECT_EQ(TokenRequests(), 4U);
  WillIssue();
  EXPECT_EQ(Acquire("r"), "b");
}

TEST_F(CertificateRotationTest, TheNewCertificateWaitsForItsTokensUntilTheLastHourOfTheOld) {
  const BindingPtr old = Begin("a", {"r"}, hours(2) + seconds(1));
  const BindingPtr next = WillRotateTo("b");
  ports_.http.Answer(503);
  EXPECT_EQ(RotationAfter(hours(1)), RenewalOutcome::kFailed) << "an hour and a second are left";
  EXPECT_TRUE(IsCurrent(old));
  ports_.http.Answer(503);
  EXPECT_EQ(RotationAfter(rotation::BackoffAfter(1)), RenewalOutcome::kDone) << "less than an hour is left";
  EXPECT_TRUE(IsCurrent(next));
  WillIssue();
  EXPECT_EQ(Acquire(), "b");
}

TEST_F(CertificateRotationTest, APreparedCertificateThatIsRefusedIsGivenUp) {
  const BindingPtr old = Begin("a");
  WillRotateTo("b");
  WillRefuse("invalid_client");
  EXPECT_EQ(RotationAfter(hours(1)), RenewalOutcome::kFailed);
  EXPECT_TRUE(IsCurrent(old));
  EXPECT_EQ(Acquire(), "a");
  EXPECT_EQ(removed_, std::vector<std::string>{"b"});
  WillMint("b");  // IMDS still caches it
  const BindingPtr next = WillMint("c");
  WillIssue();
  EXPECT_EQ(RotationAfter(rotation::BackoffAfter(1)), RenewalOutcome::kDone);
  EXPECT_EQ(modes_.back(), MintMode::kBypass);
  EXPECT_TRUE(IsCurrent(next));
}

TEST_F(CertificateRotationTest, APreparedCertificateWhoseKeyDoesNotSignIsGivenUpEvenInTheLastHour) {
  const BindingPtr old = Begin("a", {"r"}, hours(2));
  WillRotateTo("b");
  ports_.http.Fail(HttpFailure::Kind::kKeySign);
  EXPECT_EQ(RotationAfter(hours(1)), RenewalOutcome::kFailed);
  EXPECT_EQ(removed_, std::vector<std::string>{"b"});
  EXPECT_TRUE(IsCurrent(old));
}

TEST_F(CertificateRotationTest, ADoubtfulCertificateThatHasNoTokenReplacesNothingEvenInTheLastHour) {
  const BindingPtr old = Begin("a", {"r"}, hours(2));
  WillRotateTo("b");
  WillRefuse("unauthorized_client");
  EXPECT_EQ(RotationAfter(hours(1)), RenewalOutcome::kFailed);
  EXPECT_TRUE(IsCurrent(old));
}

TEST_F(CertificateRotationTest, ADoubtfulCertificateThatHasATokenBecomesCurrentInTheLastHour) {
  Begin("a", {"r", "s"}, hours(2));
  const BindingPtr next = WillRotateTo("b");
  WillRefuse("unauthorized_client");
  WillIssue();
  EXPECT_EQ(RotationAfter(hours(1)), RenewalOutcome::kDone);
  EXPECT_TRUE(IsCurrent(next));
}

TEST_F(CertificateRotationTest, ThreeDoubtfulFailuresInARowGiveAPreparedCertificateUp) {
  Begin("a");
  WillRotateTo("b");
  WillRefuse("unauthorized_client");
  EXPECT_EQ(RotationAfter(hours(1)), RenewalOutcome::kFailed) << "before the last hour one doubt is enough";
  for (const int failures : {1, 2}) {
    EXPECT_TRUE(removed_.empty());
    WillRefuse("unauthorized_client");
    EXPECT_EQ(RotationAfter(rotation::BackoffAfter(failures)), RenewalOutcome::kFailed);
  }
  EXPECT_EQ(removed_, std::vector<std::string>{"b"});
  EXPECT_EQ(modes_.size(), 2U);
  WillMint("c");
  WillIssue();
  EXPECT_EQ(RotationAfter(rotation::BackoffAfter(3)), RenewalOutcome::kDone);
  EXPECT_EQ(Acquire(), "c");
}

TEST_F(CertificateRotationTest, WhereAnotherOneBecameCurrentMeanwhileTheTokensOfTheNewOneAreDropped) {
  const BindingPtr old = Begin("a");
  const BindingPtr next = WillRotateTo("b");
  WillIssue();
  on_mint_ = [&] { Retire(old); };
  EXPECT_EQ(RotationAfter(hours(1)), RenewalOutcome::kDone);
  EXPECT_FALSE(IsCurrent(next));
  WillMint("b");
  EXPECT_EQ(Acquire(), "token_request_failed") << "no token of it is left, and no answer";
}

}  // namespace
}  // namespace msiv2::tokens
