#include "emulator/resource_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "emulator/certificate_facts.h"
#include "emulator/testing/test_server.h"

namespace msiv2::emulator {
namespace {

using nlohmann::json;
using testing::BodyOf;
using testing::GetRequest;
using ::testing::HasSubstr;
using testing::kClient;
using testing::StatusOf;
using testing::TestClient;
using testing::WireClient;

class ResourceTest : public ::testing::Test {
 protected:
  void SetUp() override { Start(AskForCertificate::kHandshake); }

  void Start(AskForCertificate ask, bool wants_tokenboundauth = false) {
    ResourceServerOptions options;
    options.http = world_.Https("resource", ask);
    options.signer = &testing::TestWorld::Signer();
    options.audience = "https://resource.example";
    options.wants_tokenboundauth = wants_tokenboundauth;
    auto started = StartResourceServer(std::move(options));
    ASSERT_TRUE(started) << started.error().message;
    server_ = std::move(*started);
    client_ = world_.NewClient();
  }

  json Claims() const {
    const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    return {{"aud", "https://resource.example"},
            {"appid", kClient},
            {"nbf", now},
            {"exp", now + 3600},
            {"cnf", {{"x5t#S256", Thumbprint(client_.certificate.get())}}}};
  }

  static std::string Authorization(const json& claims, const std::string& scheme = "mtls_pop") {
    return "Authorization: " + scheme + " " + testing::TestWorld::Signer().Sign(claims) + "\r\n";
  }

  std::string Call(const std::string& headers, const TestClient* client) {
    WireClient connection(testing::Connect(*server_, client));
    return connection.Exchange(GetRequest("/secrets/a?v=1", headers));
  }

  void ExpectDenied(const std::string& answer, const std::string& code) {
    EXPECT_EQ(StatusOf(answer), 401) << answer;
    EXPECT_THAT(answer,
                HasSubstr("WWW-Authenticate: mtls_pop error=\"invalid_token\", error_code=\"" + code + "\""));
    EXPECT_EQ(json::parse(BodyOf(answer)).at("error").at("code"), code);
  }

  testing::TestWorld world_;
  TestClient client_;
  std::unique_ptr<HttpServer> server_;
};

TEST_F(ResourceTest, AcceptsTheTokenOnItsCertificateAndEchoesTheRequest) {
  WireClient connection(testing::Connect(*server_, &client_));
  const auto answer = connection.Exchange("PUT /secrets/a?v=1 HTTP/1.1\r\nHost: x\r\nX-Mine: yes\r\n" +
                                          Authorization(Claims()) + "Content-Length: 5\r\n\r\nhello");
  EXPECT_EQ(StatusOf(answer), 200) << answer;
  const auto body = json::parse(BodyOf(answer));
  EXPECT_EQ(body.at("client_id"), kClient);
  EXPECT_EQ(body.at("x5t#S256"), Thumbprint(client_.certificate.get()));
  EXPECT_EQ(body.at("method"), "PUT");
  EXPECT_EQ(body.at("path"), "/secrets/a");
  EXPECT_EQ(body.at("target"), "/secrets/a?v=1");
  EXPECT_EQ(body.at("body_bytes"), 5);
  EXPECT_EQ(body.at("headers").at("X-Mine"), "yes");
  EXPECT_FALSE(body.at("headers").contains("Authorization"));
  EXPECT_TRUE(body.contains("hello"));
}

TEST_F(ResourceTest, TakesTheSchemeInAnyLetterCase) {
  EXPECT_EQ(StatusOf(Call(Authorization(Claims(), "MTLS_POP"), &client_)), 200);
}

TEST_F(ResourceTest, DeniesAStolenTokenWithoutTheCertificate) {
  ExpectDenied(Call(Authorization(Claims()), nullptr), "MissingClientCertificate");
}

TEST_F(ResourceTest, DeniesAStolenTokenOnAnotherCertificate) {
  const auto thief = world_.NewClient();  // the same key and name, another certificate
  ExpectDenied(Call(Authorization(Claims()), &thief), "WrongClientCertificate");
}

TEST_F(ResourceTest, DeniesTheBearerScheme) {
  ExpectDenied(Call(Authorization(Claims(), "Bearer"), &client_), "WrongScheme");
}

TEST_F(ResourceTest, DeniesACallWithoutAReadableToken) {
  ExpectDenied(Call("", &client_), "MissingToken");
  for (const auto* header : {"Authorization: mtls_pop\r\n", "Authorization: mtls_pop a.b.c\r\n",
                             "Authorization: mtls_pop opaque\r\n", "Authorization: mtls_pop ..\r\n"}) {
    ExpectDenied(Call(header, &client_), "InvalidToken");
  }
}

TEST_F(ResourceTest, DeniesATokenOfAnotherSigner) {
  const JwtSigner stranger;
  ExpectDenied(Call("Authorization: mtls_pop " + stranger.Sign(Claims()) + "\r\n", &client_), "InvalidToken");
}

TEST_F(ResourceTest, DeniesAnExpiredToken) {
  auto claims = Claims();
  claims["exp"] = claims.at("nbf").get<long>() - 1;
  ExpectDenied(Call(Authorization(claims), &client_), "TokenExpired");
  claims.erase("exp");
  ExpectDenied(Call(Authorization(claims), &client_), "TokenExpired");
}

TEST_F(ResourceTest, DeniesATokenOfTheFuture) {
  auto claims = Claims();
  claims["nbf"] = claims.at("exp");
  ExpectDenied(Call(Authorization(claims), &client_), "TokenNotYetValid");
}

TEST_F(ResourceTest, DeniesATokenThatIsNotBound) {
  auto claims = Claims();
  claims.erase("cnf");
  ExpectDenied(Call(Authorization(claims), &client_), "TokenNotBound");
}

TEST_F(ResourceTest, ForbidsATokenForAnotherResource) {
  auto claims = Claims();
  claims["aud"] = "https://other.example";
  EXPECT_EQ(StatusOf(Call(Authorization(claims), &client_)), 403);
}

TEST_F(ResourceTest, ChallengesATokenWithoutTheClaimThatAFaultDemands) {
  ASSERT_TRUE(world_.faults.Add("resource.call answer=claims:acrs:c1"));
  const auto denied = Call(Authorization(Claims()), &client_);
  EXPECT_EQ(StatusOf(denied), 401) << denied;
  EXPECT_THAT(denied, HasSubstr("WWW-Authenticate: mtls_pop error=\"insufficient_claims\""));
  auto claims = Claims();
  claims["acrs"] = "c1";
  EXPECT_EQ(StatusOf(Call(Authorization(claims), &client_)), 200);
  ExpectDenied(Call("", &client_), "MissingToken");
}

TEST_F(ResourceTest, AnswersAFaultOfAnotherOperationWith500) {
  ASSERT_TRUE(world_.faults.Add("*.* answer=windows"));
  EXPECT_EQ(StatusOf(Call(Authorization(Claims()), &client_)), 500);
}

TEST_F(ResourceTest, AsksInARenegotiationWhenTheHeaderWantsIt) {
  Start(AskForCertificate::kRenegotiation, true);
  ExpectDenied(Call(Authorization(Claims()), &client_), "MissingClientCertificate");
  EXPECT_EQ(StatusOf(Call("x-ms-tokenboundauth: true\r\n" + Authorization(Claims()), &client_)), 200);
  ExpectDenied(Call("x-ms-tokenboundauth: true\r\n" + Authorization(Claims()), nullptr),
               "MissingClientCertificate");
}

TEST_F(ResourceTest, WantsTheHeaderEvenWhereTheCertificateIsThereAlready) {
  Start(AskForCertificate::kHandshake, true);
  ExpectDenied(Call(Authorization(Claims()), &client_), "MissingClientCertificate");
}

}  // namespace
}  // namespace msiv2::emulator
