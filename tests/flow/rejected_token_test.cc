// A caller names the token that its resource refused.
#include <algorithm>
#include <cctype>

#include "msiv2/challenge.h"
#include "tests/flow/travel_fixture.h"

namespace msiv2 {
namespace {

class RejectedTokenTest : public TravelTest {
 protected:
  static void SetUpTestSuite() { Start(hours(24), hours(8)); }
  static TokenRequest InsteadOf(const Result<TokenResult>& refused) {
    TokenRequest request = Attested();
    request.rejected_token_sha256 = TokenSha256(**refused);
    return request;
  }
};

// A9. The second client has the token in its own index.
TEST_F(RejectedTokenTest, ABoundTokenThatAResourceRefusedIsServedToNobody) {
  auto options = Options();
  options.environment = nullptr;  // the clients share their caches
  auto client = MakeClient(options);
  auto other = MakeClient(options);
  const auto refused = client.AcquireToken(Attested());
  ASSERT_TRUE(refused) << refused.error().ToString();
  ASSERT_EQ(other.AcquireToken(Attested()).value()->secret.Reveal(), (*refused)->secret.Reveal());
  ASSERT_TRUE(other.AcquireToken(Attested()));

  Travel(seconds(2));  // the emulator's tokens of one second are equal
  const auto next = client.AcquireToken(InsteadOf(refused));
  ASSERT_TRUE(next) << next.error().ToString();
  EXPECT_FALSE(next->from_cache);
  EXPECT_NE((*next)->secret.Reveal(), (*refused)->secret.Reveal());
  for (auto* each : {&client, &other}) {
    const auto served = each->AcquireToken(Attested());
    ASSERT_TRUE(served) << served.error().ToString();
    EXPECT_TRUE(served->from_cache);
    EXPECT_EQ((*served)->secret.Reveal(), (*next)->secret.Reveal());
  }
  EXPECT_TRUE(client.AcquireToken(InsteadOf(refused)).value().from_cache) << "the next one was not refused";
  EXPECT_EQ(Requests("entra", "/token"), 2);
  EXPECT_EQ(Requests("imds", "/issuecredential"), 1) << "the certificate was not refused";
}

// A9.
TEST_F(RejectedTokenTest, TheDigestMayBeInCapitals) {
  auto client = MakeClient(Options());
  const auto refused = client.AcquireToken(Attested());
  ASSERT_TRUE(refused) << refused.error().ToString();
  TokenRequest request = InsteadOf(refused);
  std::transform(request.rejected_token_sha256.begin(), request.rejected_token_sha256.end(),
                 request.rejected_token_sha256.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  Travel(seconds(2));
  const auto next = client.AcquireToken(request);
  ASSERT_TRUE(next) << next.error().ToString();
  EXPECT_NE((*next)->secret.Reveal(), (*refused)->secret.Reveal());
}

}  // namespace
}  // namespace msiv2
