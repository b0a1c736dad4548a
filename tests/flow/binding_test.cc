// Which certificate is used: the strongest key's, one for each identity. Also what makes a client stop using
// one.
#include "tests/flow/flow_fixture.h"

namespace msiv2 {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

// A keystore that is busy until `busy` is cleared.
class BusyProvider final : public KeyProvider {
 public:
  explicit BusyProvider(std::shared_ptr<KeyProvider> inner) : inner_(std::move(inner)) {}
  std::string_view ProviderName() const override { return "busy"; }
  KeyStrength BestStrength() const override { return inner_->BestStrength(); }
  Result<std::shared_ptr<const SigningKey>> GetOrCreateKey() override {
    if (!busy) return inner_->GetOrCreateKey();
    Error error(ErrorCode::kKeyCreationFailed, "the keystore is busy");
    error.retryable = true;
    return error;
  }
  std::atomic<bool> busy{true};

 private:
  std::shared_ptr<KeyProvider> inner_;
};

class BindingTest : public FlowTest {
 protected:
  ManagedIdentityClient ClientWith(std::shared_ptr<KeyProvider> stronger) {
    auto options = Options();
    options.key_providers = {std::move(stronger), *software_};
    return MakeClient(std::move(options));
  }
};

// G-09.
TEST_F(BindingTest, AWeakerKeyGivesWayOnceTheStrongerKeystoreIsNoLongerBusy) {
  auto busy = std::make_shared<BusyProvider>(*keyguard_);
  auto client = ClientWith(busy);
  const auto weak = client.AcquireToken(Unattested());
  ASSERT_TRUE(weak) << weak.error().ToString();
  EXPECT_EQ((*weak)->key_strength, KeyStrength::kSoftware);
  busy->busy = false;
  clock_->Advance(seconds(61));
  // The stronger key is created in the background of a call; a later call uses it.
  TokenRequest fresh = Unattested();
  fresh.force_refresh = true;
  KeyStrength strength = KeyStrength::kNone;
  while (strength != KeyStrength::kKeyGuard) {  // as many calls as creating an RSA key takes
    const auto token = client.AcquireToken(fresh);
    ASSERT_TRUE(token) << token.error().ToString();
    strength = (*token)->key_strength;
  }
  EXPECT_EQ(strength, KeyStrength::kKeyGuard);
  EXPECT_EQ(Requests("imds", "/issuecredential"), 2);
}

TEST_F(BindingTest, CallersWithDifferentMinimumsEachGetTheirOwnAnswer) {
  auto client = ClientWith(std::make_shared<BusyProvider>(*keyguard_));
  TokenRequest demanding = Unattested();
  demanding.minimum_strength = KeyStrength::kKeyGuard;
  Fault("imds.getplatformmetadata delay=200ms count=1");
  auto first = client.AcquireTokenAsync(demanding);
  AwaitFault();
  auto second = client.AcquireTokenAsync(Unattested());
  const auto refused = first.get();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kMinStrengthNotMet) << refused.error().ToString();
  const auto token = second.get();
  ASSERT_TRUE(token) << token.error().ToString();
  EXPECT_EQ((*token)->key_strength, KeyStrength::kSoftware);
}

TEST_F(BindingTest, AHangingImdsHoldsUpACallWithAGoodCertificateForTwoSecondsAtMost) {
  auto client = MakeClient(Options());
  ASSERT_TRUE(client.AcquireToken(Attested()));
  clock_->Advance(minutes(6));
  Fault("imds.* hang");
  const auto before = clock_->MonotonicNow();
  EXPECT_TRUE(client.AcquireToken(Attested("https://a.example")));
  EXPECT_LT(clock_->MonotonicNow() - before, seconds(20)) << "one attempt at IMDS may take 30 s";
  // The next caller does not send a request again at once.
  emulator_->ClearLog();
  EXPECT_TRUE(client.AcquireToken(Attested("https://b.example")));
  EXPECT_EQ(Requests("imds"), 0);
  emulator_->ClearFaults();
  clock_->Advance(seconds(30));
  EXPECT_TRUE(client.AcquireToken(Attested("https://c.example")));
  EXPECT_EQ(Requests("imds", "/getplatformmetadata"), 1);
}

}  // namespace
}  // namespace msiv2
