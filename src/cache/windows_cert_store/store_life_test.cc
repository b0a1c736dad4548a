// What is written, what is read back, and what is left alone.
#include "cache/windows_cert_store/store_test_fixture.h"

namespace msiv2::cache {
namespace {

using StoreLifeTest = StoreTest;

// Write_Then_Read_HappyPath
TEST_F(StoreLifeTest, ANewProcessReadsWhatAnotherHasWritten) {
  const Bytes der = Der(3 * kDay);
  Start()->Save(kAlias, Stored(der));
  const auto read = Start()->Load(kAlias);
  ASSERT_EQ(read.size(), 1U);
  EXPECT_EQ(read[0].leaf_der, der);
  EXPECT_EQ(read[0].token_endpoint, kEndpoint);
  EXPECT_EQ(read[0].tenant_id, x509::kTenantId);
  EXPECT_EQ(read[0].container, kKeyGuard);
  ASSERT_EQ(raw_->Entries().size(), 1U);
  EXPECT_EQ(raw_->Entries()[0].friendly_name, NameOf(kAlias));
  EXPECT_EQ(locks_.Held(), 0);
}

TEST_F(StoreLifeTest, ATpmKeysCertificateIsKeptToo) {
  StoredCertificate certificate = Stored(Der(kDay));
  certificate.container = kTpm;
  Start()->Save(kAlias, certificate);
  EXPECT_EQ(Loaded().size(), 1U);
}

// Write_DoesNotPersist_When_NoPrivateKey
TEST_F(StoreLifeTest, ACertificateWithoutOurPersistedKeyIsNeverWritten) {
  StoredCertificate certificate = Stored(Der(kDay));
  for (const std::optional<KeyContainer>& container : std::vector<std::optional<KeyContainer>>{
           std::nullopt, KeyContainer{kKeyGuard.provider, "AnotherKey"},
           KeyContainer{kKeyGuard.provider, kTpm.name}, KeyContainer{"Another Provider", kKeyGuard.name}}) {
    certificate.container = container;
    Start()->Save(kAlias, certificate);
  }
  EXPECT_TRUE(raw_->Entries().empty());
  EXPECT_TRUE(locks_.TakeRequests().empty()) << "no call has to wait for that";
}

// G-28.
TEST_F(StoreLifeTest, EntriesOfForeignKeysAreNeitherUsedNorRemoved) {
  Put(Der(3 * kDay), NameOf(kAlias), KeyContainer{kKeyGuard.provider, "SomebodyElsesKey"});
  Put(Der(2 * kDay), NameOf(kAlias), std::nullopt);
  Put(Der(-kDay), NameOf(kAlias),
      KeyContainer{kKeyGuard.provider, kTpm.name});  // the sibling library's container for hardware keys
  auto store = Start();
  EXPECT_TRUE(Loaded(*store).empty());
  store->Remove(kAlias, Der(3 * kDay));
  store->Save(kAlias, Stored(Der(kDay)));
  EXPECT_EQ(raw_->Entries().size(), 4U);
  EXPECT_EQ(Loaded(), (std::vector<Bytes>{Der(kDay)}));
}

TEST_F(StoreLifeTest, WhatHasEndedIsNotReadAndWhatEndsSoonIs) {
  Put(Der(seconds(0)), NameOf(kAlias));
  Put(Der(-kDay), NameOf(kAlias));
  Put(Der(seconds(1)), NameOf(kAlias));
  Put(Der(hours(23)), NameOf(kAlias));
  EXPECT_EQ(Loaded(), (std::vector<Bytes>{Der(hours(23)), Der(seconds(1))}));
  EXPECT_EQ(raw_->Entries().size(), 4U) << "reading removes nothing";
  EXPECT_TRUE(locks_.TakeRequests().empty()) << "reading takes no lock";
}

TEST_F(StoreLifeTest, WhatHasEndedIsNotWritten) {
  Start()->Save(kAlias, Stored(Der(seconds(0))));
  EXPECT_TRUE(raw_->Entries().empty());
}

// Read_Prefers_Newest_Among_Many
TEST_F(StoreLifeTest, TheNewestComesFirst) {
  for (const int days : {2, 3, 1}) Put(Der(days * kDay), NameOf(kAlias));
  EXPECT_EQ(Loaded(), (std::vector<Bytes>{Der(3 * kDay), Der(2 * kDay), Der(kDay)}));
}

// G-14. Read_Rejects_Non_Guid_CN: the reader decides which of them is usable.
TEST_F(StoreLifeTest, ANewestThatCannotServeDoesNotHideAnOlderOne) {
  Put(Der(2 * kDay, nullptr, "Test"), NameOf(kAlias));
  Put(Der(kDay), NameOf(kAlias));
  EXPECT_EQ(Loaded(), (std::vector<Bytes>{Der(2 * kDay, nullptr, "Test"), Der(kDay)}));
}

// G-14: an alias is written without surrounding blanks, and is also found with them.
TEST_F(StoreLifeTest, BlanksAroundAnAliasDoNotMatter) {
  Start()->Save("  id#att=0 ", Stored(Der(kDay)));
  EXPECT_EQ(Loaded("id#att=0").size(), 1U);
  EXPECT_EQ(Loaded("\tid#att=0").size(), 1U);
  EXPECT_TRUE(Loaded("ID#att=0").empty()) << "compared byte by byte";
}

// Write_And_Read_Handle_Alias_EdgeCases
TEST_F(StoreLifeTest, OddAliasesAreKeptWhereTheyCanBe) {
  for (const std::string& alias : {std::string(2048, 'a'), std::string("a b=c;\"'\\/#att=1"),
                                   std::string("\xe7\x94\xa8\xf0\x9f\x98\x80")}) {
    const Bytes der = Der(kDay + seconds(static_cast<int>(raw_->Entries().size())));
    Start()->Save(alias, Stored(der));
    EXPECT_EQ(Loaded(alias), (std::vector<Bytes>{der})) << alias;
  }
}

TEST_F(StoreLifeTest, AliasesThatCannotBeEncodedAreNotStored) {
  for (const std::string& alias : {std::string(), std::string("  "), std::string("bad|alias"),
                                   std::string("bad\nalias"), std::string("bad\0alias", 9)}) {
    auto store = Start();
    store->Save(alias, Stored(Der(kDay)));
    EXPECT_TRUE(store->Load(alias).empty()) << alias;
    store->Remove(alias, Der(kDay));
  }
  EXPECT_TRUE(raw_->Entries().empty());
}

TEST_F(StoreLifeTest, AnEndpointThatCouldNotBeReadBackIsNotStored) {
  StoredCertificate certificate = Stored(Der(kDay));
  for (const auto& [endpoint, tenant] : std::vector<std::pair<std::string, std::string>>{
           {"", "t"}, {kEndpoint, ""}, {kEndpoint, "/"}, {"https://a|b", "t"}, {kEndpoint, "t\nx"}}) {
    certificate.token_endpoint = endpoint;
    certificate.tenant_id = tenant;
    Start()->Save(kAlias, certificate);
  }
  EXPECT_TRUE(raw_->Entries().empty());
}

// The sibling libraries would take an emulator's certificate for this host's own.
TEST_F(StoreLifeTest, AnEmulatorsCertificateIsNotLeftToTheSiblingLibraries) {
  StoredCertificate certificate = Stored(Der(kDay));
  for (const char* endpoint :
       {"https://127.0.0.1:8443", "https://localhost", "https://[::1]:1", "https://10.0.0.1"}) {
    certificate.token_endpoint = endpoint;
    Start()->Save(kAlias, certificate);
    EXPECT_TRUE(raw_->Entries().empty()) << endpoint;
  }
  Start(/*keeps_local_endpoints=*/true)->Save(kAlias, certificate);
  EXPECT_EQ(raw_->Entries().size(), 1U);
}

// What MSAL.NET writes: another tag, an endpoint with a path, upper-case tenant, no #att in old versions.
TEST_F(StoreLifeTest, EntriesOfTheSiblingLibraryAreRead) {
  Put(Der(kDay), "MSAL|alias=" + std::string(kAlias) + "|v=1|ep=https://e.example/path/TENANT");
  Put(Der(2 * kDay), NameOf("system_assigned_managed_identity"));
  const auto read = Start()->Load(kAlias);
  ASSERT_EQ(read.size(), 1U);
  EXPECT_EQ(read[0].token_endpoint, "https://e.example/path");
  EXPECT_EQ(read[0].tenant_id, "TENANT");
}

TEST_F(StoreLifeTest, HostileEntriesAreSteppedOver) {
  Put({0x30, 0x03, 0x02, 0x01, 0x00}, NameOf(kAlias));
  Put({}, NameOf(kAlias));
  Put(Der(5 * kDay), "MSAL|" + std::string(1 << 20, '|'));
  Put(Der(6 * kDay), "MSAL|alias=" + std::string(1 << 20, 'x') + "|ep=e/t");
  Put(Der(7 * kDay), std::string("MSAL|alias=") + kAlias + "|ep=" + std::string(1 << 16, '/'));
  Put(Der(kDay), NameOf(kAlias));
  auto store = Start();
  EXPECT_EQ(Loaded(*store), (std::vector<Bytes>{Der(kDay)}));
  store->Remove(kAlias, {0x30, 0x03, 0x02, 0x01, 0x00});
  EXPECT_EQ(raw_->Entries().size(), 6U);
}

TEST_F(StoreLifeTest, AStoreThatRefusesEverythingIsEmptyAndQuiet) {
  auto store = Start();
  raw_->Refuse(true);
  store->Save(kAlias, Stored(Der(kDay)));
  EXPECT_TRUE(store->Load(kAlias).empty());
  store->Remove(kAlias, Der(kDay));
  EXPECT_EQ(locks_.Held(), 0);
}

}  // namespace
}  // namespace msiv2::cache
