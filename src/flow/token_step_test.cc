// Step 7 with a scripted answer of Entra: how long its token is used, and what a failure says of the
// certificate.
#include "flow/token_step.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "base/base64.h"
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
                                                  KeyStrength::kSoftware, "x5t", KeyOrigin::kEmulated);
    const CallContext call = ports_.Call();
    const Trace trace(nullptr, ports_.clock, "id");
    binding.attested = true;
    BoundTokenPlan plan;
    plan.resource = "r";
    const TokenAttempt attempt = FetchToken({plan, *ports_, trace, call, /*stats=*/nullptr}, binding);
    EXPECT_TRUE(attempt.token) << attempt.token.error().ToString();
    return attempt.token ? *attempt.token : std::make_shared<const AccessToken>();
  }
  // Returns the attempt that takes the queued answer, with a certificate that may be out of the store.
  TokenAttempt Attempt(bool restored = false, Observer* observer = nullptr) {
    Binding binding =
        msiv2::testing::FakeBinding(Now() - hours(1), Now() + hours(1), KeyStrength::kSoftware, "x5t");
    binding.restored = restored;
    const CallContext call = ports_.Call();
    const Trace trace(observer, ports_.clock, "id");
    BoundTokenPlan plan;
    plan.retries = false;
    return FetchToken({plan, *ports_, trace, call, /*stats=*/nullptr}, binding);
  }
  CertificateVerdict VerdictOf(HttpFailure failure) {
    ports_.http.Fail(std::move(failure));
    return Attempt().verdict;
  }
  CertificateVerdict VerdictOf(const std::string& error, const std::string& code = "",
                               bool restored = false) {
    ports_.http.Answer(400, {}, R"({"error":")" + error + R"(","error_codes":[)" + code + "]}");
    return Attempt(restored).verdict;
  }
  std::chrono::system_clock::time_point Now() { return ports_.clock.Now(); }

  testing::FakePorts ports_;
};

class FailureRecorder final : public Observer {
 public:
  void OnEvent(const Event& event) noexcept override {
    if (event.kind == Event::Kind::kStepEnded && event.error != nullptr)
      failures.push_back(event.error->code);
  }
  std::vector<ErrorCode> failures;
};

TEST_F(TokenStepTest, AFailureWithoutAnAnswerMaySayThatTheCertificateIsRefused) {
  using Failed = HttpFailure::Kind;
  const auto failure = [](Failed kind, bool certificate_sent, int alert = -1) {
    HttpFailure failed;
    failed.kind = kind;
    failed.client_certificate_sent = certificate_sent;
    failed.tls_alert = alert;
    return failed;
  };
  EXPECT_EQ(VerdictOf(failure(Failed::kReset, true)), CertificateVerdict::kMaybeRefused);
  EXPECT_EQ(VerdictOf(failure(Failed::kReset, false)), CertificateVerdict::kNone);
  EXPECT_EQ(VerdictOf(failure(Failed::kTls, true, /*revoked*/ 44)), CertificateVerdict::kRefused);
  EXPECT_EQ(VerdictOf(failure(Failed::kTls, true, /*handshake_failure*/ 40)), CertificateVerdict::kDoubtful);
  EXPECT_EQ(VerdictOf(failure(Failed::kConnect, false)), CertificateVerdict::kDoubtful);
  EXPECT_EQ(VerdictOf(failure(Failed::kTimeout, true)), CertificateVerdict::kNone);
}

TEST_F(TokenStepTest, ARefusalMaySayThatTheCertificateIsRefused) {
  EXPECT_EQ(VerdictOf("invalid_client"), CertificateVerdict::kRefused);
  EXPECT_EQ(VerdictOf("invalid_client", "700027"), CertificateVerdict::kDoubtful);
  EXPECT_EQ(VerdictOf("unauthorized_client"), CertificateVerdict::kDoubtful);
  EXPECT_EQ(VerdictOf("invalid_scope"), CertificateVerdict::kNone);
  // Of a certificate out of the store, the token service may know nothing.
  EXPECT_EQ(VerdictOf("invalid_client", "700027", /*restored=*/true), CertificateVerdict::kMaybeRefused);
  EXPECT_EQ(VerdictOf("invalid_scope", "", /*restored=*/true), CertificateVerdict::kNone);
}

TEST_F(TokenStepTest, AFailureIsToldAndHasItsStepAndItsCall) {
  FailureRecorder recorder;
  ports_.http.Answer(400, {}, R"({"error":"invalid_scope"})");
  const TokenAttempt attempt = Attempt(/*restored=*/false, &recorder);
  ASSERT_FALSE(attempt.token);
  EXPECT_EQ(attempt.token.error().step, Step::kToken);
  EXPECT_EQ(attempt.token.error().correlation_id, "id");
  EXPECT_EQ(attempt.token.error().attempts, 1);
  EXPECT_EQ(recorder.failures, std::vector<ErrorCode>{ErrorCode::kTokenRequestFailed});
}

TEST_F(TokenStepTest, ATokenThatIsBoundToAnotherCertificateIsRefused) {
  const auto of = [&](const std::string& thumbprint) {
    const std::string claims = R"({"cnf":{"x5t#S256":")" + thumbprint + R"("}})";
    ports_.http.Answer(200, {},
                       R"({"access_token":"e30.)" + Base64UrlEncode(AsBytes(claims)) +
                           R"(.c2ln","token_type":"mtls_pop","expires_in":3600})");
    return Attempt();
  };
  const TokenAttempt right = of("x5t");
  ASSERT_TRUE(right.token) << right.token.error().ToString();
  EXPECT_TRUE((*right.token)->binding_verified);
  const TokenAttempt wrong = of("another");
  ASSERT_FALSE(wrong.token);
  EXPECT_EQ(wrong.verdict, CertificateVerdict::kNone);
}

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
  EXPECT_EQ(token->key_origin, KeyOrigin::kEmulated);
}

// B9.
TEST_F(TokenStepTest, ATokenNeverOutlivesItsCertificate) {
  EXPECT_EQ(Fetch(hours(24), std::nullopt, hours(25))->expires_on, Now() + hours(24));
  EXPECT_EQ(Fetch(hours(24), std::nullopt, hours(23))->expires_on, Now() + hours(23));
}

}  // namespace
}  // namespace msiv2::flow
