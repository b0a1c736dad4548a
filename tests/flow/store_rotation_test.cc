// Two processes share a certificate store, and both renew the certificate that they took from it.
#include <utility>

#include "cache/windows_cert_store/testing/fake_raw_store.h"
#include "cache/windows_cert_store/windows_certificate_store.h"
#include "tests/flow/travel_fixture.h"
#include "tests/support/evp_signing_key.h"
#include "tests/support/persisted_key.h"
#include "windows/testing/fake_named_locks.h"

namespace msiv2 {
namespace {

// Certificates last a day, tokens eight hours. The first process lives by the clock of the fixture.
class StoreRotationTest : public TravelTest {
 protected:
  static void SetUpTestSuite() { Start(hours(24), hours(8)); }

  void SetUp() override {
    TravelTest::SetUp();
    second_clock_->Advance(travelled_);
  }

  // `key_number` is of the key that the two processes share.
  ClientOptions Process(int key_number, std::shared_ptr<testing::JumpingClock> clock,
                        std::shared_ptr<RecordingObserver> observer) {
    ClientOptions options = Options();
    options.cache_scope = CacheScope::Private();
    IdleOn(clock, *options.cache_scope);
    options.clock = clock;
    options.observer = std::move(observer);
    options.key_providers = {
        std::make_shared<testing::PersistedKeyProvider>(testing::EvpSigningKey::Make(key_number))};
    options.attestor = nullptr;
    options.certificate_store =
        cache::MakeWindowsCertificateStore({.raw = raw_,
                                            .clock = std::move(clock),
                                            .tombstones = std::make_shared<cache::Tombstones>(),
                                            .locks = &locks_,
                                            .keeps_local_endpoints = true});
    return options;
  }
  static std::ptrdiff_t Mints() { return Requests("imds", "/issuecredential"); }
  static void AwaitRotation(const RecordingObserver& observer) {
    while (observer.Count(Event::Kind::kRotation) == 0) std::this_thread::yield();
  }

  const std::shared_ptr<testing::JumpingClock> second_clock_ = std::make_shared<testing::JumpingClock>();
  const std::shared_ptr<RecordingObserver> second_observer_ = std::make_shared<RecordingObserver>();
  const std::shared_ptr<cache::testing::FakeRawStore> raw_ = std::make_shared<cache::testing::FakeRawStore>();
  windows::fake::FakeNamedLocks locks_;
};

// B11.
TEST_F(StoreRotationTest, ARenewalTakesTheLaterCertificateOfAnotherProcess) {
  auto first = MakeClient(Process(0, clock_, observer_));
  auto second = MakeClient(Process(0, second_clock_, second_observer_));
  const auto before = first.AcquireToken(Unattested());
  ASSERT_TRUE(before) << before.error().ToString();
  ASSERT_TRUE(second.AcquireToken(Unattested()));
  Travel(hours(14));
  AwaitRotation(*observer_);
  emulator_->ClearLog();
  second_clock_->Advance(hours(14));
  AwaitRotation(*second_observer_);
  EXPECT_EQ(Mints(), 0);
  const auto after = second.AcquireToken(Unattested());
  ASSERT_TRUE(after) << after.error().ToString();
  EXPECT_NE(Thumbprint(after), Thumbprint(before));
  EXPECT_EQ(Thumbprint(after), Thumbprint(first.AcquireToken(Unattested())));
}

// B11.
TEST_F(StoreRotationTest, ARenewalTakesWhatAnotherProcessHasMintedWhileItWaited) {
  auto first = MakeClient(Process(1, clock_, observer_));
  auto second = MakeClient(Process(1, second_clock_, second_observer_));
  ASSERT_TRUE(first.AcquireToken(Unattested()));
  ASSERT_TRUE(second.AcquireToken(Unattested()));
  bool is_waiting = true;
  locks_.while_waiting = [&] {  // of the second process: the time of the first has not come yet
    if (!std::exchange(is_waiting, false)) return;
    emulator_->ClearLog();
    Travel(hours(14));
    AwaitRotation(*observer_);
  };
  second_clock_->Advance(hours(14));
  AwaitRotation(*second_observer_);
  EXPECT_EQ(Mints(), 1);
  EXPECT_EQ(Thumbprint(second.AcquireToken(Unattested())), Thumbprint(first.AcquireToken(Unattested())));
}

}  // namespace
}  // namespace msiv2
