// Step 7 with a scripted answer of Entra: how long its token is used.
#include "flow/token_step.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "flow/testing/fake_ports.h"
#include "tests/support/fake_binding.h"

namespace msiv2::flow {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

class TokenStepTest : public ::testing::Test {
 protected:
  // Returns the token of an answer with these lifetimes, for a certificate that ends in `certificate_life`.
  TokenPtr Fetch(seconds expires_in, std::optional<seconds> refresh_in = std::nullopt,
                 seconds certificate_life = hours(7 * 24)) {
    std::string body = R"({"access_token":"opaque","token_type":"mtls_pop","expires_in":)" +
                       std::to_string(expires_in.count());
    if (refresh_in) body += R"(,"refresh_in":)" + std::to_string(refresh_in->count());
    ports_.http.Answer(200, {}, body + "}");
    Binding binding = msiv2::testing::FakeBinding(Now() - hours(1), Now() + certificate_life,
                                                  KeyStrength::kSoftware, "x5t");
    const CallContext call = ports_.Call();
    const Trace trace(nullptr, ports_.clock, "id");
    binding.attested = true;
    BoundTokenPlan plan;
    plan.resource = "r";
    const TokenAttempt attempt = FetchToken({plan, *ports_, trace, call, /*stats=*/nullptr}, binding);
    EXPECT_TRUE(attempt.token) << attempt.token.error().ToString();
    return attempt.token ? *attempt.token : std::make_shared<const AccessToken>();
  }
  std::chrono::system_clock::time_point Now() { return ports_.clock.Now(); }

  testing::FakePorts ports_;
};

// B9.
TEST_F(TokenStepTest, ATokenIsRefreshedAtHalfOfALifeOfMoreThanTwoHours) {
  EXPECT_EQ(Fetch(hours(2))->refresh_on, std::nullopt);
  EXPECT_EQ(Fetch(hours(2) + seconds(2))->refresh_on, Now() + hours(1) + seconds(1));
  EXPECT_EQ(Fetch(hours(24))->refresh_on, Now() + hours(12));
}

TEST_F(TokenStepTest, TheServiceMayNameTheTimeOfTheRefresh) {
  EXPECT_EQ(Fetch(hours(24), hours(3))->refresh_on, Now() + hours(3));
  EXPECT_EQ(Fetch(hours(1), minutes(40))->refresh_on, Now() + minutes(40));
}

TEST_F(TokenStepTest, ATokenHasWhatItsBindingAndItsPlanSay) {
  const TokenPtr token = Fetch(hours(1));
  EXPECT_EQ(token->secret.Reveal(), "opaque");
  EXPECT_EQ(token->type, TokenType::kMtlsPop);
  ASSERT_TRUE(token->binding);
  EXPECT_EQ(token->binding->x5t_s256(), "x5t");
  EXPECT_FALSE(token->binding_verified) << "an opaque token";
  EXPECT_EQ(token->resource, "r");
  EXPECT_EQ(token->client_id, "client");
  EXPECT_EQ(token->tenant_id, "tenant");
  EXPECT_TRUE(token->attested);
  EXPECT_EQ(token->key_strength, KeyStrength::kSoftware);
}

// B9.
TEST_F(TokenStepTest, ATokenNeverOutlivesItsCertificate) {
  EXPECT_EQ(Fetch(hours(24), std::nullopt, hours(25))->expires_on, Now() + hours(24));
  EXPECT_EQ(Fetch(hours(24), std::nullopt, hours(23))->expires_on, Now() + hours(23));
}

}  // namespace
}  // namespace msiv2::flow
