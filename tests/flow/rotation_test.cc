// Renewal in the background: no call waits for it, and nothing is handed out past its end.
#include "tests/flow/travel_fixture.h"

namespace msiv2 {
namespace {

// Certificates of a day, tokens of eight hours.
class RotationTest : public TravelTest {
 protected:
  static void SetUpTestSuite() { Start(hours(24), hours(8)); }
};

TEST_F(RotationTest, G34_ATokenIsRefreshedInTheBackgroundFromHalfOfItsLife) {
  auto client = MakeClient(Options());
  const auto first = client.AcquireToken(Attested());
  ASSERT_TRUE(first);
  Live(hours(4) - minutes(1));
  EXPECT_EQ(client.AcquireToken(Attested()).value().token, first->token);
  Live(minutes(1));
  const auto fresh = client.AcquireToken(Attested());
  ASSERT_TRUE(fresh);
  EXPECT_EQ(fresh->source, TokenSource::kCache);
  EXPECT_GT((*fresh)->expires_on, (*first)->expires_on);
  EXPECT_EQ(Requests("entra", "/token"), 2);
  EXPECT_EQ(Requests("imds", "/issuecredential"), 1);
}

TEST_F(RotationTest, ATokenThatNobodyUsesIsRefreshedOnceAndThenWhenItIsUsedAgain) {
  auto client = MakeClient(Options());
  ASSERT_TRUE(client.AcquireToken(Attested()));
  Live(hours(4));
  EXPECT_EQ(Requests("entra", "/token"), 2) << "the call that fetched it was a use";
  Live(hours(4));
  EXPECT_EQ(Requests("entra", "/token"), 2) << "no call since";
  const auto used_again = client.AcquireToken(Attested());
  ASSERT_TRUE(used_again);
  EXPECT_EQ(used_again->source, TokenSource::kCache) << "it does not wait for the refresh that it begins";
  AwaitQuiet();
  EXPECT_EQ(Requests("entra", "/token"), 3);
}

TEST_F(RotationTest, AFailedRefreshKeepsTheTokenAndRestsBeforeTheNext) {
  auto client = MakeClient(Options());
  const auto first = client.AcquireToken(Attested());
  ASSERT_TRUE(first);
  emulator_->ClearLog();
  Fault("entra.token status=400");
  Live(hours(4));
  for (int i = 0; i < 50; ++i) {
    const auto token = client.AcquireToken(Attested());
    ASSERT_TRUE(token);
    EXPECT_EQ(token->token, first->token);
  }
  EXPECT_EQ(Requests("entra", "/token"), 1);
  emulator_->ClearFaults();
  Live(seconds(31));
  const auto fresh = client.AcquireToken(Attested());
  ASSERT_TRUE(fresh);
  EXPECT_NE(fresh->token, first->token);
  EXPECT_EQ(Requests("entra", "/token"), 2);
}

TEST_F(RotationTest, G30_ManyCallersPastTheRefreshTimeRefreshOnce) {
  auto client = MakeClient(Options());
  ASSERT_TRUE(client.AcquireToken(Attested()));
  emulator_->ClearLog();
  Travel(hours(4));
  std::vector<std::thread> callers;
  for (int i = 0; i < 16; ++i) {
    callers.emplace_back([&] {
      for (int call = 0; call < 20; ++call) EXPECT_TRUE(client.AcquireToken(Attested()));
    });
  }
  for (auto& caller : callers) caller.join();
  AwaitQuiet();
  EXPECT_EQ(Requests("entra", "/token"), 1);
}

TEST_F(RotationTest, ACertificateIsRotatedTogetherWithItsTokens) {
  auto client = MakeClient(Options());
  const TokenRequest other = Attested("https://storage.azure.com");
  const auto first = client.AcquireToken(Attested());
  ASSERT_TRUE(first);
  Serve(client, hours(10));
  ASSERT_TRUE(client.AcquireToken(other));
  EXPECT_EQ(Rotations(), 0) << "not before 45 % of its life";
  Live(hours(4));
  ASSERT_EQ(Rotations(), 1) << "by 55 % of its life";
  const auto rotated = client.AcquireToken(Attested());
  const auto rotated_too = client.AcquireToken(other);
  ASSERT_TRUE(rotated && rotated_too);
  EXPECT_NE(Thumbprint(rotated), Thumbprint(first));
  EXPECT_EQ(rotated->source, TokenSource::kCache) << "its token was fetched before the certificate served";
  EXPECT_EQ(rotated_too->source, TokenSource::kCache);
  EXPECT_EQ((*rotated_too)->binding, (*rotated)->binding);
  EXPECT_EQ(Requests("imds", "/issuecredential"), 2 + TooEarly());
}

TEST_F(RotationTest, WhoStillHoldsTheOldCertificateMayGoOnWithIt) {
  auto client = MakeClient(Options());
  const auto first = client.AcquireToken(Attested());
  ASSERT_TRUE(first);
  Serve(client, hours(14));
  ASSERT_EQ(Rotations(), 1);
  EXPECT_EQ(Thumbprint(first).size(), 43U);
  EXPECT_TRUE((*first)->binding->key()->SignDigest(SignaturePadding::kPss, DigestAlgorithm::kSha256,
                                                   std::vector<std::uint8_t>(32)));
}

TEST_F(RotationTest, G33_WithImdsDownTheOldCertificateServesAndIsRotatedAfterwards) {
  auto client = MakeClient(Options());
  const auto first = client.AcquireToken(Attested());
  ASSERT_TRUE(first);
  Fault("imds.* status=400");
  Serve(client, hours(16));
  EXPECT_EQ(Rotations(), 0);
  EXPECT_EQ(Thumbprint(client.AcquireToken(Attested())), Thumbprint(first));
  emulator_->ClearFaults();
  Live(minutes(11));
  EXPECT_EQ(Rotations(), 1);
  EXPECT_NE(Thumbprint(client.AcquireToken(Attested())), Thumbprint(first));
}

TEST_F(RotationTest, G33_WithImdsDownForGoodTheCertificateServesUntilFiveMinutesBeforeItsEnd) {
  auto client = MakeClient(Options());
  const auto first = client.AcquireToken(Attested());
  ASSERT_TRUE(first);
  Fault("imds.* status=400");
  Serve(client, hours(23) + minutes(30));
  const auto left = (*first)->binding->not_after() - clock_->Now();
  Live(std::chrono::duration_cast<seconds>(left) - minutes(6));
  EXPECT_TRUE(client.AcquireToken(Attested()));
  Live(minutes(1) + seconds(1));
  const auto refused = client.AcquireToken(Attested());
  ASSERT_FALSE(refused) << "never past its end";
  EXPECT_EQ(refused.error().step, Step::kMetadata);
  emulator_->ClearFaults();
  EXPECT_TRUE(client.AcquireToken(Attested())) << "it comes back by itself";
}

TEST_F(RotationTest, WithEntraDownThePreparedCertificateIsKeptForLater) {
  auto client = MakeClient(Options());
  ASSERT_TRUE(client.AcquireToken(Attested()));
  Serve(client, hours(10) + minutes(30));
  ASSERT_EQ(Rotations(), 0);
  Fault("entra.token status=503");
  for (int i = 0; i < 16; ++i) Live(minutes(15));
  const int mints = 2 + TooEarly();
  EXPECT_EQ(Requests("imds", "/issuecredential"), mints) << "one certificate was prepared, and kept";
  EXPECT_EQ(Rotations(), 0) << "no certificate serves before its tokens are there";
  EXPECT_TRUE(client.AcquireToken(Attested()));
  emulator_->ClearFaults();
  Live(minutes(11));
  EXPECT_EQ(Rotations(), 1);
  EXPECT_EQ(Requests("imds", "/issuecredential"), mints);
  EXPECT_EQ(client.AcquireToken(Attested()).value().source, TokenSource::kCache);
}

TEST_F(RotationTest, TheKillSwitchStopsTheWorkInTheBackgroundToo) {
  auto client = MakeClient(Options());
  ASSERT_TRUE(client.AcquireToken(Attested()));
  emulator_->ClearLog();
  environment_["MSAL_MI_DISABLE_IMDS_V2"] = "1";
  EXPECT_EQ(client.AcquireToken(Attested()).error().code, ErrorCode::kImdsV2Disabled)
      << "ahead of the caches";
  Live(hours(14));
  EXPECT_EQ(Requests("imds") + Requests("entra"), 0);
}

}  // namespace
}  // namespace msiv2
