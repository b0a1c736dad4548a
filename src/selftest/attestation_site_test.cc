#include "selftest/attestation_site.h"

#include <gtest/gtest.h>

#include "msiv2/clock.h"
#include "msiv2/testing/scripted_transport.h"

namespace msiv2::selftest {
namespace {

class AttestationSiteTest : public ::testing::Test {
 protected:
  Result<AttestationSite> Read() {
    return ReadAttestationSite(http_,
                               {"http://169.254.169.254", ManagedIdentityId::SystemAssigned(), "id", {}}, {},
                               {clock_.get(), clock_->MonotonicNow() + std::chrono::minutes(1), {}});
  }
  void AnswerWith(const std::string& endpoint) {
    http_.Answer(200, {{"Server", "IMDS/150.870.65.1854"}},
                 R"({"clientId":"11111111-2222-3333-4444-555555555555",)"
                 R"("tenantId":"aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee","cuId":{"vmId":"v"},)"
                 R"("attestationEndpoint":")" +
                     endpoint + "\"}");
  }
  std::shared_ptr<Clock> clock_ = SystemClock();
  testing::ScriptedTransport http_;
};

TEST_F(AttestationSiteTest, IsWhatImdsNames) {
  AnswerWith("https://weu.attest.azure.net");
  const auto site = Read();
  ASSERT_TRUE(site) << site.error().ToString();
  EXPECT_EQ(site->endpoint, "https://weu.attest.azure.net");
  EXPECT_EQ(site->client_id, "11111111-2222-3333-4444-555555555555");
}

TEST_F(AttestationSiteTest, IsRefusedWhereTheKeyMayNotBeShown) {
  AnswerWith("https://attest.example.com");
  const auto site = Read();
  ASSERT_FALSE(site);
  EXPECT_EQ(site.error().code, ErrorCode::kEndpointNotAllowed);
}

TEST_F(AttestationSiteTest, AnImdsThatIsNotThereOrRefusesIsItsError) {
  http_.Fail(HttpFailure::Kind::kConnect);
  auto site = Read();
  ASSERT_FALSE(site);
  EXPECT_EQ(site.error().code, ErrorCode::kImdsUnreachable);
  http_.Answer(404);
  site = Read();
  ASSERT_FALSE(site);
  EXPECT_EQ(site.error().step, Step::kMetadata);
}

}  // namespace
}  // namespace msiv2::selftest
