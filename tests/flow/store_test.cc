// Certificates that outlive the process: a restart, a refusal, a new key, and all checks made again.
#include <utility>

#include "cache/windows_cert_store/testing/fake_raw_store.h"
#include "cache/windows_cert_store/windows_certificate_store.h"
#include "shared_state.h"
#include "tests/flow/flow_fixture.h"
#include "tests/support/evp_signing_key.h"
#include "tests/support/persisted_key.h"
#include "windows/testing/fake_named_locks.h"
#include "x509/x509_test_support.h"

namespace msiv2 {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr char kAlias[] = "system_assigned_managed_identity#att=0";
const KeyContainer kContainer = testing::kPersistedContainer;

class StoreFlowTest : public FlowTest {
 protected:
  // Returns the options of a client in its own process: no memory is shared with another client.
  ClientOptions NewProcess(int key_number = 0, KeyOrigin origin = KeyOrigin::kPlatform) {
    ClientOptions options = Options();
    options.cache_scope = CacheScope::Private();
    options.key_providers = {
        std::make_shared<testing::PersistedKeyProvider>(testing::EvpSigningKey::Make(key_number), origin)};
    options.attestor = nullptr;
    options.certificate_store =
        cache::MakeWindowsCertificateStore({.raw = raw_,
                                            .clock = clock_,
                                            .tombstones = std::make_shared<cache::Tombstones>(),
                                            .locks = &locks_,
                                            .keeps_local_endpoints = true});
    return options;
  }
  static std::ptrdiff_t Mints() { return Requests("imds", "/issuecredential"); }
  static Bytes Der(const Result<TokenResult>& token) { return (*token)->binding->leaf_der(); }

  std::shared_ptr<cache::testing::FakeRawStore> raw_ = std::make_shared<cache::testing::FakeRawStore>();
  windows::fake::FakeNamedLocks locks_;
};

// G-37.
TEST_F(StoreFlowTest, ANewProcessNeedsNoNewCertificate) {
  const auto first = MakeClient(NewProcess()).AcquireToken(Unattested());
  ASSERT_TRUE(first) << first.error().ToString();
  ASSERT_EQ(raw_->Entries().size(), 1U);
  EXPECT_EQ(raw_->Entries()[0].friendly_name, std::string("MSAL|alias=") + kAlias +
                                                  "|ep=" + emulator_->endpoints().entra + "/" +
                                                  emulator_->endpoints().tenant_id);
  EXPECT_EQ(raw_->Entries()[0].container, kContainer);
  emulator_->ClearLog();
  const auto second = MakeClient(NewProcess()).AcquireToken(Unattested());
  ASSERT_TRUE(second) << second.error().ToString();
  EXPECT_EQ(Mints(), 0);
  EXPECT_EQ(Requests("entra", "/token"), 1);
  EXPECT_EQ(Der(second), Der(first));
}

TEST_F(StoreFlowTest, ARefusedCertificateIsRemovedAndItsReplacementServesANewProcess) {
  auto client = MakeClient(NewProcess());
  const auto first = client.AcquireToken(Unattested());
  ASSERT_TRUE(first) << first.error().ToString();
  Fault("entra.token answer=invalid-client count=1");
  const auto second = client.AcquireToken(Unattested("https://storage.azure.com"));
  ASSERT_TRUE(second) << second.error().ToString();
  EXPECT_FALSE(raw_->Has(Der(first)));
  emulator_->ClearLog();
  const auto third = MakeClient(NewProcess()).AcquireToken(Unattested());
  ASSERT_TRUE(third) << third.error().ToString();
  EXPECT_EQ(Der(third), Der(second));
  EXPECT_EQ(Mints(), 0);
}

// G-04.
TEST_F(StoreFlowTest, ARefusedCertificateDoesNotComeBackWhileItsEntryCannotBeRemoved) {
  auto process = NewProcess();
  auto client = MakeClient(process);
  const auto first = client.AcquireToken(Unattested());
  ASSERT_TRUE(first) << first.error().ToString();
  locks_.Grant(windows::LockGrant::kBusy);
  Fault("entra.token answer=invalid-client count=1");
  ASSERT_TRUE(client.AcquireToken(Unattested("https://storage.azure.com")));
  EXPECT_TRUE(raw_->Has(Der(first)));
  process.cache_scope = CacheScope::Private();  // the caches are empty, but the store still has it
  const auto again = MakeClient(process).AcquireToken(Unattested());
  ASSERT_TRUE(again) << again.error().ToString();
  EXPECT_NE(Der(again), Der(first));
  locks_.Grant(windows::LockGrant::kOwned);
  process.cache_scope = CacheScope::Private();
  ASSERT_TRUE(MakeClient(process).AcquireToken(Unattested()));
  EXPECT_FALSE(raw_->Has(Der(first)));
}

// G-04: the store has its entry under the id that was used first.
TEST_F(StoreFlowTest, ARefusedCertificateIsRemovedWhicheverIdOfTheIdentityAsked) {
  auto process = NewProcess();
  process.environment = nullptr;  // its own environment would keep the two clients apart
  process.identity = ManagedIdentityId::ClientId(kUserClientId);
  auto by_client_id = MakeClient(process);
  const auto first = by_client_id.AcquireToken(Unattested());
  ASSERT_TRUE(first) << first.error().ToString();
  process.identity = ManagedIdentityId::ObjectId(kUserObjectId);
  Fault("entra.token answer=invalid-client count=1");
  const auto second = MakeClient(process).AcquireToken(Unattested("https://storage.azure.com"));
  ASSERT_TRUE(second) << second.error().ToString();
  EXPECT_NE(Der(second), Der(first));
  EXPECT_FALSE(raw_->Has(Der(first)));
  EXPECT_TRUE(raw_->Has(Der(second)));
}

TEST_F(StoreFlowTest, WhatWasRestoredIsNotWrittenAgain) {
  ASSERT_TRUE(MakeClient(NewProcess()).AcquireToken(Unattested()));
  static_cast<void>(locks_.TakeRequests());
  ASSERT_TRUE(MakeClient(NewProcess()).AcquireToken(Unattested()));
  EXPECT_TRUE(locks_.TakeRequests().empty());
}

// B11.
TEST_F(StoreFlowTest, WhatAnotherProcessHasMintedWhileThisOneWaitedIsUsed) {
  Result<TokenResult> other = Error(ErrorCode::kMsiV2Error, "not asked");
  bool is_waiting = true;
  locks_.while_waiting = [&] {
    if (std::exchange(is_waiting, false)) other = MakeClient(NewProcess()).AcquireToken(Unattested());
  };
  const auto token = MakeClient(NewProcess()).AcquireToken(Unattested());
  ASSERT_TRUE(token) << token.error().ToString();
  ASSERT_TRUE(other) << other.error().ToString();
  EXPECT_EQ(Mints(), 1);
  EXPECT_EQ(Der(token), Der(other));
  EXPECT_EQ(locks_.Held(), 0);
}

// B11.
TEST_F(StoreFlowTest, AProcessMintsUnderTheLockOfTheAliasWhateverBecameOfIt) {
  for (const auto grant : {windows::LockGrant::kOwned, windows::LockGrant::kAbandoned,
                           windows::LockGrant::kBusy, windows::LockGrant::kUnavailable}) {
    locks_.Grant(grant);
    emulator_->ClearLog();
    static_cast<void>(locks_.TakeRequests());
    raw_ = std::make_shared<cache::testing::FakeRawStore>();
    const auto token = MakeClient(NewProcess()).AcquireToken(Unattested());
    ASSERT_TRUE(token) << token.error().ToString();
    EXPECT_EQ(Mints(), 1);
    const auto asked = locks_.TakeRequests();
    ASSERT_FALSE(asked.empty());
    EXPECT_EQ(asked.front().name, windows::LockName("MSIV2_MINT_", kAlias));
    EXPECT_EQ(asked.front().timeout, seconds(10));
    EXPECT_EQ(locks_.Held(), 0);
  }
}

// B11.
TEST_F(StoreFlowTest, AForcedMintDoesNotWaitForTheLock) {
  auto client = MakeClient(NewProcess());
  ASSERT_TRUE(client.AcquireToken(Unattested()));
  static_cast<void>(locks_.TakeRequests());
  emulator_->ClearLog();
  Fault("entra.token answer=invalid-client count=1");
  const auto token = client.AcquireToken(Unattested("https://storage.azure.com"));
  ASSERT_TRUE(token) << token.error().ToString();
  EXPECT_EQ(Mints(), 1);
  int mint_locks = 0;
  for (const auto& asked : locks_.TakeRequests()) {
    if (asked.name != windows::LockName("MSIV2_MINT_", kAlias)) continue;
    ++mint_locks;
    EXPECT_EQ(asked.timeout, milliseconds(0));
  }
  EXPECT_EQ(mint_locks, 1);
}

// B11. Such processes have nothing to share, and must not wait for each other.
TEST_F(StoreFlowTest, NoLockIsTakenForAKeyThatEndsWithTheProcess) {
  ClientOptions options = NewProcess();
  options.key_providers = {*software_};
  ASSERT_TRUE(MakeClient(std::move(options)).AcquireToken(Unattested()));
  ASSERT_TRUE(MakeClient(NewProcess(0, KeyOrigin::kEmulated)).AcquireToken(Unattested()));
  EXPECT_TRUE(locks_.TakeRequests().empty());
}

TEST_F(StoreFlowTest, TheCertificateOfADeletedKeyIsRemoved) {
  const auto before = MakeClient(NewProcess(0)).AcquireToken(Unattested());
  ASSERT_TRUE(before) << before.error().ToString();
  emulator_->ClearLog();
  const auto after = MakeClient(NewProcess(1)).AcquireToken(Unattested());  // another key in the container
  ASSERT_TRUE(after) << after.error().ToString();
  EXPECT_EQ(Mints(), 1);
  EXPECT_FALSE(raw_->Has(Der(before)));
  EXPECT_TRUE(raw_->Has(Der(after)));
}

TEST_F(StoreFlowTest, AnEmulatedKeyIsNeverLinkedToTheStore) {
  const auto kept = MakeClient(NewProcess(0)).AcquireToken(Unattested());
  ASSERT_TRUE(kept) << kept.error().ToString();
  const auto emulated = MakeClient(NewProcess(1, KeyOrigin::kEmulated)).AcquireToken(Unattested());
  ASSERT_TRUE(emulated) << emulated.error().ToString();
  EXPECT_TRUE(raw_->Has(Der(kept))) << "it makes no orphans either";
  EXPECT_EQ(raw_->Entries().size(), 1U);
}

TEST_F(StoreFlowTest, TheVariableIsPartOfTheSharingKey) {
  const ClientOptions options = Options();
  const SharingKey with = SharingKeyOf(options);
  EXPECT_TRUE(with.has_built_in_store);
  environment_["MSAL_MI_DISABLE_PERSISTENT_CERT_CACHE"] = "true";
  EXPECT_FALSE(SharingKeyOf(options).has_built_in_store);
  EXPECT_FALSE(SharingKeyOf(options) == with);
}

struct StoredCase {
  const char* name;
  std::string endpoint{};  // empty: the emulator's, here and below
  std::string tenant{};
  std::string common_name{};
  seconds begins = -hours(1);
  seconds ends = hours(24 * 30);
  std::string usage = "clientAuth";
  int key = 0;
};
void PrintTo(const StoredCase& c, std::ostream* out) { *out << c.name; }

class ForeignEntryTest : public StoreFlowTest {
 protected:
  // Adds an entry for the key of process 0 to the store, as another library might.
  void Store(const StoredCase& c) {
    const auto now = std::chrono::floor<seconds>(clock_->Now());
    const auto& emulated = emulator_->endpoints();
    const std::string name = c.common_name.empty() ? emulated.client_id : c.common_name;
    const std::string endpoint = c.endpoint.empty() ? emulated.entra : c.endpoint;
    const std::string tenant = c.tenant.empty() ? emulated.tenant_id : c.tenant;
    der_ = x509::MakeCertificate({.public_key = testing::EvpSigningKey::Make(c.key)->pkey(),
                                  .subject = {{NID_commonName, V_ASN1_PRINTABLESTRING, name}},
                                  .not_before = x509::CertificateDate(now + c.begins),
                                  .not_after = x509::CertificateDate(now + c.ends),
                                  .extended_key_usages = {c.usage}});
    const std::string friendly_name = std::string("MSAL|alias=") + kAlias + "|ep=" + endpoint + "/" + tenant;
    ASSERT_TRUE(raw_->Add({der_, friendly_name, kContainer}));
  }
  Bytes der_;
};

// Each case below differs from this one in one respect.
TEST_F(ForeignEntryTest, AGoodOneIsPresentedAndItsIssuerIsForEntraToJudge) {
  Store({.name = "good"});
  const auto token = MakeClient(NewProcess()).AcquireToken(Unattested());
  ASSERT_TRUE(token) << token.error().ToString();
  EXPECT_NE(Der(token), der_)
      << "the emulator did not issue it: Entra disowns it, which costs one new certificate";
  EXPECT_EQ(Requests("entra", "/token"), 2);
  EXPECT_EQ(Mints(), 1);
  EXPECT_FALSE(raw_->Has(der_)) << "or it would stand in the way of the next process too";
}

// Such an answer is blamed on the store's certificate only once: the certificate that IMDS has just issued is
// not discarded for it.
TEST_F(ForeignEntryTest, WhatIsDisownedAgainAfterItsReplacementSurfaces) {
  Store({.name = "good"});
  Fault("entra.token answer=aadsts-700027");
  const auto token = MakeClient(NewProcess()).AcquireToken(Unattested());
  ASSERT_FALSE(token);
  EXPECT_EQ(token.error().step, Step::kToken) << token.error().ToString();
  EXPECT_EQ(Mints(), 1);
  EXPECT_EQ(Requests("entra", "/token"), 2);
}

class StoredEntryTest : public ForeignEntryTest, public ::testing::WithParamInterface<StoredCase> {};

TEST_P(StoredEntryTest, IsCheckedLikeAFreshOneAndKeepsNoneOut) {
  Store(GetParam());
  const auto token = MakeClient(NewProcess()).AcquireToken(Unattested());
  ASSERT_TRUE(token) << token.error().ToString();
  EXPECT_NE(Der(token), der_);
  EXPECT_EQ(Mints(), 1);
  EXPECT_EQ(Requests("entra", "/token"), 1) << "the bad one was not presented";
  EXPECT_TRUE(raw_->Has(Der(token))) << "the bad one must not keep the good one out";
  emulator_->ClearLog();
  ASSERT_TRUE(MakeClient(NewProcess()).AcquireToken(Unattested()));
  EXPECT_EQ(Mints(), 0) << "the good one serves, whatever else is in the store";
}

const StoredCase kStoredCases[] = {
    {.name = "plain http", .endpoint = "http://login.example"},
    {.name = "userinfo", .endpoint = "https://user@login.example"},
    {.name = "address", .endpoint = "https://10.0.0.1"},
    {.name = "foreign tenant", .tenant = "99999999-2222-4333-8444-555555555555"},
    {.name = "another client", .common_name = "99999999-2222-4333-8444-555555555555"},
    {.name = "no GUID", .common_name = "Test"},
    {.name = "ended", .ends = -seconds(1)},
    {.name = "ends in five minutes", .ends = minutes(5)},
    {.name = "not yet valid", .begins = hours(1)},
    {.name = "for servers", .usage = "serverAuth"},
    {.name = "another key", .key = 1}};
INSTANTIATE_TEST_SUITE_P(StoredEntries, StoredEntryTest, ::testing::ValuesIn(kStoredCases));

}  // namespace
}  // namespace msiv2
