// What a failed token request does to the certificate, and which remedy follows.
#include "tokens/bound_token_fetcher.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "flow/testing/played_attestor.h"
#include "flow/token_step.h"
#include "tokens/bound_token_test_fixture.h"
#include "x509/spki.h"

namespace msiv2::tokens {
namespace {

using flow::CertificateVerdict;
using std::chrono::milliseconds;

Error TokenError(ErrorCode code = ErrorCode::kTokenRequestFailed) {
  return Error(code, Step::kToken, "scripted");
}

Error TokenError(const std::string& oauth_error) {
  Error error = TokenError();
  error.service_error = oauth_error;
  return error;
}

class BoundTokenFetcherTest : public BoundTokenTest {
 protected:
  // Makes a certificate current for the plan.
  BindingPtr Begin(const std::string& x5t_s256) {
    BindingPtr binding = WillMint(x5t_s256);
    EXPECT_EQ(Prepared(), x5t_s256);
    changes_ = {};
    return binding;
  }
  // Returns the thumbprint of the certificate that an attempt would use.
  std::string Prepared() {
    const auto slot = fetcher_.Prepare({trace_, call_, stats_});
    return slot ? slot->binding->certificate->x5t_s256() : slot.error().message;
  }
  std::optional<milliseconds> NextRemedy(const BindingPtr& binding, Error error,
                                         CertificateVerdict verdict = CertificateVerdict::kNone) {
    return fetcher_.NextRemedy({trace_, call_, stats_}, binding, {std::move(error), verdict});
  }
  bool IsCurrent(const BindingPtr& binding) const { return certificates_.IsCurrent(plan_, *binding); }

  flow::BoundTokenPlan plan_ = PlanFor("r");
  const CallContext call_ = ports_.Call();
  const flow::Trace trace_{nullptr, ports_.clock, "id"};
  flow::AcquisitionStats stats_{nullptr, ports_.clock, "ImdsV2", "id"};
  certificates::CertificateChanges changes_;  // the latest
  const OnCertificateChanges on_changes_ = [this](const flow::BoundTokenPlan&,
                                                  const certificates::CertificateChanges& changes) {
    changes_ = changes;
  };
  BoundTokenFetcher fetcher_{*ports_, certificates_, on_changes_, plan_};
};

TEST_F(BoundTokenFetcherTest, ARefusedCertificateIsRetiredAndTheNextOneIsMintedAtOnce) {
  const BindingPtr binding = Begin("a");
  EXPECT_EQ(NextRemedy(binding, TokenError("invalid_client"), CertificateVerdict::kRefused), milliseconds(0));
  EXPECT_FALSE(IsCurrent(binding));
  EXPECT_EQ(changes_.retired, std::vector<BindingPtr>{binding});
  EXPECT_EQ(removed_, std::vector<std::string>{"a"});
  WillMint("b");
  EXPECT_EQ(Prepared(), "b");
  EXPECT_EQ(modes_.back(), MintMode::kBypass);
}

TEST_F(BoundTokenFetcherTest, WithoutARemedyARefusedCertificateIsRetiredAllTheSame) {
  flow::BoundTokenPlan plan = plan_;
  plan.remediations = 0;
  BoundTokenFetcher fetcher(*ports_, certificates_, on_changes_, plan);
  const BindingPtr binding = Begin("a");
  const TokenAttempt refused{TokenError("invalid_client"), CertificateVerdict::kRefused};
  EXPECT_EQ(fetcher.NextRemedy({trace_, call_, stats_}, binding, refused), std::nullopt);
  EXPECT_EQ(changes_.retired, std::vector<BindingPtr>{binding});
}

TEST_F(BoundTokenFetcherTest, AFailureThatSaysNothingOfTheCertificateChangesNothing) {
  const BindingPtr binding = Begin("a");
  EXPECT_EQ(NextRemedy(binding, TokenError("invalid_scope")), std::nullopt);
  EXPECT_TRUE(IsCurrent(binding));
  EXPECT_TRUE(changes_.retired.empty());
  EXPECT_TRUE(removed_.empty());
}

TEST_F(BoundTokenFetcherTest, AFailureBeforeThereIsACertificateRetiresNone) {
  const BindingPtr binding = Begin("a");
  EXPECT_EQ(NextRemedy(nullptr, Error(ErrorCode::kImdsUnreachable, "scripted")), std::nullopt);
  EXPECT_TRUE(IsCurrent(binding));
}

// The network may be the reason: then a certificate for each call would be wasted.
TEST_F(BoundTokenFetcherTest, AResetSuspectsTheCertificateOnceACall) {
  const BindingPtr first = Begin("a");
  EXPECT_EQ(NextRemedy(first, TokenError(), CertificateVerdict::kMaybeRefused), milliseconds(0));
  EXPECT_FALSE(IsCurrent(first));
  EXPECT_TRUE(changes_.retired.empty()) << "its tokens are good if it becomes current again";
  const BindingPtr second = WillMint("b");
  EXPECT_EQ(Prepared(), "b");
  EXPECT_EQ(NextRemedy(second, TokenError(), CertificateVerdict::kMaybeRefused), std::nullopt);
  EXPECT_TRUE(IsCurrent(second));
}

TEST_F(BoundTokenFetcherTest, ThreeDoubtsInARowLeadToATrialOfAnotherCertificate) {
  const BindingPtr binding = Begin("a");
  for (int doubts = 0; doubts < 3; ++doubts) {
    EXPECT_EQ(Prepared(), "a");
    EXPECT_EQ(NextRemedy(binding, TokenError("unauthorized_client"), CertificateVerdict::kDoubtful),
              std::nullopt);
  }
  WillMint("b");
  EXPECT_EQ(Prepared(), "b");
  EXPECT_TRUE(IsCurrent(binding)) << "until the other one has a token";
}

TEST_F(BoundTokenFetcherTest, WithoutAVerdictTheWordsOfAnErrorAreNoDoubt) {
  const BindingPtr binding = Begin("a");
  for (int times = 0; times < 3; ++times) {
    EXPECT_EQ(NextRemedy(binding, TokenError("unauthorized_client")), std::nullopt);
  }
  WillMint("b");
  EXPECT_EQ(Prepared(), "a") << "no trial begins";
}

TEST_F(BoundTokenFetcherTest, AKeyThatDiedInTheHandsOfACallerTakesItsCertificateWithIt) {
  const BindingPtr binding = Begin("a");
  const auto watched = (*ports_).keys.Watched(binding->certificate->key());
  const std::vector<std::uint8_t> digest(32);
  EXPECT_FALSE(watched->SignDigest(SignaturePadding::kPss, DigestAlgorithm::kSha256, digest));
  EXPECT_FALSE(fetcher_.Known().slot);
  EXPECT_EQ(changes_.retired, std::vector<BindingPtr>{binding});
}

TEST_F(BoundTokenFetcherTest, ATrialBecomesCurrentOnceItHasAToken) {
  const BindingPtr suspect = Begin("a");
  for (int doubts = 0; doubts < 3; ++doubts) {
    (void)NextRemedy(suspect, TokenError("unauthorized_client"), CertificateVerdict::kDoubtful);
  }
  const BindingPtr trial = WillMint("b");
  const auto slot = fetcher_.Prepare({trace_, call_, stats_});
  ASSERT_TRUE(slot);
  ASSERT_EQ(slot->binding, trial);
  WillRefuse("invalid_scope");
  EXPECT_FALSE(fetcher_.Fetch({trace_, call_, stats_}, *slot, nullptr).token);
  EXPECT_TRUE(IsCurrent(suspect)) << "nothing shows that the other one works";
  WillIssue();
  EXPECT_TRUE(fetcher_.Fetch({trace_, call_, stats_}, *slot, nullptr).token);
  EXPECT_TRUE(IsCurrent(trial));
  EXPECT_EQ(changes_.current, trial);
  EXPECT_EQ(changes_.retired, std::vector<BindingPtr>{suspect});
}

TEST_F(BoundTokenFetcherTest, AResetThatSurfacesCountsAsADoubtOnlyIfItsErrorDoes) {
  const BindingPtr binding = Begin("a");
  (void)NextRemedy(nullptr, TokenError(), CertificateVerdict::kMaybeRefused);  // the one remedy is used up
  for (int times = 0; times < 3; ++times) {
    (void)NextRemedy(binding, TokenError("invalid_client"), CertificateVerdict::kMaybeRefused);
  }
  EXPECT_EQ(Prepared(), "a");
  for (int times = 0; times < 3; ++times) {
    (void)NextRemedy(binding, TokenError("unauthorized_client"), CertificateVerdict::kMaybeRefused);
  }
  WillMint("b");
  EXPECT_EQ(Prepared(), "b");
}

TEST_F(BoundTokenFetcherTest, ACertificateOfTheCacheIsToldAndItsKeyIsCounted) {
  flow::testing::EventRecorder recorder;
  const flow::Trace trace(&recorder, ports_.clock, "id");
  flow::AcquisitionStats stats(&recorder, ports_.clock, "ImdsV2", "id");
  WillMint("a");
  ASSERT_TRUE(fetcher_.Prepare({trace, call_, stats}));
  EXPECT_TRUE(recorder.DetailsOf(Event::Kind::kCacheHit).empty()) << "it was minted";
  ASSERT_TRUE(fetcher_.Prepare({trace, call_, stats}));
  EXPECT_EQ(recorder.DetailsOf(Event::Kind::kCacheHit),
            std::vector<std::string>{"certificate from the cache"});
  stats.Count(TokenType::kMtlsPop, ports_.clock.MonotonicNow(), nullptr);
  ASSERT_EQ(recorder.Counts().size(), 1U);
  EXPECT_EQ(recorder.Counts()[0].key_strength, KeyStrength::kSoftware);
}

TEST_F(BoundTokenFetcherTest, WithoutACertificateItKnowsWhy) {
  flow::BoundTokenPlan plan = plan_;
  plan.challenge = R"({"a":1})";
  const BoundTokenFetcher challenged(*ports_, certificates_, on_changes_, plan);
  EXPECT_EQ(fetcher_.Known().if_absent, MissReason::kNoCertificate);
  EXPECT_EQ(challenged.Known().if_absent, MissReason::kNoCertificate);
  Begin("a");
  EXPECT_TRUE(fetcher_.Known().slot);
  EXPECT_FALSE(challenged.Known().slot) << "its claims ask for another one";
  EXPECT_EQ(challenged.Known().if_absent, MissReason::kClaims);
}

TEST_F(BoundTokenFetcherTest, ATokenIsNotHotWhereTheNextCallMayAskForAnotherCertificate) {
  const BindingPtr binding = Begin("a");
  EXPECT_TRUE(fetcher_.Known().slot->stays_hot);
  flow::BoundTokenPlan plan = plan_;
  plan.challenge = R"({"a":1})";
  BoundTokenFetcher challenged(*ports_, certificates_, on_changes_, plan);
  const auto slot =
      challenged.Prepare({trace_, call_, stats_});  // IMDS has none, which is not asked again at once
  ASSERT_TRUE(slot);
  EXPECT_EQ(slot->binding, binding);
  const KnownSlot known = challenged.Known();
  ASSERT_TRUE(known.slot);
  EXPECT_FALSE(known.slot->stays_hot);
}

TEST_F(BoundTokenFetcherTest, ARefusedAttestationIsForgotten) {
  const auto attestor = std::make_shared<flow::testing::PlayedAttestor>();
  attestation::AttestationService attestation(attestor, ports_.executor, minutes(1));
  const flow::Ports& others = *ports_;
  const flow::Ports ports{
      others.http,   others.keys,       attestation,        nullptr,          nullptr, others.clock,
      others.random, others.imds_bases, others.is_disabled, others.try_in_tls};
  mints_with_strength_ = KeyStrength::kKeyGuard;
  const BindingPtr binding = Begin("a");
  const auto& key = binding->certificate->key();
  const auto attest = [&] {
    const auto jwt = attestation.GetToken(
        {"https://weu.attest.azure.net", "client", key, x509::SpkiSha256Hex(key->PublicKey())}, call_);
    EXPECT_TRUE(jwt) << jwt.error().ToString();
  };
  const auto fail = [&](std::int64_t code) {
    Error error = TokenError("invalid_client");
    error.aadsts = {code};
    (void)RetireFaulty({plan_, ports, trace_, call_, &stats_}, certificates_, binding,
                       {std::move(error), CertificateVerdict::kRefused}, /*tries_again=*/true);
  };
  attest();
  fail(1000901);
  attest();
  EXPECT_EQ(attestor->calls, 1) << "the certificate had ended, which says nothing of its attestation";
  fail(1000610);
  attest();
  EXPECT_EQ(attestor->calls, 2);
}

TEST_F(BoundTokenFetcherTest, ADeadKeyTakesItsCertificateWithItOnceACall) {
  const BindingPtr binding = Begin("a");  // its key does not sign
  EXPECT_EQ(NextRemedy(binding, TokenError(ErrorCode::kKeySignFailed)), milliseconds(0));
  EXPECT_FALSE(IsCurrent(binding));
  EXPECT_EQ(changes_.retired, std::vector<BindingPtr>{binding});
  const BindingPtr next = WillMint("b");
  EXPECT_EQ(Prepared(), "b");
  EXPECT_EQ(NextRemedy(next, TokenError(ErrorCode::kKeySignFailed)), std::nullopt);
}

}  // namespace
}  // namespace msiv2::tokens
