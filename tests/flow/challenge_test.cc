// A resource's 401 with a claims challenge, from a new certificate and token to its 200.
#include "msiv2/challenge.h"

#include "msiv2/resource_client.h"
#include "tests/flow/flow_fixture.h"

namespace msiv2 {
namespace {

class ChallengeTest : public FlowTest {
 protected:
  void SetUp() override {
    FlowTest::SetUp();
    ResourceClientOptions options;
    emulator::Use(emulator_->endpoints(), options);
    auto resource = ResourceClient::Create(options);
    ASSERT_TRUE(resource) << resource.error().ToString();
    resource_ = std::make_unique<ResourceClient>(*std::move(resource));
  }

  HttpResponse Call(const TokenResult& token) {
    const auto answer = resource_->Send(*token, {.url = emulator_->endpoints().resource + "/secrets"});
    EXPECT_TRUE(answer) << answer.error().ToString();
    return answer ? *answer : HttpResponse{};
  }

  static std::vector<std::string> Mints() {
    std::vector<std::string> queries;
    for (const auto& entry : emulator_->Log()) {
      if (entry.path.ends_with("/issuecredential")) queries.push_back(entry.query);
    }
    return queries;
  }

  std::unique_ptr<ResourceClient> resource_;
};

// Claims from a resource force a new certificate.
// G-03, REM-5.
TEST_F(ChallengeTest, AChallengeLeadsToANewCertificateATokenWithTheClaimAndTheAnswer) {
  Fault("resource.call answer=claims:acrs:c1");
  auto client = MakeClient(Options());
  TokenRequest request = Attested(emulator_->endpoints().resource);
  const auto first = client.AcquireToken(request);
  ASSERT_TRUE(first) << first.error().ToString();
  const auto denied = Call(*first);
  ASSERT_EQ(denied.status, 401);
  const auto challenge = ParseClaimsChallenge(denied.headers);
  ASSERT_TRUE(challenge);
  EXPECT_EQ(challenge->scheme, "mtls_pop");
  EXPECT_EQ(challenge->claims, R"({"access_token":{"acrs":{"essential":true,"value":"c1"}}})");

  emulator_->ClearLog();
  request.claims = challenge->claims;
  const auto second = client.AcquireToken(request);
  ASSERT_TRUE(second) << second.error().ToString();
  EXPECT_NE((*second)->binding->x5t_s256(), (*first)->binding->x5t_s256());
  ASSERT_EQ(Mints().size(), 1U);
  EXPECT_NE(Mints()[0].find("bypass_cache=true"), std::string::npos) << Mints()[0];
  EXPECT_EQ(Requests("entra", "/token"), 1);
  EXPECT_EQ(Call(*second).status, 200);
}

TEST_F(ChallengeTest, TheSameClaimsAgainMintAndFetchNothing) {
  Fault("resource.call answer=claims:acrs:c2");
  auto client = MakeClient(Options());
  TokenRequest request = Attested(emulator_->endpoints().resource);
  request.claims = ParseClaimsChallenge(Call(*client.AcquireToken(request)).headers)->claims;
  ASSERT_TRUE(client.AcquireToken(request));
  emulator_->ClearLog();
  for (int i = 0; i < 5; ++i) {
    const auto again = client.AcquireToken(request);
    ASSERT_TRUE(again) << again.error().ToString();
    EXPECT_TRUE(again->from_cache);
    EXPECT_EQ(Call(*again).status, 200);
  }
  EXPECT_EQ(Requests("imds"), 0);
  EXPECT_EQ(Requests("attestation"), 0);
  EXPECT_EQ(Requests("entra"), 0);
  EXPECT_EQ(Requests("resource"), 5);
}

TEST_F(ChallengeTest, ForcedRefreshesWithTheSameClaimsKeepTheCertificate) {
  auto client = MakeClient(Options());
  TokenRequest request = Attested(emulator_->endpoints().resource);
  request.claims = R"({"access_token":{"acrs":{"essential":true,"value":"c3"}}})";
  request.force_refresh = true;
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(client.AcquireToken(request));
  EXPECT_EQ(Mints().size(), 1U);
  EXPECT_EQ(Requests("entra", "/token"), 3);
}

TEST_F(ChallengeTest, OtherClaimsMintOnceMore) {
  auto client = MakeClient(Options());
  TokenRequest request = Attested(emulator_->endpoints().resource);
  for (const char* value : {"c4", "c5", "c4"}) {
    request.claims = std::string(R"({"access_token":{"acrs":{"value":")") + value + R"("}}})";
    ASSERT_TRUE(client.AcquireToken(request));
  }
  EXPECT_EQ(Mints().size(), 2U) << "once for each value";
}

TEST_F(ChallengeTest, AnOrdinary401IsNotAChallenge) {
  auto client = MakeClient(Options());
  const auto token = client.AcquireToken(Attested(emulator_->endpoints().resource));
  ASSERT_TRUE(token);
  Fault("resource.call status=401");
  EXPECT_FALSE(ParseClaimsChallenge(Call(*token).headers));
}

}  // namespace
}  // namespace msiv2
