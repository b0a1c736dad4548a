// The certificate store around the mint: what is taken from it, removed from it and put into it.
#include "flow/restore.h"

#include <string>

#include "flow/steps_test_fixture.h"

namespace msiv2::flow {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr char kAlias[] = "system_assigned_managed_identity#att=0";
class RestoreTest : public StepsTest {
 protected:
  RestoreTest() { ports_.store = &store_; }

  static StoredCertificate Stored(const x509::CertificateRecipe& recipe = {}) {
    return {.leaf_der = x509::MakeCertificate(recipe),
            .token_endpoint = "https://entra.example",
            .tenant_id = x509::kTenantId,
            .container = kContainer};
  }
  // A certificate for a key that the test key has taken the place of.
  static StoredCertificate OfAnotherKey() {
    static const auto another = x509::PublicOnly({std::vector<std::uint8_t>(256, 0xc5), {1, 0, 1}});
    return Stored({.public_key = another.get()});
  }
  static x509::CertificateRecipe LivesFromTo(seconds from, seconds to) {
    return {.not_before = x509::CertificateDate(x509::kNow + from),
            .not_after = x509::CertificateDate(x509::kNow + to)};
  }
  BindingPtr Restore(const Binding* replaces = nullptr) {
    return RestoreBinding(Acquisition(), Metadata(), key_, replaces);
  }

  KeyPtr key_ = MakeKey({.container = kContainer});
};

TEST_F(RestoreTest, AnAliasIsOfOneIdentityAndOneKindOfCertificate) {
  BoundTokenPlan plan;
  EXPECT_EQ(StoreAlias(plan), kAlias);
  plan.attested = true;
  EXPECT_EQ(StoreAlias(plan), "system_assigned_managed_identity#att=1");
  plan.identity = ManagedIdentityId::ClientId("c");
  EXPECT_EQ(StoreAlias(plan), "c#att=1");
}

TEST_F(RestoreTest, WhatIsStoredIsCheckedAndMarkedAsRestored) {
  store_.entries = {Stored()};
  const BindingPtr restored = Restore();
  ASSERT_TRUE(restored);
  EXPECT_TRUE(restored->restored);
  EXPECT_EQ(restored->certificate->leaf_der(), store_.entries[0].leaf_der);
  EXPECT_EQ(restored->client_id, x509::kClientId);
  EXPECT_EQ(restored->tenant_id, x509::kTenantId);
  EXPECT_EQ(restored->token_endpoint, "https://entra.example");
  EXPECT_EQ(store_.aliases, std::vector<std::string>{kAlias});
  EXPECT_TRUE(store_.removed.empty());
}

TEST_F(RestoreTest, WithoutAStoreNothingIsRestoredLockedOrStored) {
  store_.entries = {Stored()};
  const BindingPtr binding = Restore();
  ASSERT_TRUE(binding);
  store_.aliases.clear();
  ports_.store = nullptr;
  EXPECT_FALSE(Restore());
  EXPECT_FALSE(LockMint(Acquisition(), *key_, /*waits=*/true));
  StoreBinding(Acquisition(), *binding);
  RemoveBinding(Acquisition(), *binding);
  EXPECT_TRUE(store_.aliases.empty());
}

TEST_F(RestoreTest, ACertificateWhoseKeyIsGoneIsRemovedAndTheNextOneServes) {
  store_.entries = {OfAnotherKey(), Stored()};
  ASSERT_TRUE(Restore());
  EXPECT_EQ(store_.removed, std::vector<std::vector<std::uint8_t>>{store_.entries[0].leaf_der});
  EXPECT_EQ(store_.aliases, (std::vector<std::string>{kAlias, kAlias}));
}

TEST_F(RestoreTest, ACertificateWhoseKeyMayStillBeSomewhereIsLeftAlone) {
  StoredCertificate elsewhere = OfAnotherKey();
  elsewhere.container = KeyContainer{"keystore", "another"};
  StoredCertificate nowhere = OfAnotherKey();
  nowhere.container.reset();
  StoredCertificate damaged = OfAnotherKey();
  damaged.leaf_der.pop_back();
  store_.entries = {elsewhere, nowhere, damaged};
  EXPECT_FALSE(Restore());
  EXPECT_TRUE(store_.removed.empty());
  // An emulated key is in no container of this host, whatever it says.
  key_ = MakeKey({.origin = KeyOrigin::kEmulated, .container = kContainer});
  store_.entries = {OfAnotherKey()};
  EXPECT_FALSE(Restore());
  EXPECT_TRUE(store_.removed.empty());
  // Nor is a key without one.
  key_ = MakeKey();
  store_.entries = {nowhere};
  EXPECT_FALSE(Restore());
  EXPECT_TRUE(store_.removed.empty());
}

TEST_F(RestoreTest, ACertificateOfAnotherTenantIsPassedOver) {
  store_.entries = {Stored(), Stored({.not_after = "270102000000Z"})};
  store_.entries[0].tenant_id = "another";
  store_.entries[1].tenant_id = "AAAAAAAA-BBBB-CCCC-DDDD-EEEEEEEEEEEE";
  const BindingPtr restored = Restore();
  ASSERT_TRUE(restored);
  EXPECT_EQ(restored->certificate->leaf_der(), store_.entries[1].leaf_der);
}

TEST_F(RestoreTest, ACertificateThatFailsACheckOfStep6IsPassedOver) {
  store_.entries = {Stored(LivesFromTo(-hours(2), -hours(1))), Stored(),
                    Stored({.not_after = "270102000000Z"})};
  store_.entries[1].token_endpoint = "https://127.0.0.1";
  const BindingPtr restored = Restore();
  ASSERT_TRUE(restored);
  EXPECT_EQ(restored->certificate->leaf_der(), store_.entries[2].leaf_der);
}

TEST_F(RestoreTest, ARenewalTakesOnlyACertificateThatEndsLater) {
  store_.entries = {Stored(LivesFromTo(-hours(1), hours(10)))};
  const BindingPtr current = Restore();
  ASSERT_TRUE(current);
  EXPECT_FALSE(Restore(current.get())) << "the same one";
  store_.entries = {Stored(LivesFromTo(-hours(1), hours(9)))};
  EXPECT_FALSE(Restore(current.get())) << "an earlier one";
  store_.entries = {Stored(LivesFromTo(-hours(1), hours(11)))};
  EXPECT_TRUE(Restore(current.get()));
}

TEST_F(RestoreTest, ARenewalTakesNoCertificateThatIsDueItself) {
  store_.entries = {Stored(LivesFromTo(-hours(6), hours(4)))};
  const BindingPtr current = Restore();
  ASSERT_TRUE(current);
  store_.entries = {Stored(LivesFromTo(-hours(6), hours(4) + seconds(10)))};
  EXPECT_FALSE(Restore(current.get()));
  EXPECT_TRUE(Restore()) << "it is better than none";
}

TEST_F(RestoreTest, TheLockIsOfTheKeyAndWaitsOnlyWhereItMay) {
  EXPECT_TRUE(LockMint(Acquisition(), *key_, /*waits=*/true));
  EXPECT_EQ(store_.lock_deadline, call_.deadline);
  EXPECT_EQ(store_.locked, std::vector<KeyContainer>{kContainer});
  EXPECT_EQ(store_.aliases, std::vector<std::string>{kAlias});
  EXPECT_TRUE(LockMint(Acquisition(), *key_, /*waits=*/false));
  EXPECT_EQ(store_.lock_deadline, fakes_.clock.MonotonicNow());
  EXPECT_FALSE(LockMint(Acquisition(), *MakeKey(), true)) << "no other process has such a key";
  EXPECT_FALSE(
      LockMint(Acquisition(), *MakeKey({.origin = KeyOrigin::kEmulated, .container = kContainer}), true));
  EXPECT_EQ(store_.locked.size(), 2U);
}

TEST_F(RestoreTest, AFreshBindingIsStoredUnderItsOwnAlias) {
  const auto bound = CheckBinding(Acquisition(), Credential(), key_);
  ASSERT_TRUE(bound);
  plan_.attested = true;  // another request removes it
  StoreBinding(Acquisition(), **bound);
  ASSERT_EQ(store_.saved.size(), 1U);
  EXPECT_EQ(store_.saved[0].leaf_der, (*bound)->certificate->leaf_der());
  EXPECT_EQ(store_.saved[0].token_endpoint, "https://entra.example");
  EXPECT_EQ(store_.saved[0].tenant_id, x509::kTenantId);
  EXPECT_EQ(store_.saved[0].container, kContainer);
  RemoveBinding(Acquisition(), **bound);
  EXPECT_EQ(store_.removed, std::vector<std::vector<std::uint8_t>>{(*bound)->certificate->leaf_der()});
  EXPECT_EQ(store_.aliases, (std::vector<std::string>{kAlias, kAlias}));
}

TEST_F(RestoreTest, WhatWasRestoredIsNotStoredAgain) {
  store_.entries = {Stored()};
  const BindingPtr restored = Restore();
  ASSERT_TRUE(restored);
  StoreBinding(Acquisition(), *restored);
  EXPECT_TRUE(store_.saved.empty());
}

}  // namespace
}  // namespace msiv2::flow
