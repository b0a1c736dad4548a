// Renewal in the background: no call waits for it, and nothing is handed out past its end.
#include "tests/flow/flow_fixture.h"

namespace msiv2 {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// A service with certificates of a day and tokens of eight hours. Time passes for client and services alike.
class RotationTest : public FlowTest {
 protected:
  static void SetUpTestSuite() {
    FlowTest::SetUpTestSuite();
    delete emulator_;
    travelled_ = seconds(0);
    emulator::EmulatorOptions options;
    options.certificate_lifetime = hours(24);
    options.token_lifetime = hours(8);
    emulator_ = emulator::Emulator::Start(std::move(options)).value().release();
  }
  void Travel(seconds length) {
    clock_->Advance(length);
    travelled_ += length;
    emulator_->SetClockOffset(travelled_);
  }
  // Time never goes back: the services would hand out what they made in the future.
  void SetUp() override {
    FlowTest::SetUp();
    clock_->Advance(travelled_);
  }

  // With a key of its own for each test: the services would hand out the certificate that another test's key
  // had.
  ClientOptions Options() {
    ClientOptions options = FlowTest::Options();
    options.key_providers = {emulator::MakeEmulatedKeyGuardProvider()};
    return options;
  }

  // Calls until `changed` holds for what comes back; every answer on the way must come from the cache.
  template <typename Changed>
  Result<TokenResult> CallUntil(ManagedIdentityClient& client, const TokenRequest& request, Changed changed) {
    while (true) {
      auto token = client.AcquireToken(request);
      if (!token || changed(*token)) return token;
      EXPECT_EQ(token->source, TokenSource::kCache);
      std::this_thread::yield();
    }
  }
  // Does for `token` what time would: the test's clock runs ahead of the work in the background.
  void AwaitWhatIsOverdue(ManagedIdentityClient& client, const TokenResult& token) {
    const BindingCertificate& certificate = *token->binding;
    const auto latest =
        certificate.not_before() + (certificate.not_after() - certificate.not_before()) * 11 / 20;
    if (clock_->Now() >= latest + hours(1)) {  // it rests an hour where IMDS has no new one yet
      ASSERT_TRUE(CallUntil(client, Attested(), [&](const TokenResult& now) {
        return now.token->binding->x5t_s256() != certificate.x5t_s256();
      }));
    } else if (token->refresh_on && clock_->Now() >= *token->refresh_on) {
      ASSERT_TRUE(CallUntil(client, Attested(), OtherTokenThan(token)));
    }
  }
  static auto OtherTokenThan(const TokenResult& old) {
    return [token = old.token](const TokenResult& now) { return now.token != token; };
  }
  // Keeps the tokens of `resources` fresh for `length`, half an hour at a time.
  void Live(ManagedIdentityClient& client, seconds length) {
    for (seconds lived{0}; lived < length; lived += minutes(30)) {
      Travel(minutes(30));
      const auto token = client.AcquireToken(Attested());
      ASSERT_TRUE(token) << token.error().ToString();
      if ((*token)->refresh_on && clock_->Now() >= *(*token)->refresh_on) {
        ASSERT_TRUE(CallUntil(client, Attested(), OtherTokenThan(*token)));
      }
    }
  }
  static inline seconds travelled_{0};
};

TEST_F(RotationTest, ATokenIsRefreshedInTheBackgroundOfAHit) {
  auto client = MakeClient(Options());
  const auto first = client.AcquireToken(Attested());
  ASSERT_TRUE(first);
  Travel(hours(5));
  const auto old = client.AcquireToken(Attested());
  ASSERT_TRUE(old);
  EXPECT_EQ(old->token, first->token) << "the call that finds it due does not wait";
  const auto fresh = CallUntil(client, Attested(), OtherTokenThan(*first));
  ASSERT_TRUE(fresh);
  EXPECT_EQ(fresh->source, TokenSource::kCache);
  EXPECT_GT((*fresh)->expires_on, (*first)->expires_on);
  EXPECT_EQ(Requests("entra", "/token"), 2);
  EXPECT_EQ(Requests("imds", "/issuecredential"), 1);
}

TEST_F(RotationTest, AFailedRefreshKeepsTheTokenAndRestsBeforeTheNext) {
  auto client = MakeClient(Options());
  const auto first = client.AcquireToken(Attested());
  ASSERT_TRUE(first);
  Travel(hours(5));
  emulator_->ClearLog();
  Fault("entra.token status=400");
  ASSERT_TRUE(client.AcquireToken(Attested()));
  AwaitFault();
  for (int i = 0; i < 50; ++i) {
    const auto token = client.AcquireToken(Attested());
    ASSERT_TRUE(token);
    EXPECT_EQ(token->token, first->token);
  }
  EXPECT_EQ(Requests("entra", "/token"), 1);
  emulator_->ClearFaults();
  Travel(seconds(31));
  EXPECT_TRUE(CallUntil(client, Attested(), OtherTokenThan(*first)));
}

TEST_F(RotationTest, ACertificateIsRotatedTogetherWithItsTokens) {
  auto client = MakeClient(Options());
  const TokenRequest other = Attested("https://storage.azure.com");
  const auto first = client.AcquireToken(Attested());
  ASSERT_TRUE(first);
  Live(client, hours(10));
  ASSERT_TRUE(client.AcquireToken(other));
  const std::string old_thumbprint = (*first)->binding->x5t_s256();
  Travel(hours(4));
  const auto is_rotated = [&](const TokenResult& now) {
    return now.token->binding->x5t_s256() != old_thumbprint;
  };
  const auto rotated = CallUntil(client, Attested(), is_rotated);
  ASSERT_TRUE(rotated) << rotated.error().ToString();
  EXPECT_EQ(rotated->source, TokenSource::kCache);
  const auto rotated_too = client.AcquireToken(other);
  ASSERT_TRUE(rotated_too);
  EXPECT_EQ(rotated_too->source, TokenSource::kCache)
      << "its token was fetched before the certificate served";
  EXPECT_EQ((*rotated_too)->binding, (*rotated)->binding);
  EXPECT_EQ(Requests("imds", "/issuecredential"), 2);
  EXPECT_NE(observer_->Text().find("rotation certificate"), std::string::npos);
}

TEST_F(RotationTest, WithImdsDownTheOldCertificateServesAndIsRotatedAfterwards) {
  auto client = MakeClient(Options());
  const auto first = client.AcquireToken(Attested());
  ASSERT_TRUE(first);
  Fault("imds.* status=400");
  Live(client, hours(16));
  EXPECT_EQ(Requests("imds", "/issuecredential"), 1);
  emulator_->ClearFaults();
  Travel(minutes(10));
  const std::string old_thumbprint = (*first)->binding->x5t_s256();
  EXPECT_TRUE(CallUntil(client, Attested(), [&](const TokenResult& now) {
    return now.token->binding->x5t_s256() != old_thumbprint;
  }));
}

TEST_F(RotationTest, WithEntraDownThePreparedCertificateIsKeptForLater) {
  auto client = MakeClient(Options());
  const auto first = client.AcquireToken(Attested());
  ASSERT_TRUE(first);
  Live(client, hours(10));
  Travel(hours(4));
  emulator_->ClearLog();
  Fault("entra.token status=503");
  ASSERT_TRUE(client.AcquireToken(Attested()));
  AwaitFault();
  emulator_->ClearFaults();
  const std::string old_thumbprint = (*first)->binding->x5t_s256();
  // The failed attempt settles on its own time, and rests half a minute from then.
  auto rotated = client.AcquireToken(Attested());
  while (rotated && (*rotated)->binding->x5t_s256() == old_thumbprint) {
    Travel(seconds(1));
    rotated = client.AcquireToken(Attested());
  }
  ASSERT_TRUE(rotated);
  EXPECT_EQ(Requests("imds", "/issuecredential"), 1);
}

TEST_F(RotationTest, InTenDaysNoCallWaitsAndNothingEndedIsHandedOut) {
  auto client = MakeClient(Options());
  ASSERT_TRUE(client.AcquireToken(Attested()));
  for (int step = 0; step < 10 * 24 * 4; ++step) {
    Travel(minutes(15));
    const auto token = client.AcquireToken(Attested());
    ASSERT_TRUE(token) << token.error().ToString();
    ASSERT_EQ(token->source, TokenSource::kCache) << step;
    ASSERT_GT((*token)->expires_on, clock_->Now());
    ASSERT_GT((*token)->binding->not_after(), clock_->Now());
    AwaitWhatIsOverdue(client, *token);
  }
  EXPECT_GE(Requests("imds", "/issuecredential"), 18);  // one for each half day or so
  EXPECT_LE(Requests("imds", "/issuecredential"), 30);  // a few come before IMDS has a new one
}

}  // namespace
}  // namespace msiv2
