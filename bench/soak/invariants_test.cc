// Each invariant is broken once: the soak program must detect it.
#include "bench/soak/invariants.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "emulator/emulator.h"
#include "msiv2/client.h"

namespace msiv2::soak {
namespace {

class InvariantsTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    emulator_ = emulator::Emulator::Start().value();
    ClientOptions options;
    emulator::Use(emulator_->endpoints(), /*emulated_keyguard=*/true, options);
    auto client = ManagedIdentityClient::Create(std::move(options)).value();
    token_ = client.AcquireToken(Request()).value().token;
    other_ = client.AcquireToken(Request("https://other.example")).value().token;
  }
  static void TearDownTestSuite() {
    token_.reset();
    other_.reset();
    emulator_.reset();
  }

  static TokenRequest Request(std::string resource = "https://resource.example") {
    TokenRequest request{.resource = std::move(resource)};
    request.mtls_proof_of_possession = true;
    request.with_attestation_support = true;
    request.minimum_strength = KeyStrength::kKeyGuard;
    return request;
  }

  // Returns what is wrong with the token after `change`; empty if nothing is.
  static std::string Check(const std::function<void(AccessToken&)>& change, bool from_cache = true) {
    AccessToken token = *token_;
    change(token);
    return CheckToken({std::make_shared<const AccessToken>(std::move(token)), from_cache}, Request(),
                      emulator_->endpoints().client_id, emulator_->endpoints().tenant_id,
                      std::chrono::system_clock::now())
        .value_or("");
  }
  static std::shared_ptr<const BindingCertificate> Binding(BindingCertificate::TimePoint not_after,
                                                           const std::string& x5t) {
    const BindingCertificate& real = *token_->binding;
    return std::make_shared<const BindingCertificate>(
        BindingCertificate::Fields{real.leaf_der(), {}, x5t, real.not_before(), not_after, real.key()});
  }

  static std::unique_ptr<emulator::Emulator> emulator_;
  static std::shared_ptr<const AccessToken> token_;
  static std::shared_ptr<const AccessToken> other_;
};

std::unique_ptr<emulator::Emulator> InvariantsTest::emulator_;
std::shared_ptr<const AccessToken> InvariantsTest::token_;
std::shared_ptr<const AccessToken> InvariantsTest::other_;

TEST_F(InvariantsTest, AGoodTokenBreaksNone) {
  EXPECT_EQ(Check([](AccessToken&) {}), "");
}

TEST_F(InvariantsTest, NothingIsServedInItsLastFiveMinutesFromTheCacheOrPastItsEndAtAll) {
  const auto ends_in = [](std::chrono::minutes left) {
    return [left](AccessToken& token) { token.expires_on = std::chrono::system_clock::now() + left; };
  };
  EXPECT_NE(Check(ends_in(std::chrono::minutes(4))), "");
  EXPECT_EQ(Check(ends_in(std::chrono::minutes(4)), /*from_cache=*/false), "");
  EXPECT_NE(Check(ends_in(std::chrono::minutes(-1)), /*from_cache=*/false), "");
  EXPECT_NE(Check([](AccessToken& token) {
              token.binding = Binding(std::chrono::system_clock::now() + std::chrono::minutes(4),
                                      token.binding->x5t_s256());
            }),
            "");
}

// B13.
TEST_F(InvariantsTest, WhatIsSaidOfAnExpiredTokenIsItsSourceAndBothEnds) {
  const auto expired = [](AccessToken& token) {
    token.expires_on = std::chrono::system_clock::now() - std::chrono::hours(1);
  };
  EXPECT_THAT(Check(expired, /*from_cache=*/false),
              ::testing::AllOf(::testing::HasSubstr("from the network; at the call the token had -36"),
                               ::testing::HasSubstr(" s left, its certificate ")));
}

TEST_F(InvariantsTest, ADowngradeIsSeen) {
  EXPECT_NE(Check([](AccessToken& token) { token.type = TokenType::kBearer; }), "");
  EXPECT_NE(Check([](AccessToken& token) { token.binding = nullptr; }), "");
  EXPECT_NE(Check([](AccessToken& token) { token.binding_verified = false; }), "");
  EXPECT_NE(Check([](AccessToken& token) { token.attested = false; }), "");
  EXPECT_NE(Check([](AccessToken& token) { token.key_strength = KeyStrength::kSoftware; }), "");
  EXPECT_NE(Check([](AccessToken& token) { token.key_origin = KeyOrigin::kPlatform; }), "");
}

TEST_F(InvariantsTest, AForeignTokenIsSeenByItsFieldsAndByItsClaims) {
  EXPECT_NE(Check([](AccessToken& token) { token.client_id = "someone"; }), "");
  EXPECT_NE(Check([](AccessToken& token) { token.tenant_id = "elsewhere"; }), "");
  EXPECT_NE(Check([](AccessToken& token) { token.resource = "https://other.example"; }), "");
  EXPECT_NE(Check([](AccessToken& token) { token.secret = other_->secret; }), "")
      << "another audience inside";
  EXPECT_NE(Check([](AccessToken& token) { token.secret = SecretString("opaque"); }), "");
}

TEST_F(InvariantsTest, ATokenOfAnotherCertificateIsSeen) {
  EXPECT_NE(Check([](AccessToken& token) {
              token.binding = Binding(token.binding->not_after(), std::string(43, 'A'));
            }).find("cnf mismatch"),
            std::string::npos);
}

TEST_F(InvariantsTest, TheResourcesVerdictCountsButForAClaimsChallenge) {
  const auto answer = [](int status, const std::string& body) {
    return CheckResourceAnswer({.status = status, .headers = {}, .body = body}).has_value();
  };
  EXPECT_TRUE(answer(401, R"({"error":{"code":"WrongClientCertificate"}})"));
  EXPECT_TRUE(answer(401, R"({"error":{"code":"TokenExpired"}})"));
  EXPECT_FALSE(answer(401, R"({"error":{"code":"InsufficientClaims"}})"));
  EXPECT_FALSE(answer(401, "not JSON"));
  EXPECT_FALSE(answer(503, R"({"error":{"code":"ServiceUnavailable"}})"));
  EXPECT_FALSE(answer(200, "{}"));
}

}  // namespace
}  // namespace msiv2::soak
