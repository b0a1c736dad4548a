// Service Fabric: the certificate behind the thumbprint, the documented errors, revocation.
#include <gmock/gmock.h>

#include "emulator/sources.h"
#include "emulator/testing/source_fixture.h"
#include "emulator/testing/tools.h"

namespace msiv2::emulator {
namespace {

using nlohmann::json;
using testing::ClaimsOf;
using ::testing::HasSubstr;
using testing::RunTool;
using testing::SourceAnswer;
using testing::TempPath;

class ServiceFabric : public testing::SourceTest {
 protected:
  static std::string Url() { return Variable("service-fabric", "IDENTITY_ENDPOINT"); }
  static SourceAnswer Get(const std::string& query, const std::string& secret) {
    return Ask(Url(), {"GET", Path(Url()) + query, {{"Secret", secret}}});
  }
  static SourceAnswer Get(const std::string& more) {
    return Get("?api-version=2020-05-01&resource=" + std::string(kResource) + more,
               Variable("service-fabric", "IDENTITY_HEADER"));
  }
  static std::string Token(const std::string& more) {
    const auto answer = Get(more);
    EXPECT_EQ(answer.status, 200) << more << answer.body;
    return answer.Json().at("access_token").get<std::string>();
  }
  /// Sha256 is the openssl tool's hash of a text, in lower-case hex digits.
  static std::string Sha256(const std::string& text) {
    testing::WriteFile(TempPath("token"), text);
    return RunTool("openssl dgst -sha256 -r '" + TempPath("token") + "'").out.substr(0, 64);
  }
};

TEST_F(ServiceFabric, TheThumbprintIsThatOfItsOwnCertificate) {
  const std::string host = Base(Url()).substr(8);
  const auto shown =
      RunTool("openssl s_client -connect " + host + " </dev/null 2>/dev/null | openssl x509 -out '" +
              TempPath("sf.pem") + "' && openssl x509 -in '" + TempPath("sf.pem") +
              "' -noout -fingerprint -sha1 | tr -d :");
  EXPECT_THAT(shown.out, HasSubstr("=" + Variable("service-fabric", "IDENTITY_SERVER_THUMBPRINT") + "\n"));
  testing::WriteFile(TempPath("ca.pem"), Running().endpoints().ca_pem);
  const auto trusted =
      RunTool("openssl verify -CAfile '" + TempPath("ca.pem") + "' '" + TempPath("sf.pem") + "'");
  EXPECT_NE(trusted.status, 0) << "nothing but the thumbprint identifies it: " << trusted.out;
  EXPECT_THAT(RunTool("openssl x509 -in '" + TempPath("sf.pem") + "' -noout -checkip 127.0.0.1").out,
              HasSubstr("does NOT match"));
}

TEST_F(ServiceFabric, WritesTheExpiryAsANumber) {
  for (const std::string version : {"2020-05-01", "2019-07-01-preview"}) {
    const auto answer =
        Get("?api-version=" + version + "&resource=r", Variable("service-fabric", "IDENTITY_HEADER"));
    ASSERT_EQ(answer.status, 200) << answer.body;
    EXPECT_TRUE(answer.Json().at("expires_on").is_number_integer());
    EXPECT_EQ(answer.Json().at("token_type"), "Bearer");
    EXPECT_EQ(answer.Json().at("expires_on"),
              ClaimsOf(answer.Json().at("access_token").get<std::string>()).at("exp"));
  }
}

TEST_F(ServiceFabric, KnowsAnIdentityByItsObjectId) {
  EXPECT_EQ(ClaimsOf(Token("&principalId=" + Identities().at(1).object_id)).at("appid"),
            Identities().at(1).client_id);
  EXPECT_EQ(ClaimsOf(Token("")).at("appid"), Identities().at(0).client_id);
}

TEST_F(ServiceFabric, RefusesWithItsDocumentedCodes) {
  struct Row {
    std::string query;
    std::string secret;
    int status;
    std::string code;
  };
  const std::string secret = Variable("service-fabric", "IDENTITY_HEADER");
  const std::string good = "?api-version=2020-05-01&resource=r";
  const std::string hash(64, 'a');
  for (const Row& row :
       {Row{good, "", 400, "SecretHeaderNotFound"}, Row{good, "wrong", 404, "ManagedIdentityNotFound"},
        Row{"?resource=r", secret, 400, "InvalidApiVersion"},
        Row{"?api-version=2019-08-01&resource=r", secret, 400, "InvalidApiVersion"},
        Row{"?api-version=2020-05-01", secret, 400, "ArgumentNullOrEmpty"},
        Row{good + "&client_id=x", secret, 400, "InvalidArgument"},
        Row{good + "&object_id=x", secret, 400, "InvalidArgument"},
        Row{good + "&mi_res_id=x", secret, 400, "InvalidArgument"},
        Row{good + "&principalId=unknown", secret, 404, "ManagedIdentityNotFound"},
        Row{good + "&token_sha256_to_refresh=" + hash.substr(1), secret, 400, "InvalidArgument"},
        Row{good + "&token_sha256_to_refresh=" + std::string(64, 'A'), secret, 400, "InvalidArgument"},
        Row{good + "&token_sha256_to_refresh=", secret, 400, "InvalidArgument"},
        Row{good + "&xms_cc=", secret, 400, "InvalidArgument"},
        Row{good + "&xms_cc=cp1,,cp2", secret, 400, "InvalidArgument"}}) {
    const auto answer = Get(row.query, row.secret);
    EXPECT_EQ(answer.status, row.status) << row.query;
    const json error = answer.Json().at("error");
    EXPECT_EQ(error.at("code"), row.code) << row.query;
    EXPECT_FALSE(error.at("message").get<std::string>().empty());
    EXPECT_FALSE(error.at("correlationId").get<std::string>().empty());
  }
}

TEST_F(ServiceFabric, KeepsATokenUntilItsHashIsNamed) {
  const std::string resource = "&principalId=" + Identities().at(0).object_id + "&xms_cc=cp1,cp2";
  const std::string first = Token(resource);
  EXPECT_EQ(ClaimsOf(first).at("xms_cc"), json({"cp1", "cp2"}));
  EXPECT_EQ(Token(resource), first);
  const std::string second = Token(resource + "&token_sha256_to_refresh=" + Sha256(first));
  EXPECT_NE(second, first);
  EXPECT_EQ(Token(resource + "&token_sha256_to_refresh=" + Sha256(first)), second)
      << "another caller may have been first";
  EXPECT_EQ(Token(resource), second);
}

TEST_F(ServiceFabric, AKeptTokenIsReplacedAtHalfOfItsLife) {
  const std::string first = Token("&xms_cc=half");
  Running().SetClockOffset(std::chrono::hours(11));
  EXPECT_EQ(Token("&xms_cc=half"), first);
  Running().SetClockOffset(std::chrono::hours(13));
  EXPECT_NE(Token("&xms_cc=half"), first);
  Running().SetClockOffset(std::chrono::seconds(0));
}

TEST_F(ServiceFabric, HasFaultsOfTheHandshakeToo) {
  ASSERT_TRUE(Running().AddFault("service-fabric.token reset=before-certificate count=1"));
  EXPECT_EQ(Get("").status, 0);
  EXPECT_EQ(Get("").status, 200);
  ASSERT_TRUE(Running().AddFault("service-fabric.token status=503 count=1"));
  EXPECT_EQ(Get("").Json().at("error").at("code"), "emulated_fault");
}

}  // namespace
}  // namespace msiv2::emulator
