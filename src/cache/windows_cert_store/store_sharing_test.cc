// Several certificates, aliases and processes in one store.
#include "cache/windows_cert_store/store_test_fixture.h"

namespace msiv2::cache {
namespace {

using StoreSharingTest = StoreTest;

// Write_NewestWins_SkipOlder, Read_Returns_Newest_Endpoint_And_ClientId
TEST_F(StoreSharingTest, ANewerCertificateIsWrittenBesideAnOlderOne) {
  auto store = Start();
  store->Save(kAlias, Stored(Der(kDay)));
  store->Save(kAlias, Stored(Der(2 * kDay)));
  EXPECT_EQ(Loaded(), (std::vector<Bytes>{Der(2 * kDay), Der(kDay)}));
}

// Write_Skip_Add_When_NewerOrEqual_AlreadyPresent
TEST_F(StoreSharingTest, ACertificateIsNotWrittenWhereOneServesAsLong) {
  auto store = Start();
  store->Save(kAlias, Stored(Der(2 * kDay)));
  store->Save(kAlias, Stored(Der(kDay)));
  EXPECT_EQ(Loaded(), (std::vector<Bytes>{Der(2 * kDay)}));
}

// Certificates that live longer but cannot take its place: another key, client, tenant, endpoint or
// container.
TEST_F(StoreSharingTest, ALongerLivedCertificateThatCannotServeKeepsNoneOut) {
  Put(Der(9 * kDay, OtherKey()), NameOf(kAlias));
  Put(Der(8 * kDay, nullptr, "another client"), NameOf(kAlias));
  Put(Der(7 * kDay), "MSAL|alias=" + std::string(kAlias) + "|ep=" + kEndpoint + "/another-tenant");
  Put(Der(6 * kDay),
      "MSAL|alias=" + std::string(kAlias) + "|ep=https://elsewhere.example/" + x509::kTenantId);
  Put(Der(5 * kDay), NameOf(kAlias), kTpm);
  Start()->Save(kAlias, Stored(Der(kDay)));
  EXPECT_TRUE(raw_->Has(Der(kDay)));
  EXPECT_EQ(raw_->Entries().size(), 6U);
}

// The same certificate under another alias belongs to that alias: names are not changed.
TEST_F(StoreSharingTest, ACertificateThatAnotherAliasKeepsIsLeftToIt) {
  Put(Der(kDay), NameOf("another#att=1"));
  Start()->Save(kAlias, Stored(Der(kDay)));
  EXPECT_EQ(raw_->Entries().size(), 1U);
  EXPECT_EQ(Loaded("another#att=1").size(), 1U);
}

// Delete_Prunes_Expired_Only, Read_Isolated_Per_Alias_No_Cross_Talk
TEST_F(StoreSharingTest, AWriteDropsWhatHasEndedOfItsOwnAliasOnly) {
  Put(Der(-2 * kDay), NameOf(kAlias));
  Put(Der(seconds(0)), NameOf(kAlias));
  Put(Der(hours(1)), NameOf(kAlias));
  Put(Der(-3 * kDay), NameOf("another#att=1"));
  Put(Der(-4 * kDay), "another program's friendly name");
  Start()->Save(kAlias, Stored(Der(kDay)));
  EXPECT_EQ(Loaded(), (std::vector<Bytes>{Der(kDay), Der(hours(1))}));
  EXPECT_FALSE(raw_->Has(Der(-2 * kDay)));
  EXPECT_FALSE(raw_->Has(Der(seconds(0))));
  EXPECT_TRUE(raw_->Has(Der(-3 * kDay)));
  EXPECT_TRUE(raw_->Has(Der(-4 * kDay)));
}

// DeleteAllForAlias_Does_Not_Remove_Other_Aliases; here not even others of the same alias.
TEST_F(StoreSharingTest, RemoveDropsExactlyOneCertificate) {
  auto store = Start();
  store->Save(kAlias, Stored(Der(kDay)));
  store->Save(kAlias, Stored(Der(2 * kDay)));
  store->Save("another#att=1", Stored(Der(3 * kDay)));
  store->Remove(kAlias, Der(2 * kDay));
  EXPECT_EQ(Loaded(), (std::vector<Bytes>{Der(kDay)}));
  EXPECT_EQ(Loaded("another#att=1"), (std::vector<Bytes>{Der(3 * kDay)}));
  store->Remove(kAlias, Der(3 * kDay));
  EXPECT_EQ(Loaded("another#att=1").size(), 1U) << "it is another's";
}

// G-04: also a certificate that expires later than its replacement.
TEST_F(StoreSharingTest, ARefusedCertificateDoesNotKeepItsReplacementOut) {
  auto store = Start();
  store->Save(kAlias, Stored(Der(2 * kDay)));
  locks_.Grant(windows::LockGrant::kBusy);
  store->Remove(kAlias, Der(2 * kDay));
  locks_.Grant(windows::LockGrant::kOwned);
  store->Save(kAlias, Stored(Der(kDay)));
  EXPECT_EQ(Loaded(), (std::vector<Bytes>{Der(kDay)}));
}

// G-04.
TEST_F(StoreSharingTest, ARefusedCertificateIsNeitherWrittenAgainNorTakenFromAnotherProcess) {
  auto store = Start();
  store->Remove(kAlias, Der(kDay));
  store->Save(kAlias, Stored(Der(kDay)));
  EXPECT_TRUE(raw_->Entries().empty());
  Start()->Save(kAlias, Stored(Der(kDay)));  // that process still holds it
  EXPECT_EQ(raw_->Entries().size(), 1U);
  EXPECT_TRUE(Loaded(*store).empty());
  EXPECT_TRUE(raw_->Entries().empty());
}

TEST_F(StoreSharingTest, AProcessThatStillUsesARefusedCertificateSavesItsNextOneAsEver) {
  auto first = Start();
  auto second = Start();
  first->Save(kAlias, Stored(Der(kDay)));
  second->Remove(kAlias, Der(kDay));
  first->Save(kAlias, Stored(Der(2 * kDay)));
  EXPECT_EQ(Loaded(*second), (std::vector<Bytes>{Der(2 * kDay)}));
}

// G-37.
TEST_F(StoreSharingTest, WhatAnotherProcessHasWrittenWhileWeWaitedIsSeen) {
  auto store = Start();
  locks_.while_waiting = Once([&] { Start()->Save(kAlias, Stored(Der(2 * kDay))); });
  store->Save(kAlias, Stored(Der(kDay)));
  EXPECT_EQ(Loaded(), (std::vector<Bytes>{Der(2 * kDay)}));
}

TEST_F(StoreSharingTest, WhatWasRefusedWhileWeWaitedIsNotWritten) {
  auto store = Start();
  locks_.while_waiting = Once([&] { store->Remove(kAlias, Der(kDay)); });
  store->Save(kAlias, Stored(Der(kDay)));
  EXPECT_TRUE(raw_->Entries().empty());
}

TEST(TombstonesTest, ATombstoneIsForgottenWhenItsCertificateHasExpired) {
  Tombstones tombstones;
  const auto now = std::chrono::system_clock::time_point(x509::kNow);
  tombstones.Add("first", now + minutes(1), now);
  tombstones.Add("ended", now, now);
  EXPECT_TRUE(tombstones.Contains("first"));
  EXPECT_FALSE(tombstones.Contains("other"));
  EXPECT_EQ(tombstones.Size(), 1U);
  tombstones.Add("second", now + minutes(2), now + minutes(1));
  EXPECT_FALSE(tombstones.Contains("first"));
  EXPECT_EQ(tombstones.Size(), 1U);
}

}  // namespace
}  // namespace msiv2::cache
