// A whole mint: the order of its steps, where it ends, and what may take its place.
#include "flow/mint.h"

#include <string>

#include "flow/steps_test_fixture.h"
#include "tests/support/fake_binding.h"

namespace msiv2::flow {
namespace {

using EventKind = Event::Kind;

class MintTest : public StepsTest {
 protected:
  Result<BindingPtr> Mint(MintMode mode = MintMode::kAny, AdoptBinding adopt = {},
                          const Binding* replaces = nullptr) {
    return MintBinding(Acquisition(),
                       {.mode = mode, .lock = lock_, .adopt = std::move(adopt), .replaces = replaces});
  }
  void WantAttested() {
    plan_.attested = true;
    plan_.key_policy.attestation = true;
    provider_->makes.strength = KeyStrength::kKeyGuard;
  }
  void ShareAStore() {
    ports_.store = &store_;
    provider_->makes.container = kContainer;
  }
  static StoredCertificate Stored() {
    return {.leaf_der = x509::MakeCertificate({.not_after = "270102000000Z"}),
            .token_endpoint = "https://entra.example",
            .tenant_id = x509::kTenantId,
            .container = kContainer};
  }
  std::vector<Step> StepsTaken() const {
    std::vector<Step> steps;
    for (const testing::Told& told : recorder_.Events()) {
      if (told.event.kind == EventKind::kStepStarted) steps.push_back(told.event.step);
    }
    return steps;
  }

  std::unique_ptr<MintLock> lock_;
};

TEST_F(MintTest, AnAttestedMintTakesEveryStepInItsOrder) {
  WantAttested();
  AnswerMetadata();
  AnswerCredential();
  const auto minted = Mint();
  ASSERT_TRUE(minted) << minted.error().ToString();
  EXPECT_EQ(StepsTaken(), (std::vector<Step>{Step::kMetadata, Step::kKey, Step::kCsr, Step::kAttestation,
                                             Step::kCredential, Step::kCertificate}));
  EXPECT_TRUE((*minted)->attested);
  EXPECT_FALSE((*minted)->restored);
  EXPECT_NE(Requests().back().body.find(PlayedAttestor::Jwt()), std::string::npos);
  EXPECT_EQ(Requests().back().url.find("bypass_cache"), std::string::npos);
}

TEST_F(MintTest, AnUnattestedMintAsksNoAttestor) {
  AnswerMetadata();
  AnswerCredential();
  ASSERT_TRUE(Mint());
  EXPECT_EQ(StepsTaken(), (std::vector<Step>{Step::kMetadata, Step::kKey, Step::kCsr, Step::kCredential,
                                             Step::kCertificate}));
  EXPECT_EQ(attestor_->calls, 0);
  EXPECT_EQ(Requests().back().body.find("attestation_token"), std::string::npos);
}

TEST_F(MintTest, EachModeSaysWhyItMints) {
  for (const auto mode : {MintMode::kAny, MintMode::kRenewal, MintMode::kBypass}) (void)Mint(mode);
  EXPECT_EQ(recorder_.DetailsOf(EventKind::kCacheMiss),
            (std::vector<std::string>{"no suitable entry is cached", "the cached entry is due for renewal",
                                      "another certificate is requested"}));
}

TEST_F(MintTest, ABypassAsksForANewCertificate) {
  AnswerMetadata();
  AnswerCredential();
  ASSERT_TRUE(Mint(MintMode::kBypass));
  EXPECT_NE(Requests().back().url.find("&bypass_cache=true"), std::string::npos);
}

TEST_F(MintTest, AMintEndsAtItsFirstFailure) {
  EXPECT_EQ(Mint().error().step, Step::kMetadata);
  EXPECT_EQ(provider_->calls, 0);

  AnswerMetadata();
  provider_->fails_with = Error(ErrorCode::kKeyCreationFailed, "no key today");
  EXPECT_EQ(Mint().error().step, Step::kKey);
  provider_->fails_with.reset();

  WantAttested();
  AnswerMetadata();
  attestor_->fails = true;
  EXPECT_EQ(Mint().error().step, Step::kAttestation);
  EXPECT_EQ(fakes_.http.AnswersLeft(), 0U);
  EXPECT_EQ(Requests().size(), 3U) << "no credential was asked for";
}

TEST_F(MintTest, AKeyThatDoesNotSignEndsTheMint) {
  provider_->makes.fails_with = Error(ErrorCode::kKeySignFailed, "it is dead");
  AnswerMetadata();
  EXPECT_EQ(Mint().error().step, Step::kCsr);
  EXPECT_EQ(Requests().size(), 1U);
}

TEST_F(MintTest, ARefusedCredentialMayBeDueToItsAttestation) {
  WantAttested();
  const auto mint = [&](int status) {
    AnswerMetadata();
    fakes_.http.Answer(status, kOfImds);
    const auto minted = Mint();
    ASSERT_FALSE(minted);
    EXPECT_EQ(minted.error().http_status, status);
  };
  mint(500);
  mint(404);
  mint(399);
  mint(500);
  EXPECT_EQ(attestor_->calls, 1) << "nothing but a clear refusal is one";
  mint(400);
  mint(499);
  mint(500);
  EXPECT_EQ(attestor_->calls, 3);
}

TEST_F(MintTest, AnIdentityThatIsServedAlreadyNeedsNoCertificate) {
  const auto serving =
      std::make_shared<const Binding>(msiv2::testing::FakeBinding({}, {}, KeyStrength::kSoftware, "x5t"));
  std::string asked;
  const AdoptBinding adopt = [&](const PlatformMetadata& metadata) {
    asked = metadata.client_id;
    return serving;
  };
  AnswerMetadata();
  EXPECT_EQ(Mint(MintMode::kAny, adopt).value(), serving);
  EXPECT_EQ(asked, x509::kClientId);
  EXPECT_EQ(provider_->calls, 0);
  AnswerMetadata();
  AnswerCredential();
  EXPECT_NE(Mint(MintMode::kAny, [](const PlatformMetadata&) { return nullptr; }).value(), nullptr);
  for (const auto mode : {MintMode::kRenewal, MintMode::kBypass}) {
    AnswerMetadata();
    AnswerCredential();
    EXPECT_NE(Mint(mode, adopt).value(), serving) << "another certificate is wanted";
  }
}

TEST_F(MintTest, ACertificateOfTheStoreWillDo) {
  ShareAStore();
  store_.entries = {Stored()};
  AnswerMetadata();
  const auto minted = Mint();
  ASSERT_TRUE(minted) << minted.error().ToString();
  EXPECT_TRUE((*minted)->restored);
  EXPECT_EQ(recorder_.DetailsOf(EventKind::kCacheHit),
            std::vector<std::string>{"certificate from the certificate store"});
  EXPECT_TRUE(store_.locked.empty());
  EXPECT_EQ(Requests().size(), 1U);
}

TEST_F(MintTest, WhatAnotherProcessHasStoredMeanwhileWillDo) {
  ShareAStore();
  store_.on_lock = [&] { store_.entries = {Stored()}; };
  AnswerMetadata();
  const auto minted = Mint();
  ASSERT_TRUE(minted) << minted.error().ToString();
  EXPECT_TRUE((*minted)->restored);
  EXPECT_EQ(recorder_.DetailsOf(EventKind::kCacheHit),
            std::vector<std::string>{"certificate that another process has just stored"});
  EXPECT_EQ(store_.lock_deadline, call_.deadline);
  EXPECT_TRUE(lock_) << "the caller releases it";
  EXPECT_EQ(Requests().size(), 1U);
}

TEST_F(MintTest, ALockIsTakenOnceAndOnlyForAKeyThatOthersHave) {
  ShareAStore();
  for (int i = 0; i < 2; ++i) {
    AnswerMetadata();
    AnswerCredential();
    ASSERT_TRUE(Mint());
  }
  EXPECT_EQ(store_.locked.size(), 1U);
  EXPECT_EQ(store_.aliases.size(), 5U) << "two loads each, and the lock";
}

TEST_F(MintTest, AKeyThatNoOtherProcessHasNeedsNoLock) {
  ports_.store = &store_;
  AnswerMetadata();
  AnswerCredential();
  ASSERT_TRUE(Mint());
  EXPECT_FALSE(lock_);
  EXPECT_EQ(store_.aliases.size(), 1U) << "nothing has changed since the first load";
}

TEST_F(MintTest, ABypassTakesNothingFromTheStoreAndDoesNotWaitForTheLock) {
  ShareAStore();
  store_.entries = {Stored()};
  AnswerMetadata();
  AnswerCredential();
  const auto minted = Mint(MintMode::kBypass);
  ASSERT_TRUE(minted) << minted.error().ToString();
  EXPECT_FALSE((*minted)->restored);
  EXPECT_EQ(store_.locked.size(), 1U);
  EXPECT_EQ(store_.lock_deadline, fakes_.clock.MonotonicNow());
}

TEST_F(MintTest, ARenewalTakesOnlyALaterCertificateOfTheStore) {
  ShareAStore();
  store_.entries = {Stored()};
  AnswerMetadata();
  const auto current = Mint();
  ASSERT_TRUE(current);
  AnswerMetadata();
  AnswerCredential();
  const auto next = Mint(MintMode::kRenewal, {}, current->get());
  ASSERT_TRUE(next) << next.error().ToString();
  EXPECT_FALSE((*next)->restored);
}

}  // namespace
}  // namespace msiv2::flow
