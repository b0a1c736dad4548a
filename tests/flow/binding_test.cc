// Which certificate is used: the strongest key's, one for each identity. Also what makes a client stop using
// one.
#include "builtin.h"
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

// A host whose IMDS hangs: each request to it lasts as long as it may, on the clock of the test.
class HangingImds final : public HttpTransport {
 public:
  HangingImds(std::shared_ptr<HttpTransport> inner, std::shared_ptr<testing::JumpingClock> clock,
              std::string imds)
      : inner_(std::move(inner)), clock_(std::move(clock)), imds_(std::move(imds)) {}
  Result<HttpResponse, HttpFailure> Send(const HttpRequest& request, const CallContext& context) override {
    if (!hangs || !request.url.starts_with(imds_)) return inner_->Send(request, context);
    const auto left = context.deadline - clock_->MonotonicNow();
    const bool deadline_first = left < request.attempt_timeout;
    const std::chrono::nanoseconds lasts = deadline_first ? left : request.attempt_timeout;
    clock_->Advance(lasts);
    hung += lasts;
    HttpFailure failure;
    failure.kind = deadline_first ? HttpFailure::Kind::kDeadline : HttpFailure::Kind::kTimeout;
    return failure;
  }
  // The tests call from one thread.
  bool hangs = false;
  std::chrono::nanoseconds hung{0};

 private:
  const std::shared_ptr<HttpTransport> inner_;
  const std::shared_ptr<testing::JumpingClock> clock_;
  const std::string imds_;
};

// B8.
TEST_F(BindingTest, AHangingImdsHoldsUpACallWithAGoodCertificateForTwoSecondsAtMost) {
  auto options = Options();
  auto inner = TransportOf(nullptr, options.tls, options.environment);
  ASSERT_TRUE(inner) << inner.error().ToString();
  const auto transport = std::make_shared<HangingImds>(*std::move(inner), clock_, options.imds_base_url);
  options.http = transport;
  auto client = MakeClient(std::move(options));
  ASSERT_TRUE(client.AcquireToken(Attested()));
  clock_->Advance(minutes(6));
  transport->hangs = true;
  EXPECT_TRUE(client.AcquireToken(Attested("https://a.example")));
  EXPECT_GT(transport->hung, seconds(0)) << "it was asked";
  EXPECT_LE(transport->hung, seconds(2));
  // The next caller does not send a request again at once.
  transport->hung = seconds(0);
  EXPECT_TRUE(client.AcquireToken(Attested("https://b.example")));
  EXPECT_EQ(transport->hung, seconds(0));
  transport->hangs = false;
  emulator_->ClearLog();
  clock_->Advance(seconds(30));
  EXPECT_TRUE(client.AcquireToken(Attested("https://c.example")));
  EXPECT_EQ(Requests("imds", "/getplatformmetadata"), 1);
}

}  // namespace
}  // namespace msiv2
