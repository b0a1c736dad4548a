// The certificate service with scripted steps: no TLS, no emulator, no time that passes.
#include "certificates/certificate_service_test_fixture.h"

namespace msiv2::certificates {
namespace {

// ---- get -------------------------------------------------------------------------------------------------

TEST_F(CertificateServiceTest, TheFirstCallMintsAndTheNextIsAnsweredFromTheCache) {
  EXPECT_EQ(service_.Cached(plan_), nullptr);
  const auto minted = WillMint("one");
  auto issued = Get(plan_);
  ASSERT_TRUE(issued.binding);
  EXPECT_EQ(*issued.binding, minted);
  EXPECT_EQ(issued.changes.current, minted);
  EXPECT_TRUE(issued.changes.retired.empty());
  EXPECT_EQ(stored_, std::vector<std::string>{"one"});

  issued = Get(plan_);
  EXPECT_EQ(*issued.binding, minted);
  EXPECT_EQ(issued.changes.current, nullptr);
  EXPECT_EQ(service_.Cached(plan_), minted);
  EXPECT_EQ(modes_.size(), 1u);
}

TEST_F(CertificateServiceTest, AFailedMintIsTheErrorOfTheCall) {
  MintWillFail();
  const auto issued = Get(plan_);
  ASSERT_FALSE(issued.binding);
  EXPECT_EQ(issued.binding.error().code, ErrorCode::kImdsUnreachable);
  EXPECT_EQ(issued.changes.current, nullptr);
}

TEST_F(CertificateServiceTest, AnExpiredBindingIsMintedAnewAndRetired) {
  const auto first = WillMint("one");
  GetBinding(plan_);
  ports_.clock.Advance(hours(24) - minutes(5));
  EXPECT_EQ(service_.Cached(plan_), nullptr);
  const auto second = WillMint("two");
  const auto issued = Get(plan_);
  EXPECT_EQ(issued.changes.current, second);
  EXPECT_EQ(issued.changes.retired, std::vector<BindingPtr>{first});
}

TEST_F(CertificateServiceTest, ACallThatWaitedForTheMintOfAnotherGetsItsBinding) {
  const auto minted = WillMint("one");
  const auto issued = GetWhileAnotherMints(plan_);
  ASSERT_TRUE(issued.binding);
  EXPECT_EQ(*issued.binding, minted);
  EXPECT_EQ(issued.changes.current, nullptr) << "the other call tells of it";
  EXPECT_EQ(modes_.size(), 1U);
}

TEST_F(CertificateServiceTest, ACallThatWaitedForTheMintOfAnotherGetsItsError) {
  MintWillFail(ErrorCode::kImdsUnreachable);
  const auto issued = GetWhileAnotherMints(plan_);
  ASSERT_FALSE(issued.binding);
  EXPECT_EQ(issued.binding.error().code, ErrorCode::kImdsUnreachable);
  EXPECT_EQ(modes_.size(), 1U);
}

TEST_F(CertificateServiceTest, ACallThatWaitedMintsItselfWhereTheOtherWantedAStrongerKeyThanThereIs) {
  MintWillFail(ErrorCode::kMinStrengthNotMet);
  const auto minted = WillMint("one");
  const auto issued = GetWhileAnotherMints(plan_);
  ASSERT_TRUE(issued.binding);
  EXPECT_EQ(*issued.binding, minted);
}

TEST_F(CertificateServiceTest, ACallThatWaitedTakesWhatWasMintedSinceTheOtherFailed) {
  MintWillFail(ErrorCode::kMinStrengthNotMet);
  const auto minted = WillMint("one");
  const auto issued = GetWhileAnotherMints(plan_, [&] { GetBinding(plan_); });
  ASSERT_TRUE(issued.binding);
  EXPECT_EQ(*issued.binding, minted);
  EXPECT_EQ(modes_.size(), 2U);
}

TEST_F(CertificateServiceTest, ACallWithAClaimsChallengeIsNotContentWithTheMintOfAnother) {
  WillMint("one");
  const auto second = WillMint("two");
  flow::BoundTokenPlan challenged = plan_;
  challenged.challenge = R"({"access_token":{}})";
  const auto issued = GetWhileAnotherMints(challenged);
  ASSERT_TRUE(issued.binding);
  EXPECT_EQ(*issued.binding, second);
}

TEST_F(CertificateServiceTest, ACallThatWaitedIsNotContentWithABindingThatWasRetiredMeanwhile) {
  const auto first = WillMint("one");
  const auto second = WillMint("two");
  const auto issued = GetWhileAnotherMints(plan_, [&] {
    (void)Retire(first, Fault::kRefused);
    EXPECT_EQ(GetBinding(plan_), second);
  });
  ASSERT_TRUE(issued.binding);
  EXPECT_EQ(*issued.binding, second);
}

// ---- metadata --------------------------------------------------------------------------------------------

TEST_F(CertificateServiceTest, TheMetadataIsReadAgainAfterFiveMinutes) {
  const auto minted = WillMint("one");
  GetBinding(plan_);
  ports_.clock.Advance(minutes(5) - seconds(1));
  GetBinding(plan_);
  EXPECT_EQ(metadata_reads_, 0);
  ports_.clock.Advance(seconds(1));
  EXPECT_EQ(GetBinding(plan_), minted);
  EXPECT_EQ(metadata_reads_, 1);
  GetBinding(plan_);
  EXPECT_EQ(metadata_reads_, 1);
}

TEST_F(CertificateServiceTest, TheMetadataIsReadAgainWithinTwoSecondsAndWithoutRetries) {
  WillMint("one");
  GetBinding(plan_);
  ports_.clock.Advance(minutes(5));
  metadata_retries_ = true;
  GetBinding(plan_);
  EXPECT_EQ(metadata_reads_, 1);
  EXPECT_EQ(time_left_, seconds(2));
  EXPECT_FALSE(metadata_retries_);
}

TEST_F(CertificateServiceTest, WithImdsDownTheBindingIsUsedAndTheMetadataReadAgainAfterHalfAMinute) {
  const auto minted = WillMint("one");
  GetBinding(plan_);
  ports_.clock.Advance(minutes(5));
  metadata_fails_ = true;
  EXPECT_EQ(GetBinding(plan_), minted);
  ports_.clock.Advance(seconds(29));
  GetBinding(plan_);
  EXPECT_EQ(metadata_reads_, 1);
  ports_.clock.Advance(seconds(1));
  GetBinding(plan_);
  EXPECT_EQ(metadata_reads_, 2);
}

TEST_F(CertificateServiceTest, AnotherIdentityInTheMetadataRetiresTheBindingEvenIfTheMintFails) {
  const auto first = WillMint("one");
  GetBinding(plan_);
  ports_.clock.Advance(minutes(5));
  metadata_client_id_ = "another";
  MintWillFail();
  auto issued = Get(plan_);
  EXPECT_FALSE(issued.binding);
  EXPECT_EQ(issued.changes.retired, std::vector<BindingPtr>{first});
  EXPECT_EQ(service_.Cached(plan_), nullptr);

  const auto second = WillMint("two", KeyStrength::kSoftware, "another");
  EXPECT_EQ(GetBinding(plan_), second);
}

// B9.
TEST_F(CertificateServiceTest, AnotherTenantInTheMetadataRetiresTheBinding) {
  const auto first = WillMint("one");
  GetBinding(plan_);
  ports_.clock.Advance(minutes(5));
  metadata_tenant_id_ = "another";
  MintWillFail();
  EXPECT_EQ(Get(plan_).changes.retired, std::vector<BindingPtr>{first});
  EXPECT_EQ(service_.Cached(plan_), nullptr);
}

// ---- several ids of one identity -------------------------------------------------------------------------

TEST_F(CertificateServiceTest, ASecondIdOfAnIdentityAdoptsItsBinding) {
  const auto minted = WillMint("one");
  GetBinding(PlanOf(ManagedIdentityId::ClientId("client")));
  const flow::BoundTokenPlan by_object_id = PlanOf(ManagedIdentityId::ObjectId("object"));
  auto issued = Get(by_object_id);
  ASSERT_TRUE(issued.binding);
  EXPECT_EQ(*issued.binding, minted);
  EXPECT_EQ(issued.changes.current, nullptr) << "it was current already";
  EXPECT_EQ(service_.Cached(by_object_id), minted);
  EXPECT_EQ(service_.SlotKey(by_object_id), service_.SlotKey(PlanOf(ManagedIdentityId::ClientId("client"))));
}

TEST_F(CertificateServiceTest, AnIdThatIsGivenAnotherIdentityLeavesTheOtherIdsAlone) {
  const flow::BoundTokenPlan by_client_id = PlanOf(ManagedIdentityId::ClientId("client"));
  const flow::BoundTokenPlan by_object_id = PlanOf(ManagedIdentityId::ObjectId("object"));
  const auto minted = WillMint("one");
  GetBinding(by_client_id);
  GetBinding(by_object_id);
  ports_.clock.Advance(minutes(5));
  metadata_client_id_ = "another";
  const auto second = WillMint("two", KeyStrength::kSoftware, "another");
  auto issued = Get(by_object_id);
  EXPECT_EQ(*issued.binding, second);
  EXPECT_TRUE(issued.changes.retired.empty());
  EXPECT_EQ(service_.Cached(by_client_id), minted);
}

// ---- claims challenges -----------------------------------------------------------------------------------

TEST_F(CertificateServiceTest, AClaimsChallengeMintsOnceWithBypassCache) {
  const auto first = WillMint("one");
  GetBinding(plan_);
  flow::BoundTokenPlan challenged = plan_;
  challenged.challenge = R"({"access_token":{}})";
  EXPECT_EQ(service_.Cached(challenged), nullptr);
  EXPECT_TRUE(service_.IsNewChallenge(challenged));
  const auto second = WillMint("two");
  auto issued = Get(challenged);
  EXPECT_EQ(*issued.binding, second);
  EXPECT_EQ(issued.changes.retired, std::vector<BindingPtr>{first});
  EXPECT_EQ(modes_.back(), MintMode::kBypass);
  EXPECT_FALSE(service_.IsNewChallenge(challenged));
  EXPECT_EQ(service_.Cached(challenged), second);
}

TEST_F(CertificateServiceTest, AFailedMintForAChallengeLeavesTheOldBindingForHalfAMinute) {
  const auto first = WillMint("one");
  GetBinding(plan_);
  flow::BoundTokenPlan challenged = plan_;
  challenged.challenge = R"({"access_token":{}})";
  MintWillFail();
  EXPECT_EQ(GetBinding(challenged), first);
  EXPECT_EQ(time_left_, seconds(15)) << "the other half of the call is for the binding that is usable";
  EXPECT_EQ(service_.Cached(challenged), first) << "no other mint is tried for now";
  EXPECT_EQ(GetBinding(challenged), first);
  EXPECT_EQ(modes_.size(), 2U);
  ports_.clock.Advance(seconds(30));
  EXPECT_EQ(service_.Cached(challenged), nullptr);
}

// ---- retired bindings ------------------------------------------------------------------------------------

TEST_F(CertificateServiceTest, ARefusedBindingIsNeverUsedAgain) {
  const auto refused = WillMint("refused");
  GetBinding(plan_);
  EXPECT_EQ(Retire(refused, Fault::kRefused).retired, std::vector<BindingPtr>{refused});
  EXPECT_EQ(removed_, std::vector<std::string>{"refused"});
  EXPECT_EQ(service_.Cached(plan_), nullptr);
  mints_.push_back(refused);
  const auto again = Get(plan_);
  ASSERT_FALSE(again.binding);
  EXPECT_EQ(again.binding.error().code, ErrorCode::kCredentialRequestFailed);
  EXPECT_EQ(modes_.back(), MintMode::kBypass);
  const auto other = WillMint("other");
  EXPECT_EQ(GetBinding(plan_), other);
}

// IMDS may go back to a certificate from before.
TEST_F(CertificateServiceTest, ARefusedCertificateThatImdsIssuesLaterIsAskedForOnceMoreWithBypassCache) {
  const auto refused = WillMint("refused");
  GetBinding(plan_);
  (void)Retire(refused, Fault::kRefused);
  WillMint("one");
  GetBinding(plan_);
  ports_.clock.Advance(hours(24));
  WillMint("refused");
  const auto second = WillMint("two");
  EXPECT_EQ(GetBinding(plan_), second);
  EXPECT_EQ(std::vector(modes_.end() - 2, modes_.end()), (std::vector{MintMode::kAny, MintMode::kBypass}));
}

TEST_F(CertificateServiceTest, ASuspectedBindingKeepsItsTokensAndIsUsedIfThereIsNoOther) {
  const auto suspected = WillMint("suspected");
  GetBinding(plan_);
  EXPECT_TRUE(Retire(suspected, Fault::kSuspected).retired.empty());
  EXPECT_EQ(service_.Cached(plan_), nullptr);
  mints_.push_back(suspected);
  EXPECT_EQ(GetBinding(plan_), suspected);
  EXPECT_EQ(modes_.back(), MintMode::kBypass);
}

TEST_F(CertificateServiceTest, ARetiredBindingThatIsNotCurrentLeavesTheCurrentOneInUse) {
  const auto first = WillMint("one");
  GetBinding(plan_);
  ports_.clock.Advance(hours(24));
  const auto second = WillMint("two");
  GetBinding(plan_);
  (void)Retire(first, Fault::kRefused);
  EXPECT_EQ(service_.Cached(plan_), second);
}

// ---- rotation --------------------------------------------------------------------------------------------

TEST_F(CertificateServiceTest, APreparedBindingBecomesCurrentWhenItIsPublished) {
  const auto first = WillMint("one");
  GetBinding(plan_);
  const auto second = WillMint("two");
  InStep(plan_, [&](const AcquisitionContext& acquisition) {
    const auto prepared = service_.Prepare(acquisition, first);
    EXPECT_EQ(*prepared.binding, second);
    EXPECT_EQ(*service_.Prepare(acquisition, first).binding, second) << "it is not minted twice";
    EXPECT_EQ(service_.Cached(plan_), first);
    const auto published = service_.Publish(acquisition, first, second);
    EXPECT_TRUE(published.done);
    EXPECT_EQ(published.changes.current, second);
    EXPECT_EQ(published.changes.retired, std::vector<BindingPtr>{first});
    return 0;
  });
  EXPECT_EQ(service_.Cached(plan_), second);
  EXPECT_EQ(modes_.back(), MintMode::kRenewal);
}

TEST_F(CertificateServiceTest, NothingIsPreparedWhileImdsIssuesTheCurrentCertificate) {
  const auto first = WillMint("one");
  GetBinding(plan_);
  InStep(plan_, [&](const AcquisitionContext& acquisition) {
    mints_.push_back(first);
    EXPECT_EQ(*service_.Prepare(acquisition, first).binding, nullptr);
    MintWillFail();
    EXPECT_FALSE(service_.Prepare(acquisition, first).binding);
    return 0;
  });
  EXPECT_EQ(service_.Cached(plan_), first);
}

// B2.
TEST_F(CertificateServiceTest, ARenewalThatMeetsAnotherIdentityRetiresTheOldOneAndUsesTheNewOne) {
  for (const bool other_tenant : {false, true}) {
    const auto first = WillMint("one");
    GetBinding(plan_);
    Binding moved = *WillMint("two");
    mints_.pop_back();
    (other_tenant ? moved.tenant_id : moved.client_id) = "another";
    const auto second = std::make_shared<const Binding>(std::move(moved));
    mints_.push_back(second);
    InStep(plan_, [&](const AcquisitionContext& acquisition) {
      const auto prepared = service_.Prepare(acquisition, first);
      EXPECT_EQ(*prepared.binding, nullptr);
      EXPECT_EQ(prepared.changes.current, second);
      EXPECT_EQ(prepared.changes.retired, std::vector<BindingPtr>{first});
      return 0;
    });
    EXPECT_EQ(service_.Cached(plan_), second);
    (void)Retire(second, Fault::kDeadKey);
  }
}

// ---- the lock between processes --------------------------------------------------------------------------

// B11.
TEST_F(CertificateServiceTest, TheLockIsHeldUntilTheStoreHasTheCertificate) {
  WillMint("one");
  GetBinding(plan_);
  EXPECT_EQ(held_at_store_, std::vector<int>{1});
  EXPECT_EQ(locks_held_, 0);
  MintWillFail();
  (void)Get(PlanOf(ManagedIdentityId::ClientId("other")));
  EXPECT_EQ(locks_held_, 0) << "a failure releases it as well";
}

// B11.
TEST_F(CertificateServiceTest, ARenewalStoresItsCertificateUnderTheLockBeforeItIsPublished) {
  const auto first = WillMint("one");
  GetBinding(plan_);
  const auto second = WillMint("two");
  EXPECT_EQ(Prepare(first), second);
  EXPECT_EQ(stored_, (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ(held_at_store_, (std::vector<int>{1, 1}));
  EXPECT_EQ(locks_held_, 0);
  EXPECT_EQ(replaced_.back(), first.get()) << "only a later certificate of the store will do";
}

// B11.
TEST_F(CertificateServiceTest, WhatWasPreparedAndIsGivenUpLeavesTheStore) {
  const auto first = WillMint("one");
  GetBinding(plan_);
  const auto doubted = WillMint("doubted");
  Prepare(first);
  for (int i = 0; i < 3; ++i) NoteDoubt(*doubted);
  EXPECT_EQ(removed_, std::vector<std::string>{"doubted"});
  WillMint("two");
  Prepare(first);
  (void)Retire(first, Fault::kRefused);
  EXPECT_EQ(removed_, (std::vector<std::string>{"doubted", "two", "one"}));
}

TEST_F(CertificateServiceTest, ARenewalThatMeetsAnotherIdentityUsesItsCertificateEvenWithAWeakerKey) {
  const auto first = WillMint("one", KeyStrength::kKeyGuard);
  GetBinding(plan_);
  const auto second = WillMint("two", KeyStrength::kSoftware, "another");
  InStep(plan_, [&](const AcquisitionContext& acquisition) {
    const auto prepared = service_.Prepare(acquisition, first);
    EXPECT_EQ(prepared.changes.current, second);
    EXPECT_EQ(prepared.changes.retired, std::vector<BindingPtr>{first});
    return 0;
  });
  EXPECT_EQ(service_.Cached(plan_), second);
}

TEST_F(CertificateServiceTest, ARenewalThatGetsARefusedCertificateAsksForAnotherOne) {
  const auto refused = WillMint("refused");
  GetBinding(plan_);
  (void)Retire(refused, Fault::kRefused);
  const auto current = WillMint("one");
  GetBinding(plan_);
  mints_.push_back(refused);
  const auto next = WillMint("two");
  InStep(plan_, [&](const AcquisitionContext& acquisition) {
    EXPECT_EQ(*service_.Prepare(acquisition, current).binding, next);
    return 0;
  });
  EXPECT_EQ(modes_.back(), MintMode::kBypass);
}

TEST_F(CertificateServiceTest, WhatIsPublishedIsNotPreparedAgain) {
  const auto first = WillMint("one");
  GetBinding(plan_);
  const auto second = WillMint("two");
  const auto third = WillMint("three");
  InStep(plan_, [&](const AcquisitionContext& acquisition) {
    (void)service_.Prepare(acquisition, first);
    EXPECT_TRUE(service_.Publish(acquisition, first, second).done);
    EXPECT_EQ(*service_.Prepare(acquisition, second).binding, third);
    return 0;
  });
}

// ---- doubts ----------------------------------------------------------------------------------------------

// A3, B6.
// G-03.
TEST_F(CertificateServiceTest, AfterThreeDoubtsInARowAnotherOneIsTriedAndTakesItsPlaceOnceItWorks) {
  const auto suspect = WillMint("one");
  GetBinding(plan_);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(GetBinding(plan_), suspect);
    NoteDoubt(*suspect);
  }
  const auto other = WillMint("two");
  EXPECT_EQ(GetBinding(plan_), other);
  EXPECT_EQ(modes_.back(), MintMode::kBypass);
  EXPECT_EQ(service_.Cached(plan_), suspect) << "until the other one works";
  const auto changes = NoteToken(other);
  EXPECT_EQ(changes.current, other);
  EXPECT_EQ(changes.retired, std::vector<BindingPtr>{suspect});
  EXPECT_EQ(service_.Cached(plan_), other);
  EXPECT_EQ(stored_.back(), "two");
  EXPECT_EQ(removed_, std::vector<std::string>{"one"});
  (void)Retire(other, Fault::kSuspected);
  mints_.push_back(suspect);
  EXPECT_FALSE(Get(plan_).binding) << "IMDS may still cache the suspect one";
}

TEST_F(CertificateServiceTest, ATokenEndsTheDoubts) {
  const auto binding = WillMint("one");
  GetBinding(plan_);
  for (int i = 0; i < 5; ++i) {
    NoteDoubt(*binding);
    NoteDoubt(*binding);
    EXPECT_TRUE(NoteToken(binding).retired.empty());
    EXPECT_EQ(GetBinding(plan_), binding);
  }
  EXPECT_EQ(modes_.size(), 1U);
}

TEST_F(CertificateServiceTest, AnotherOneIsTriedOnceInTenMinutes) {
  const auto suspect = WillMint("one");
  GetBinding(plan_);
  for (int i = 0; i < 3; ++i) NoteDoubt(*suspect);
  MintWillFail();
  EXPECT_EQ(GetBinding(plan_), suspect) << "a mint that fails costs no certificate";
  WillMint("two");
  ports_.clock.Advance(minutes(10) - seconds(1));
  EXPECT_EQ(GetBinding(plan_), suspect);
  ports_.clock.Advance(seconds(1));
  EXPECT_NE(GetBinding(plan_), suspect);
}

TEST_F(CertificateServiceTest, WhatIsTriedIsNeitherWeakerNorOfAnotherIdentity) {
  const auto suspect = WillMint("one", KeyStrength::kHardware);
  GetBinding(plan_);
  for (int i = 0; i < 3; ++i) NoteDoubt(*suspect);
  WillMint("two", KeyStrength::kHardware, "another");
  EXPECT_EQ(GetBinding(plan_), suspect);
  EXPECT_EQ(minimums_.back(), KeyStrength::kHardware);
  ports_.clock.Advance(minutes(10));
  mints_.push_back(suspect);
  EXPECT_EQ(GetBinding(plan_), suspect) << "IMDS has no other";
}

// A3. What a renewal prepared is not current, and never becomes so if it does not work.
TEST_F(CertificateServiceTest, AfterThreeDoubtsARenewalAsksForAnotherOne) {
  const auto first = WillMint("one");
  GetBinding(plan_);
  const auto poisoned = WillMint("two");
  const auto good = WillMint("three");
  InStep(plan_, [&](const AcquisitionContext& acquisition) {
    EXPECT_EQ(*service_.Prepare(acquisition, first).binding, poisoned);
    NoteDoubt(*poisoned);
    NoteDoubt(*poisoned);
    EXPECT_EQ(*service_.Prepare(acquisition, first).binding, poisoned);
    NoteDoubt(*poisoned);
    EXPECT_EQ(*service_.Prepare(acquisition, first).binding, good);
    return 0;
  });
  EXPECT_EQ(modes_.back(), MintMode::kBypass);
  EXPECT_EQ(service_.Cached(plan_), first);
}

// ---- keys ------------------------------------------------------------------------------------------------

// B1. Identities share the key of the host.
TEST_F(CertificateServiceTest, ADeadKeyRetiresEveryCertificateOfIt) {
  const auto first = WillMint("one");
  GetBinding(plan_);
  const flow::BoundTokenPlan other_plan = PlanOf(ManagedIdentityId::ClientId("other"));
  metadata_client_id_ = "other";
  Binding same_key = *MakeBinding("two", KeyStrength::kSoftware, "other");
  same_key.certificate =
      std::make_shared<const BindingCertificate>(BindingCertificate::Fields{{2},
                                                                            {},
                                                                            "two",
                                                                            ports_.clock.Now() - hours(1),
                                                                            ports_.clock.Now() + hours(24),
                                                                            first->certificate->key()});
  const auto second = std::make_shared<const Binding>(std::move(same_key));
  mints_.push_back(second);
  EXPECT_EQ(GetBinding(other_plan), second);
  const auto changes = Retire(first, Fault::kDeadKey);
  EXPECT_EQ(changes.retired, (std::vector<BindingPtr>{second, first}));
  EXPECT_EQ(service_.Cached(plan_), nullptr);
  EXPECT_EQ(service_.Cached(other_plan), nullptr);
}

TEST_F(CertificateServiceTest, AKeyThatIsReportedDeadRetiresItsCertificate) {
  const auto key = (*ports_).keys.Watched(std::make_shared<testing::FakeKey>(KeyStrength::kSoftware));
  Binding binding = *MakeBinding("one");
  binding.certificate = std::make_shared<const BindingCertificate>(BindingCertificate::Fields{
      {1}, {}, "one", ports_.clock.Now() - hours(1), ports_.clock.Now() + hours(24), key});
  mints_.push_back(std::make_shared<const Binding>(std::move(binding)));
  const auto minted = GetBinding(plan_);
  EXPECT_TRUE(service_.DropDeadKeys().retired.empty());
  const std::vector<std::uint8_t> digest(32);
  EXPECT_FALSE(key->SignDigest(SignaturePadding::kPss, DigestAlgorithm::kSha256, digest));
  EXPECT_EQ(service_.DropDeadKeys().retired, std::vector<BindingPtr>{minted});
  EXPECT_EQ(service_.Cached(plan_), nullptr);
}

TEST_F(CertificateServiceTest, NothingIsPublishedInPlaceOfABindingThatIsNotCurrent) {
  const auto first = WillMint("one");
  GetBinding(plan_);
  (void)Retire(first, Fault::kDeadKey);
  const auto published = InStep(plan_, [&](const AcquisitionContext& acquisition) {
    return service_.Publish(acquisition, first, MakeBinding("two"));
  });
  EXPECT_FALSE(published.done);
  EXPECT_EQ(service_.Cached(plan_), nullptr);
}

TEST_F(CertificateServiceTest, ACallAdoptsWhatARenewalPreparedOnceTheCurrentOneIsUnusable) {
  const auto first = WillMint("one");
  GetBinding(plan_);
  ports_.clock.Advance(hours(20));
  const auto second = WillMint("two");
  InStep(plan_, [&](const AcquisitionContext& acquisition) {
    EXPECT_TRUE(service_.Prepare(acquisition, first).binding);
    return 0;
  });
  ports_.clock.Advance(hours(4) - minutes(5));
  const auto issued = Get(plan_);
  ASSERT_TRUE(issued.binding);
  EXPECT_EQ(*issued.binding, second);
  EXPECT_EQ(issued.changes.current, second);
  EXPECT_EQ(issued.changes.retired, std::vector<BindingPtr>{first});
}

}  // namespace
}  // namespace msiv2::certificates
