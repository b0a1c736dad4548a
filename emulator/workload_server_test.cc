// Kubernetes workload identity: a client assertion from a file for a bearer token.
#include "emulator/workload_server.h"

#include <gmock/gmock.h>

#include "emulator/testing/source_fixture.h"
#include "emulator/testing/tools.h"

namespace msiv2::emulator {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::ReadFile;
using testing::RunTool;
using testing::SourceAnswer;
using ::testing::StartsWith;
using testing::TempPath;

class Workload : public testing::SourceTest {
 protected:
  using Form = std::map<std::string, std::string>;

  static std::string Host() { return Variable("workload", "AZURE_AUTHORITY_HOST"); }
  static std::string Assertion() { return ReadFile(Variable("workload", "AZURE_FEDERATED_TOKEN_FILE")); }
  static Form Good() {
    return {{"grant_type", "client_credentials"},
            {"client_id", Variable("workload", "AZURE_CLIENT_ID")},
            {"scope", "https://vault.azure.net/.default"},
            {"client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
            {"client_assertion", Assertion()}};
  }
  static SourceAnswer Post(const Form& form,
                           const std::string& tenant = Variable("workload", "AZURE_TENANT_ID")) {
    std::string body;
    for (const auto& [name, value] : form) body += (body.empty() ? "" : "&") + name + "=" + value;
    return Ask(Host(), {"POST", "/" + tenant + "/oauth2/v2.0/token", {}, body});
  }
  static SourceAnswer PostWith(const std::string& name, const std::string& value) {
    Form form = Good();
    form[name] = value;
    return Post(form);
  }
  static int Aadsts(const SourceAnswer& answer) {
    const json codes = answer.Json().value("error_codes", json::array());
    return codes.empty() ? 0 : codes.at(0).get<int>();
  }
};

TEST_F(Workload, TheCurlToolGetsATokenForTheFile) {
  testing::WriteFile(TempPath("ca.pem"), Running().endpoints().ca_pem);
  const auto tool =
      RunTool("curl -s -S --noproxy '*' --cacert '" + TempPath("ca.pem") +
              "' --data grant_type=client_credentials --data-urlencode scope=https://vault.azure.net/.default"
              " --data client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
              " --data client_id=" +
              Variable("workload", "AZURE_CLIENT_ID") + " --data-urlencode client_assertion@'" +
              Variable("workload", "AZURE_FEDERATED_TOKEN_FILE") + "' " + Host() +
              Variable("workload", "AZURE_TENANT_ID") + "/oauth2/v2.0/token");
  const json body = json::parse(tool.out, nullptr, false);
  ASSERT_TRUE(body.is_object()) << tool.out;
  EXPECT_EQ(body.at("token_type"), "Bearer") << tool.out;
  EXPECT_EQ(body.at("expires_in"), 86400);
  const json claims = testing::ClaimsOf(body.at("access_token").get<std::string>());
  EXPECT_EQ(claims.at("aud"), kResource);
  EXPECT_EQ(claims.at("appid"), Identities().at(1).client_id) << "a pod has a user-assigned identity";
}

TEST_F(Workload, TheAssertionIsOneOfKubernetes) {
  const json claims = testing::ClaimsOf(Assertion());
  EXPECT_EQ(claims.at("aud"), json({"api://AzureADTokenExchange"}));
  EXPECT_THAT(claims.at("sub").get<std::string>(), StartsWith("system:serviceaccount:"));
  EXPECT_EQ(claims.at("exp").get<std::int64_t>() - claims.at("iat").get<std::int64_t>(), 86400);
}

TEST_F(Workload, RefusesAsEntraDoes) {
  EXPECT_EQ(Aadsts(Post(Good(), "22222222-2222-4333-8444-555555555555")), 90002);
  EXPECT_EQ(Aadsts(PostWith("grant_type", "authorization_code")), 70003);
  EXPECT_EQ(Aadsts(PostWith("scope", "https://vault.azure.net")), 1002012);
  EXPECT_EQ(Aadsts(PostWith("client_id", "")), 900144);
  EXPECT_EQ(Aadsts(PostWith("client_id", "unknown")), 700016);
  EXPECT_EQ(Aadsts(PostWith("client_secret", "x")), 7000215);
  EXPECT_EQ(Aadsts(PostWith("client_assertion_type", "jwt")), 900144);
  const auto malformed = PostWith("client_assertion", "word");
  EXPECT_EQ(Aadsts(malformed), 50027);
  EXPECT_EQ(malformed.status, 401);
  EXPECT_EQ(malformed.Json().at("error"), "invalid_client");
  EXPECT_EQ(Aadsts(PostWith("client_assertion", "")), 50027);
  const std::string good = Assertion();
  EXPECT_EQ(Aadsts(PostWith("client_assertion", testing::ClaimsOf(good).dump() + "..")), 50027);
  std::string tampered = good;
  tampered[tampered.rfind('.') + 5] = tampered[tampered.rfind('.') + 5] == 'A' ? 'B' : 'A';
  EXPECT_EQ(Aadsts(PostWith("client_assertion", tampered)), 700027);
  EXPECT_EQ(Post(Good()).status, 200);
}

TEST_F(Workload, AnotherIssuersTokenIsRefused) {
  // Signed by the emulated Entra, not by the cluster: a token of the right form with a foreign signature.
  const std::string imds = Running().endpoints().imds;
  const auto token =
      Ask(imds, {"GET",
                 "/metadata/identity/oauth2/token?api-version=2018-02-01&resource=api://AzureADTokenExchange",
                 {{"Metadata", "true"}}});
  EXPECT_EQ(Aadsts(PostWith("client_assertion", token.Json().at("access_token").get<std::string>())), 700027);
}

TEST_F(Workload, AnAssertionEndsWithItsLifeAndNotWithItsFile) {
  const std::string old = Assertion();
  Running().SetClockOffset(std::chrono::hours(25));
  EXPECT_EQ(Aadsts(Post(Good())), 700024);
  ASSERT_TRUE(Running().RotateFederatedToken());
  EXPECT_EQ(Post(Good()).status, 200);
  Running().SetClockOffset(std::chrono::seconds(0));
  EXPECT_EQ(Aadsts(Post(Good())), 700024) << "not valid yet";
  EXPECT_EQ(httplib::Client(Running().endpoints().control).Post("/rotate-federated-token")->status, 204);
  EXPECT_EQ(Post(Good()).status, 200);
  EXPECT_NE(Assertion(), old);
  EXPECT_EQ(PostWith("client_assertion", old).status, 200) << "the file has another one now";
}

TEST_F(Workload, TheFileIsPrivateAndNotInTheLog) {
  const auto tool = RunTool("stat -c %a '" + Variable("workload", "AZURE_FEDERATED_TOKEN_FILE") + "'");
  EXPECT_EQ(tool.out, "600\n");
  Post(Good());
  const std::string log = httplib::Client(Running().endpoints().control).Get("/log")->body;
  EXPECT_THAT(log, HasSubstr("\"server\":\"workload\""));
  EXPECT_THAT(log, Not(HasSubstr(Assertion())));
}

TEST_F(Workload, HasFaults) {
  ASSERT_TRUE(Running().AddFault("workload.token answer=aadsts-700213 count=1"));
  const auto refused = Post(Good());
  EXPECT_EQ(Aadsts(refused), 700213);
  EXPECT_EQ(refused.status, 401);
  ASSERT_TRUE(Running().AddFault("workload.token answer=no-access-token count=1"));
  EXPECT_FALSE(Post(Good()).Json().contains("access_token"));
  ASSERT_TRUE(Running().AddFault("workload.token answer=no-expires-on count=1"));
  EXPECT_FALSE(Post(Good()).Json().contains("expires_in"));
  ASSERT_TRUE(Running().AddFault("*.* answer=windows count=1"));
  EXPECT_EQ(Post(Good()).status, 500);
}

TEST_F(Workload, DescribesItself) {
  const std::string tenant = Variable("workload", "AZURE_TENANT_ID");
  const json document =
      Ask(Host(), {"GET", "/" + tenant + "/v2.0/.well-known/openid-configuration", {}}).Json();
  EXPECT_EQ(document.at("token_endpoint"), Host() + tenant + "/oauth2/v2.0/token");
  // What OpenID Connect Discovery 1.0 requires of the document, section 3.
  for (const char* name : {"issuer", "authorization_endpoint", "response_types_supported",
                           "subject_types_supported", "id_token_signing_alg_values_supported"}) {
    EXPECT_TRUE(document.contains(name)) << name;
  }
  EXPECT_EQ(document.at("jwks_uri"), Host() + tenant + "/discovery/v2.0/keys");
  const json keys = Ask(Host(), {"GET", "/" + tenant + "/discovery/v2.0/keys", {}}).Json();
  EXPECT_EQ(keys.at("keys").at(0).at("kty"), "RSA");
}

TEST(WorkloadRotation, NeedsTheSource) {
  const auto emulator = Emulator::Start().value();
  const auto refused = emulator->RotateFederatedToken();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidRequest);
  EXPECT_EQ(httplib::Client(emulator->endpoints().control).Post("/rotate-federated-token")->status, 400);
  EXPECT_TRUE(emulator->endpoints().environment.empty());
}

}  // namespace
}  // namespace msiv2::emulator
