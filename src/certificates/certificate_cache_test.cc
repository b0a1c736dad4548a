#include "certificates/certificate_cache.h"

#include <gtest/gtest.h>

#include <utility>

#include "tests/support/fake_binding.h"

namespace msiv2::certificates {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const std::chrono::system_clock::time_point kNow{hours(490000)};
const std::chrono::steady_clock::time_point kRead{hours(1)};

flow::BoundTokenPlan PlanOf(ManagedIdentityId identity) {
  flow::BoundTokenPlan plan;
  plan.identity = std::move(identity);
  return plan;
}

CertificateId IdOf(const std::string& client_id) {
  return CertificateId(PlanOf(ManagedIdentityId::ClientId(client_id)));
}

IssuedIdentity Issued(const std::string& client_id) { return {flow::BoundTokenPlan(), client_id, "tenant"}; }

const CertificateId kId = IdOf("asked");
const IssuedIdentity kIdentity = Issued("client");

BindingPtr MakeBinding(std::chrono::system_clock::time_point not_after,
                       KeyStrength strength = KeyStrength::kSoftware, std::string x5t_s256 = "x5t",
                       std::string client_id = "client") {
  Binding binding = testing::FakeBinding(kNow - hours(1), not_after, strength, std::move(x5t_s256));
  binding.client_id = std::move(client_id);
  binding.renew_at = not_after - hours(1);
  return std::make_shared<const Binding>(std::move(binding));
}

TEST(CertificateCacheTest, AWeakerBindingNeverReplacesAStrongerOneThatServes) {
  CertificateCache cache;
  (void)cache.Put(kId, kIdentity, {MakeBinding(kNow + hours(1), KeyStrength::kHardware), kRead}, kNow);
  (void)cache.Put(kId, kIdentity, {MakeBinding(kNow + hours(9), KeyStrength::kSoftware), kRead}, kNow);
  EXPECT_TRUE(cache.Find(kId, KeyStrength::kHardware, kNow));
  (void)cache.Put(kId, kIdentity, {MakeBinding(kNow + hours(9), KeyStrength::kSoftware), kRead},
                  kNow + minutes(55));
  EXPECT_FALSE(cache.Find(kId, KeyStrength::kHardware, kNow + minutes(55)));
  EXPECT_TRUE(cache.Find(kId, KeyStrength::kSoftware, kNow + minutes(55)));
}

TEST(CertificateCacheTest, PutTellsWhichCertificateItTookThePlaceOf) {
  CertificateCache cache;
  const auto binding = [](std::string x5t_s256, KeyStrength strength) {
    return MakeBinding(kNow + hours(24), strength, std::move(x5t_s256));
  };
  const auto first = binding("one", KeyStrength::kSoftware);
  EXPECT_EQ(cache.Put(kId, kIdentity, {first, kRead}, kNow).replaced, nullptr);
  const auto again = binding("one", KeyStrength::kSoftware);
  EXPECT_EQ(cache.Put(kId, kIdentity, {again, kRead}, kNow).replaced, nullptr) << "the same certificate";
  EXPECT_EQ(cache.Put(kId, kIdentity, {binding("two", KeyStrength::kKeyGuard), kRead}, kNow).replaced, again);
  EXPECT_EQ(cache.Put(kId, kIdentity, {first, kRead}, kNow).replaced, nullptr)
      << "a weaker one does not take it";
}

TEST(CertificateCacheTest, ABindingIsServedWhileItsCertificateHasMoreThanFiveMinutes) {
  CertificateCache cache;
  (void)cache.Put(kId, kIdentity, {MakeBinding(kNow + hours(1)), kRead}, kNow);
  EXPECT_TRUE(cache.Find(kId, KeyStrength::kNone, kNow + minutes(55) - seconds(1)));
  EXPECT_FALSE(cache.Find(kId, KeyStrength::kNone, kNow + minutes(55)));
}

TEST(CertificateCacheTest, AKeyBelowTheMinimumIsAMiss) {
  CertificateCache cache;
  (void)cache.Put(kId, kIdentity, {MakeBinding(kNow + hours(1), KeyStrength::kSoftware), kRead}, kNow);
  EXPECT_TRUE(cache.Find(kId, KeyStrength::kSoftware, kNow));
  EXPECT_FALSE(cache.Find(kId, KeyStrength::kHardware, kNow));
}

// G-04.
TEST(CertificateCacheTest, AReplacementServesAlsoWhenItEndsEarlierThanTheRefusedOne) {
  CertificateCache cache;
  const auto refused = MakeBinding(kNow + hours(2), KeyStrength::kSoftware, "refused");
  const auto replacement = MakeBinding(kNow + hours(1), KeyStrength::kSoftware, "replacement");
  (void)cache.Put(kId, kIdentity, {refused, kRead}, kNow);
  cache.Refuse(kId, *refused, kNow);
  EXPECT_TRUE(cache.MustBypass(kId));
  EXPECT_TRUE(cache.IsRefused(kId, "refused"));
  (void)cache.Put(kId, kIdentity, {replacement, kRead}, kNow);
  EXPECT_TRUE(cache.IsCurrent(kId, *replacement));
  EXPECT_FALSE(cache.MustBypass(kId));
  EXPECT_TRUE(cache.IsRefused(kId, "refused")) << "until its end, however it may come back";
}

TEST(CertificateCacheTest, ARefusalIsForgottenWhenItsCertificateHasExpired) {
  CertificateCache cache;
  const auto first = MakeBinding(kNow + hours(1), KeyStrength::kSoftware, "first");
  const auto second = MakeBinding(kNow + hours(2), KeyStrength::kSoftware, "second");
  cache.Refuse(kId, *first, kNow);
  cache.Refuse(kId, *second, kNow + hours(1) - seconds(1));
  EXPECT_TRUE(cache.IsRefused(kId, "first"));
  cache.Refuse(kId, *second, kNow + hours(1));
  EXPECT_FALSE(cache.IsRefused(kId, "first"));
  EXPECT_TRUE(cache.IsRefused(kId, "second"));
}

TEST(CertificateCacheTest, SuspectForgetsExactlyThisBinding) {
  CertificateCache cache;
  const auto replaced = MakeBinding(kNow + hours(1));
  const auto replacement = MakeBinding(kNow + hours(2));
  (void)cache.Put(kId, kIdentity, {replaced, kRead}, kNow);
  (void)cache.Put(kId, kIdentity, {replacement, kRead}, kNow);
  cache.Suspect(kId, *replaced);
  ASSERT_TRUE(cache.Find(kId, KeyStrength::kNone, kNow));
  cache.Suspect(kId, *replacement);
  EXPECT_FALSE(cache.Find(kId, KeyStrength::kNone, kNow));
}

TEST(CertificateCacheTest, MetadataReadIsNotedOnTheSameBindingOnly) {
  CertificateCache cache;
  const auto old_binding = MakeBinding(kNow + hours(1));
  const auto new_binding = MakeBinding(kNow + hours(2));
  (void)cache.Put(kId, kIdentity, {new_binding, kRead}, kNow);
  cache.MetadataRead(kId, *old_binding, kRead + minutes(9));
  EXPECT_EQ(cache.Find(kId, KeyStrength::kNone, kNow)->metadata_read, kRead);
  cache.MetadataRead(kId, *new_binding, kRead + minutes(9));
  EXPECT_EQ(cache.Find(kId, KeyStrength::kNone, kNow)->metadata_read, kRead + minutes(9));
}

// ---- ids of one identity ---------------------------------------------------------------------------------

TEST(CertificateCacheTest, TwoIdsOfOneIdentityShareItsBinding) {
  CertificateCache cache;
  const auto binding = MakeBinding(kNow + hours(9));
  EXPECT_EQ(cache.Share(kId, kIdentity, KeyStrength::kNone, kNow), nullptr) << "nothing is cached";
  (void)cache.Put(kId, kIdentity, {binding, kRead}, kNow);
  EXPECT_EQ(cache.Share(kId, kIdentity, KeyStrength::kNone, kNow), nullptr) << "it is this id's own";
  const CertificateId other = IdOf("other");
  EXPECT_FALSE(cache.IsCurrent(other, *binding));
  EXPECT_EQ(cache.Share(other, kIdentity, KeyStrength::kHardware, kNow), nullptr) << "too weak";
  EXPECT_EQ(cache.Share(other, Issued("another"), KeyStrength::kNone, kNow), nullptr);
  EXPECT_EQ(cache.Share(other, kIdentity, KeyStrength::kNone, kNow), binding);
  EXPECT_TRUE(cache.IsCurrent(other, *binding));
  EXPECT_EQ(cache.SlotKey(other), cache.SlotKey(kId));
}

TEST(CertificateCacheTest, AnIdThatNamesAnotherIdentityNowLeavesTheSlotAsItIs) {
  CertificateCache cache;
  const auto binding = MakeBinding(kNow + hours(9));
  (void)cache.Put(kId, kIdentity, {binding, kRead}, kNow);
  const CertificateId other = IdOf("other");
  ASSERT_EQ(cache.Share(other, kIdentity, KeyStrength::kNone, kNow), binding);
  EXPECT_FALSE(cache.Separate(other, *binding));
  EXPECT_FALSE(cache.IsCurrent(other, *binding));
  EXPECT_TRUE(cache.IsCurrent(kId, *binding));
}

TEST(CertificateCacheTest, ASlotWhoseIdentityChangesLosesItsBindingAndItsOtherIds) {
  CertificateCache cache;
  const auto binding = MakeBinding(kNow + hours(9));
  (void)cache.Put(kId, kIdentity, {binding, kRead}, kNow);
  const CertificateId other = IdOf("other");
  ASSERT_EQ(cache.Share(other, kIdentity, KeyStrength::kNone, kNow), binding);
  EXPECT_TRUE(cache.Separate(kId, *binding));
  EXPECT_FALSE(cache.IsCurrent(kId, *binding));
  EXPECT_NE(cache.SlotKey(other), cache.SlotKey(kId));
  EXPECT_EQ(cache.Share(IdOf("third"), kIdentity, KeyStrength::kNone, kNow), nullptr);
}

TEST(CertificateCacheTest, APutForAnotherIdentityLeavesASharedSlot) {
  CertificateCache cache;
  const auto binding = MakeBinding(kNow + hours(9));
  (void)cache.Put(kId, kIdentity, {binding, kRead}, kNow);
  const CertificateId other = IdOf("other");
  ASSERT_EQ(cache.Share(other, kIdentity, KeyStrength::kNone, kNow), binding);
  const auto its_own = MakeBinding(kNow + hours(9), KeyStrength::kSoftware, "its own", "second");
  EXPECT_TRUE(cache.Put(other, Issued("second"), {its_own, kRead}, kNow).is_current);
  EXPECT_TRUE(cache.IsCurrent(other, *its_own));
  EXPECT_TRUE(cache.IsCurrent(kId, *binding));
}

TEST(CertificateCacheTest, APutForTheSameIdentityStaysInTheSharedSlot) {
  CertificateCache cache;
  (void)cache.Put(kId, kIdentity, {MakeBinding(kNow + hours(9)), kRead}, kNow);
  const CertificateId other = IdOf("other");
  ASSERT_TRUE(cache.Share(other, kIdentity, KeyStrength::kNone, kNow));
  for (const CertificateId& id : {kId, other}) {
    const auto next = MakeBinding(kNow + hours(9));
    EXPECT_TRUE(cache.Put(id, kIdentity, {next, kRead}, kNow).is_current);
    EXPECT_TRUE(cache.IsCurrent(kId, *next));
    EXPECT_TRUE(cache.IsCurrent(other, *next));
  }
}

TEST(CertificateCacheTest, APutForAnotherIdentityInItsOwnSlotMakesTheOtherIdsLeaveAndNoOtherSlotChange) {
  CertificateCache cache;
  (void)cache.Put(kId, kIdentity, {MakeBinding(kNow + hours(9)), kRead}, kNow);
  const CertificateId other = IdOf("other");
  ASSERT_TRUE(cache.Share(other, kIdentity, KeyStrength::kNone, kNow));
  const auto apart = MakeBinding(kNow + hours(9), KeyStrength::kSoftware, "apart", "apart");
  (void)cache.Put(IdOf("apart"), Issued("apart"), {apart, kRead}, kNow);
  const auto second = MakeBinding(kNow + hours(9), KeyStrength::kSoftware, "second", "second");
  (void)cache.Put(kId, Issued("second"), {second, kRead}, kNow);
  EXPECT_TRUE(cache.IsCurrent(kId, *second));
  EXPECT_NE(cache.SlotKey(other), cache.SlotKey(kId));
  EXPECT_EQ(cache.Share(IdOf("third"), Issued("apart"), KeyStrength::kNone, kNow), apart);
}

TEST(CertificateCacheTest, NoIdSharesTheBindingOfAnotherIdentityThatAStrongerKeyKeepsInTheSlot) {
  CertificateCache cache;
  const auto strong = MakeBinding(kNow + hours(9), KeyStrength::kKeyGuard, "strong");
  const auto weak = MakeBinding(kNow + hours(9), KeyStrength::kSoftware, "weak", "second");
  (void)cache.Put(kId, kIdentity, {strong, kRead}, kNow);
  EXPECT_FALSE(cache.Put(kId, Issued("second"), {weak, kRead}, kNow).is_current);
  EXPECT_EQ(cache.Share(IdOf("other"), Issued("second"), KeyStrength::kNone, kNow), nullptr);
}

// ---- the next binding ------------------------------------------------------------------------------------

TEST(CertificateCacheTest, WhatIsPreparedIsReturnedUntilItIsItselfDue) {
  CertificateCache cache;
  const auto next = MakeBinding(kNow + hours(9), KeyStrength::kSoftware, "next");
  EXPECT_EQ(cache.Prepared(kId, kNow), nullptr);
  cache.SetPrepared(kId, next);
  EXPECT_EQ(cache.Prepared(kId, kNow + hours(8) - seconds(1)), next);
  EXPECT_EQ(cache.Prepared(kId, kNow + hours(8)), nullptr);
  cache.DropPrepared(kId);
  EXPECT_EQ(cache.Prepared(kId, kNow), nullptr);
}

TEST(CertificateCacheTest, WhatIsPreparedIsTakenWhereNothingIsCurrent) {
  CertificateCache cache;
  const auto current = MakeBinding(kNow + hours(2));
  const auto next = MakeBinding(kNow + hours(9), KeyStrength::kSoftware, "next");
  (void)cache.Put(kId, kIdentity, {current, kRead}, kNow);
  cache.SetPrepared(kId, next);
  EXPECT_EQ(cache.TakePrepared(kId, kIdentity, KeyStrength::kNone, kNow), nullptr)
      << "the current one is usable";
  cache.Suspect(kId, *current);
  EXPECT_EQ(cache.TakePrepared(kId, Issued("second"), KeyStrength::kNone, kNow), nullptr);
  EXPECT_EQ(cache.TakePrepared(kId, kIdentity, KeyStrength::kHardware, kNow), nullptr);
  EXPECT_EQ(cache.TakePrepared(kId, kIdentity, KeyStrength::kNone, kNow), next);
  EXPECT_EQ(cache.TakePrepared(kId, kIdentity, KeyStrength::kNone, kNow), nullptr) << "once";
}

TEST(CertificateCacheTest, WhatIsPreparedGoesWithItsIdentityAndWithItsKey) {
  CertificateCache cache;
  const auto current = MakeBinding(kNow + hours(2));
  const auto next = MakeBinding(kNow + hours(9), KeyStrength::kSoftware, "next");
  (void)cache.Put(kId, kIdentity, {current, kRead}, kNow);
  cache.SetPrepared(kId, next);
  EXPECT_TRUE(cache.Separate(kId, *current));
  EXPECT_EQ(cache.Prepared(kId, kNow), nullptr);
  cache.SetPrepared(kId, next);
  EXPECT_TRUE(cache.DropOfKey(*current->certificate->key()).empty());
  EXPECT_EQ(cache.Prepared(kId, kNow), next) << "it has another key";
  EXPECT_TRUE(cache.DropOfKey(*next->certificate->key()).empty());
  EXPECT_EQ(cache.Prepared(kId, kNow), nullptr);
}

TEST(CertificateCacheTest, TheDoubtsAboutWhatIsPreparedAreNotThoseAboutTheOneBefore) {
  CertificateCache cache;
  for (const char* name : {"one", "two"}) {
    const auto next = MakeBinding(kNow + hours(9), KeyStrength::kSoftware, name);
    cache.SetPrepared(kId, next);
    cache.Doubt(kId, *next);
    cache.Doubt(kId, *next);
    EXPECT_EQ(cache.Prepared(kId, kNow), next) << name;
  }
}

// ---- trials ----------------------------------------------------------------------------------------------

TEST(CertificateCacheTest, ATrialIsAdoptedOnceAndEndsWithTheBindingThatItWasFor) {
  CertificateCache cache;
  const auto suspect = MakeBinding(kNow + hours(2), KeyStrength::kSoftware, "suspect");
  const auto trial = MakeBinding(kNow + hours(9), KeyStrength::kSoftware, "trial");
  (void)cache.Put(kId, kIdentity, {suspect, kRead}, kNow);
  EXPECT_EQ(cache.AdoptTrial(kId, trial, kRead), nullptr) << "no trial";
  cache.SetTrial(kId, trial);
  const auto generation = cache.Generation();
  EXPECT_EQ(cache.AdoptTrial(kId, trial, kRead), suspect);
  EXPECT_TRUE(cache.IsCurrent(kId, *trial));
  EXPECT_GT(cache.Generation(), generation);
  EXPECT_EQ(cache.AdoptTrial(kId, trial, kRead), nullptr) << "once";
  cache.SetTrial(kId, suspect);
  (void)cache.Put(kId, kIdentity, {MakeBinding(kNow + hours(9)), kRead}, kNow);
  EXPECT_EQ(cache.AdoptTrial(kId, suspect, kRead), nullptr) << "the trial was for another binding";
}

// ---- challenges, back-off, generation --------------------------------------------------------------------

TEST(CertificateCacheTest, RemembersTheLatestHundredChallenges) {
  CertificateCache cache;
  for (int i = 0; i < 101; ++i) cache.NoteChallenge(kId, std::to_string(i));
  EXPECT_FALSE(cache.IsChallengeMet(kId, "0"));
  EXPECT_TRUE(cache.IsChallengeMet(kId, "1"));
  EXPECT_TRUE(cache.IsChallengeMet(kId, "100"));
  EXPECT_FALSE(cache.IsChallengeMet(IdOf("other"), "100"));
}

TEST(CertificateCacheTest, BacksOffUntilTheTime) {
  CertificateCache cache;
  EXPECT_FALSE(cache.IsBackingOff(kId, kRead));
  cache.BackOff(kId, kRead + seconds(30));
  EXPECT_TRUE(cache.IsBackingOff(kId, kRead + seconds(29)));
  EXPECT_FALSE(cache.IsBackingOff(kId, kRead + seconds(30)));
}

TEST(CertificateCacheTest, TheGenerationGrowsWithEveryChangeThatCanChangeAnAnswer) {
  CertificateCache cache;
  auto last = cache.Generation();
  const auto grows = [&] { return std::exchange(last, cache.Generation()) != cache.Generation(); };
  const auto binding = MakeBinding(kNow + hours(1));
  const auto put = [&] { (void)cache.Put(kId, kIdentity, {binding, kRead}, kNow); };
  put();
  EXPECT_TRUE(grows());
  cache.MetadataRead(kId, *binding, kRead);
  EXPECT_FALSE(grows());
  (void)cache.Share(IdOf("other"), kIdentity, KeyStrength::kNone, kNow);
  EXPECT_TRUE(grows());
  (void)cache.Separate(IdOf("other"), *binding);
  EXPECT_TRUE(grows());
  (void)cache.DropOfKey(*binding->certificate->key());
  EXPECT_TRUE(grows());
  (void)cache.DropOfKey(*binding->certificate->key());
  EXPECT_FALSE(grows()) << "there was nothing to drop";
  put();
  EXPECT_TRUE(grows());
  cache.Suspect(kId, *binding);
  EXPECT_TRUE(grows());
  put();
  EXPECT_TRUE(grows());
  cache.Refuse(kId, *binding, kNow);
  EXPECT_TRUE(grows());
}

}  // namespace
}  // namespace msiv2::certificates
