#include "emulator/entra_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "emulator/base64.h"
#include "emulator/bearer_token.h"
#include "emulator/testing/test_server.h"
#include "emulator/testing/tools.h"

namespace msiv2::emulator {
namespace {

using nlohmann::json;
using testing::BodyOf;
using ::testing::HasSubstr;
using testing::kClient;
using testing::kTenant;
using ::testing::StartsWith;
using testing::StatusOf;
using testing::TestClient;
using testing::WireClient;

constexpr const char* kResource = "https://vault.azure.net";

class EntraTest : public ::testing::Test {
 protected:
  void SetUp() override { Start(AskForCertificate::kHandshake); }

  void Start(AskForCertificate ask) {
    EntraServerOptions options;
    options.http = world_.Https("entra", ask);
    options.authority = &world_.authority;
    options.signer = &testing::TestWorld::Signer();
    options.tenant_id = kTenant;
    options.token_lifetime = std::chrono::hours(24);
    options.object_id_of = [](const std::string& id) { return id == kClient ? "the-object-id" : ""; };
    options.was_attested = [this](X509*) { return attested_; };
    auto started = StartEntraServer(std::move(options));
    ASSERT_TRUE(started) << started.error().message;
    server_ = std::move(*started);
    client_ = world_.NewClient();
  }

  static std::string Form(const std::string& token_type = "mtls_pop",
                          const std::string& resource = kResource) {
    return "client_id=" + std::string(kClient) + "&grant_type=client_credentials&scope=" + resource +
           "/.default&token_type=" + token_type;
  }

  static std::string TokenPath(const std::string& tenant = kTenant) {
    return "/" + tenant + "/oauth2/v2.0/token";
  }

  std::string Post(const TestClient* client, const std::string& form, const std::string& path = TokenPath()) {
    WireClient connection(testing::Connect(*server_, client));
    return connection.Exchange(testing::PostRequest(path, form));
  }

  json Token(const std::string& form = Form()) {
    const auto answer = Post(&client_, form);
    EXPECT_EQ(StatusOf(answer), 200) << answer;
    return json::parse(BodyOf(answer), nullptr, false);
  }

  static json ClaimsOf(const json& answer) {
    const auto token = answer.at("access_token").get<std::string>();
    const auto first = token.find('.');
    const auto second = token.find('.', first + 1);
    return json::parse(DecodeBase64Url(token.substr(first + 1, second - first - 1)).value_or("null"));
  }

  void ExpectRefused(const std::string& answer, int status, long code, const std::string& error) {
    EXPECT_EQ(StatusOf(answer), status) << answer;
    const auto body = json::parse(BodyOf(answer), nullptr, false);
    EXPECT_EQ(body.value("error", ""), error);
    EXPECT_EQ(body.value("error_codes", json()), json::array({code}));
    EXPECT_THAT(body.value("error_description", ""), StartsWith("AADSTS" + std::to_string(code) + ": "));
    for (const auto* name : {"timestamp", "trace_id", "correlation_id"})
      EXPECT_TRUE(body.contains(name)) << name;
  }

  void AddFault(const std::string& rule) {
    const auto added = world_.faults.Add(rule);
    ASSERT_TRUE(added) << added.error().message;
  }

  testing::TestWorld world_;
  TestClient client_;
  std::unique_ptr<HttpServer> server_;
  bool attested_ = true;
};

TEST_F(EntraTest, IssuesATokenBoundToTheCertificate) {
  const auto answer = Token();
  EXPECT_EQ(answer.at("token_type"), "mtls_pop");
  EXPECT_EQ(answer.at("expires_in"), 86400);
  EXPECT_FALSE(answer.contains("refresh_in"));
  const auto claims = ClaimsOf(answer);
  EXPECT_EQ(claims.at("aud"), kResource);
  EXPECT_EQ(claims.at("tid"), kTenant);
  EXPECT_EQ(claims.at("appid"), kClient);
  EXPECT_EQ(claims.at("oid"), "the-object-id");
  EXPECT_EQ(claims.at("xms_tbflags"), 2);
  EXPECT_EQ(claims.at("xms_emulated"), true);
  EXPECT_EQ(claims.at("exp").get<long>() - claims.at("iat").get<long>(), 86400);

  testing::WriteFile(testing::TempPath("leaf.pem"), CertificatePem(client_.certificate.get()));
  const auto thumbprint =
      testing::RunTool("openssl x509 -in " + testing::TempPath("leaf.pem") +
                       " -outform DER | openssl dgst -sha256 -binary | openssl base64 -A |"
                       " tr '+/' '-_' | tr -d '='");
  EXPECT_EQ(claims.at("cnf").at("x5t#S256"), thumbprint.out) << "by the openssl tool";
}

TEST_F(EntraTest, SignsWithTheKeyThatItsKeySetShows) {
  const auto token = Token().at("access_token").get<std::string>();
  WireClient connection(testing::Connect(*server_, nullptr));
  const auto keys = json::parse(
      BodyOf(connection.Exchange(testing::GetRequest("/" + std::string(kTenant) + "/discovery/v2.0/keys"))));
  const auto& key = keys.at("keys").at(0);

  // An RSA public key from n and e, in the syntax of `openssl asn1parse -genconf`.
  const auto hex = [](const std::string& base64url) {
    std::string text = "0x";
    for (const char letter : DecodeBase64Url(base64url).value_or("")) {
      const auto byte = static_cast<unsigned char>(letter);
      constexpr std::string_view kDigits = "0123456789ABCDEF";
      text += kDigits[byte >> 4U];
      text += kDigits[byte & 15U];
    }
    return text;
  };
  testing::WriteFile(
      testing::TempPath("key.conf"),
      "asn1=SEQUENCE:key\n[key]\nn=INTEGER:" + hex(key.at("n")) + "\ne=INTEGER:" + hex(key.at("e")) + "\n");
  const auto last_dot = token.rfind('.');
  testing::WriteFile(testing::TempPath("signed"), token.substr(0, last_dot));
  testing::WriteFile(testing::TempPath("signature"),
                     DecodeBase64Url(token.substr(last_dot + 1)).value_or(""));
  const auto verified = testing::RunTool(
      "cd $(dirname " + testing::TempPath("x") +
      ") && openssl asn1parse -genconf key.conf -noout -out key.der &&"
      " openssl rsa -RSAPublicKey_in -inform DER -in key.der -pubout -out key.pem 2>/dev/null &&"
      " openssl dgst -sha256 -verify key.pem -signature signature signed");
  EXPECT_THAT(verified.out, HasSubstr("Verified OK"));
}

TEST_F(EntraTest, MarksATokenOfAnUnattestedKey) {
  attested_ = false;
  EXPECT_EQ(ClaimsOf(Token()).at("xms_tbflags"), 0);
}

TEST_F(EntraTest, IssuesAPlainBearerTokenOverMtls) {
  const auto answer = Token(Form("bearer"));
  EXPECT_EQ(answer.at("token_type"), "Bearer");
  EXPECT_FALSE(ClaimsOf(answer).contains("cnf"));
}

TEST_F(EntraTest, RefusesAClientWithoutCertificateOverHttp) {
  ExpectRefused(Post(nullptr, Form()), 400, 392200, "invalid_request");
}

TEST_F(EntraTest, RefusesTheCertificateOfAnotherAuthority) {
  testing::TestWorld other;
  const auto stranger = other.NewClient();
  ExpectRefused(Post(&stranger, Form()), 400, 500181, "invalid_request");
}

TEST_F(EntraTest, RefusesTheCertificateOfAnotherClient) {
  const auto other = world_.NewClient("12121212-3434-4565-8787-909090909090");
  ExpectRefused(Post(&other, Form()), 400, 500181, "invalid_request");
}

TEST_F(EntraTest, RefusesAnExpiredCertificate) {
  const auto old = world_.NewClient(kClient, std::chrono::hours(48), std::chrono::hours(24));
  ExpectRefused(Post(&old, Form()), 401, 392204, "invalid_client");
}

TEST_F(EntraTest, RefusesARevokedCertificateOnAnOpenConnectionToo) {
  WireClient connection(testing::Connect(*server_, &client_));
  const auto request = testing::PostRequest(TokenPath(), Form());
  EXPECT_EQ(StatusOf(connection.Exchange(request)), 200);
  world_.authority.RevokeAll();
  ExpectRefused(connection.Exchange(request), 401, 1000614, "invalid_client");
}

TEST_F(EntraTest, RefusesWrongForms) {
  const std::string good = Form();
  const auto without = [&](const std::string& part) {
    return std::string(good).erase(good.find(part), part.size());
  };
  ExpectRefused(Post(&client_, without("grant_type=client_credentials&")), 400, 900144, "invalid_request");
  ExpectRefused(Post(&client_, without("client_id=" + std::string(kClient) + "&")), 400, 900144,
                "invalid_request");
  ExpectRefused(Post(&client_, without("&token_type=mtls_pop")), 400, 9002313, "invalid_request");
  ExpectRefused(Post(&client_, without("/.default")), 400, 1002012, "invalid_scope");
  ExpectRefused(Post(&client_, good + "&client_secret=x"), 401, 7000215, "invalid_client");
  ExpectRefused(Post(&client_, Form("pop")), 400, 9002313, "invalid_request");
  ExpectRefused(Post(&client_, Form("mtls_pop", "https://unknown.example")), 400, 50001, "invalid_resource");
  ExpectRefused(Post(&client_, good, TokenPath("common")), 400, 90002, "invalid_request");
  std::string other_grant = good;
  other_grant.replace(other_grant.find("client_credentials"), 18, "password");
  ExpectRefused(Post(&client_, other_grant), 400, 70003, "unsupported_grant_type");
}

TEST_F(EntraTest, AnswersAnyCodeThatARuleNames) {
  for (const long code : {1000610L, 1000611L, 1000612L, 1000613L, 1000614L}) {
    AddFault("entra.token answer=aadsts-" + std::to_string(code) + " count=1");
    ExpectRefused(Post(&client_, Form()), 401, code, "invalid_client");
  }
  AddFault("entra.token answer=aadsts-1000901 count=1");
  ExpectRefused(Post(&client_, Form()), 400, 1000901, "invalid_request");
  AddFault("entra.token answer=aadsts-123456 count=1");
  ExpectRefused(Post(&client_, Form()), 400, 123456, "invalid_request");
}

TEST_F(EntraTest, AnswersInvalidClientWithoutCodes) {
  AddFault("entra.token answer=invalid-client");
  const auto answer = Post(&client_, Form());
  EXPECT_EQ(StatusOf(answer), 401);
  EXPECT_EQ(json::parse(BodyOf(answer)).at("error_codes"), json::array());
}

TEST_F(EntraTest, PutsTheClaimsThatAreAskedForIntoTheToken) {
  const auto claims =
      ClaimsOf(Token(Form() + "&claims=%7B%22access_token%22%3A%7B%22acrs%22%3A%7B%22value%22%3A%22c1"
                              "%22%7D%2C%22aud%22%3A%7B%22value%22%3A%22x%22%7D%7D%7D"));
  EXPECT_EQ(claims.at("acrs"), "c1");
  EXPECT_EQ(claims.at("aud"), kResource) << "a caller cannot change what Entra says itself";
  ExpectRefused(Post(&client_, Form() + "&claims=acrs"), 400, 9002313, "invalid_request");
}

TEST_F(EntraTest, PlaysEveryContentFault) {
  const auto with = [this](const std::string& fault, const std::string& form = Form()) {
    AddFault("entra.token answer=" + fault + " count=1");
    return Token(form);
  };
  EXPECT_EQ(with("bearer").at("token_type"), "Bearer");
  EXPECT_EQ(with("pop-for-bearer", Form("bearer")).at("token_type"), "mtls_pop");
  EXPECT_EQ(ClaimsOf(with("wrong-cnf")).at("cnf").at("x5t#S256"), std::string(43, 'A'));
  EXPECT_FALSE(ClaimsOf(with("no-cnf")).contains("cnf"));
  EXPECT_THAT(with("opaque").at("access_token").get<std::string>(), StartsWith("opaque-"));
  EXPECT_FALSE(with("no-access-token").contains("access_token"));
  EXPECT_FALSE(with("no-expires").contains("expires_in"));
  EXPECT_EQ(with("refresh-in").at("refresh_in"), 43200);
  EXPECT_EQ(ClaimsOf(with("wrong-audience")).at("aud"), "https://other.example");
  const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  EXPECT_LT(ClaimsOf(with("expired")).at("exp"), now);
  EXPECT_GT(ClaimsOf(with("skew")).at("nbf"), now + 3000);
  EXPECT_FALSE(
      testing::TestWorld::Signer().Verify(with("foreign-signature").at("access_token").get<std::string>()));
}

TEST_F(EntraTest, SaysWhenAContentFaultIsOfAnotherOperation) {
  AddFault("*.* answer=windows");
  const auto answer = Post(&client_, Form());
  EXPECT_EQ(StatusOf(answer), 500);
  EXPECT_THAT(answer, HasSubstr("unknown content fault: windows"));
}

TEST_F(EntraTest, WorksWhereItRenegotiatesAndWhereItAuthenticatesAfterTheHandshake) {
  for (const auto ask : {AskForCertificate::kRenegotiation, AskForCertificate::kPostHandshake}) {
    Start(ask);
    EXPECT_EQ(Token().at("token_type"), "mtls_pop");
    ExpectRefused(Post(nullptr, Form()), 400, 392200, "invalid_request");
  }
}

TEST_F(EntraTest, DescribesItself) {
  WireClient connection(testing::Connect(*server_, nullptr));
  const auto document = json::parse(BodyOf(connection.Exchange(
      testing::GetRequest("/" + std::string(kTenant) + "/v2.0/.well-known/openid-configuration"))));
  EXPECT_EQ(document.at("token_endpoint"), server_->url() + TokenPath());
  EXPECT_EQ(document.at("issuer"), ClaimsOf(Token()).at("iss"));
}

// N12.
TEST_F(EntraTest, DescribesTheIssuerOfBearerTokens) {
  WireClient connection(testing::Connect(*server_, nullptr));
  const auto document = json::parse(BodyOf(connection.Exchange(
      testing::GetRequest("/" + std::string(kTenant) + "/.well-known/openid-configuration"))));
  EXPECT_EQ(document.at("issuer"), BearerIssuer(server_->url(), kTenant));
}

TEST_F(EntraTest, LogsWhetherACertificateCame) {
  Token();
  EXPECT_TRUE(world_.log.Entries().back().client_certificate);
  Post(nullptr, Form());
  EXPECT_FALSE(world_.log.Entries().back().client_certificate);
  EXPECT_EQ(world_.log.Entries().back().status, 400);
}

}  // namespace
}  // namespace msiv2::emulator
