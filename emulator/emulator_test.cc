#include "emulator/emulator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "emulator/base64.h"
#include "emulator/testing/tools.h"

namespace msiv2::emulator {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using testing::TempPath;

/// Curl runs the curl tool and returns its output: the answer's body, then its status.
std::string Curl(const std::string& arguments) {
  const auto result = testing::RunTool("curl -s -S --noproxy '*' -w '%{http_code}' " + arguments);
  return result.out;
}

json BodyOf(const std::string& answer) {
  return json::parse(answer.size() < 3 ? "" : answer.substr(0, answer.size() - 3), nullptr, false);
}
std::string StatusOf(const std::string& answer) {
  return answer.size() < 3 ? "" : answer.substr(answer.size() - 3);
}

class EmulatorRun : public ::testing::Test {
 protected:
  void Start(EmulatorOptions options = {}) {
    emulator_ = Emulator::Start(std::move(options)).value();
    testing::WriteFile(TempPath("ca.pem"), emulator_->endpoints().ca_pem);
    recipe_.key_file = testing::MakeRsaKeyFile();
  }
  const Endpoints& At() const { return emulator_->endpoints(); }
  std::string Tls() const { return "--cacert '" + TempPath("ca.pem") + "' "; }
  std::string Mtls() const {
    return Tls() + "--cert '" + TempPath("leaf.pem") + "' --key '" + recipe_.key_file + "' ";
  }

  /// GetCertificate does step 5 with curl and writes the certificate to leaf.pem.
  void GetCertificate(const std::string& query = {}) {
    testing::WriteFile(TempPath("body.json"), json({{"csr", EncodeBase64(recipe_.Der())}}).dump());
    const std::string answer = Curl(
        "-H 'Metadata: true' -H 'x-ms-client-request-id: 1' -H 'Content-Type: application/json' "
        "--data-binary '@" +
        TempPath("body.json") + "' '" + At().imds +
        "/metadata/identity/issuecredential?cred-api-version=2.0" + query + "'");
    ASSERT_EQ(StatusOf(answer), "200") << answer;
    const json body = BodyOf(answer);
    EXPECT_EQ(body.at("mtls_authentication_endpoint"), At().entra);
    testing::WriteFile(TempPath("leaf.der"), *DecodeBase64(body.at("certificate").get<std::string>()));
    const auto tool = testing::RunTool("openssl x509 -inform DER -in '" + TempPath("leaf.der") + "' -out '" +
                                       TempPath("leaf.pem") + "'");
    ASSERT_EQ(tool.status, 0) << tool.out;
  }

  /// GetToken does step 7 with curl.
  std::string GetToken(const std::string& options) {
    return Curl(options +
                "--data "
                "'grant_type=client_credentials&token_type=mtls_pop&scope=https://vault.azure.net/"
                ".default&client_id=" +
                At().client_id + "' '" + At().entra + "/" + At().tenant_id + "/oauth2/v2.0/token'");
  }

  std::unique_ptr<Emulator> emulator_;
  testing::CsrRecipe recipe_;
};

TEST_F(EmulatorRun, TheOpensslAndCurlToolsGetAndUseABoundToken) {
  Start();
  GetCertificate();
  const std::string answer = GetToken(Mtls());
  ASSERT_EQ(StatusOf(answer), "200") << answer;
  const std::string token = BodyOf(answer).at("access_token").get<std::string>();
  EXPECT_EQ(BodyOf(answer).at("token_type"), "mtls_pop");

  const auto digest = testing::RunTool("openssl dgst -sha256 -binary -out '" + TempPath("x5t") + "' '" +
                                       TempPath("leaf.der") + "'");
  ASSERT_EQ(digest.status, 0) << digest.out;
  const std::size_t dot = token.find('.');
  const json claims = json::parse(*DecodeBase64Url(token.substr(dot + 1, token.rfind('.') - dot - 1)));
  EXPECT_EQ(claims.at("cnf").at("x5t#S256"), EncodeBase64Url(testing::ReadFile(TempPath("x5t"))));

  const std::string call = "-H 'Authorization: mtls_pop " + token + "' '" + At().resource + "/secrets/x'";
  EXPECT_EQ(StatusOf(Curl(Mtls() + call)), "200");
  EXPECT_EQ(StatusOf(Curl(Tls() + call)), "401") << "a stolen token is useless";
}

TEST_F(EmulatorRun, RevocationEndsACertificateAndBypassGetsAnother) {
  Start();
  GetCertificate();
  ASSERT_EQ(StatusOf(GetToken(Mtls())), "200");
  EXPECT_EQ(StatusOf(Curl("-X POST '" + At().control + "/revoke'")), "204");
  EXPECT_NE(StatusOf(GetToken(Mtls())), "200");
  GetCertificate();
  EXPECT_NE(StatusOf(GetToken(Mtls())), "200") << "IMDS gives the revoked certificate again";
  GetCertificate("&bypass_cache=true");
  EXPECT_EQ(StatusOf(GetToken(Mtls())), "200");
}

TEST_F(EmulatorRun, ACertificateWithoutAnAuthorityIsRefused) {
  Start();
  const auto tool = testing::RunTool("openssl req -x509 -new -subj /CN=x -key '" + recipe_.key_file +
                                     "' -out '" + TempPath("leaf.pem") + "'");
  ASSERT_EQ(tool.status, 0) << tool.out;
  EXPECT_NE(StatusOf(GetToken(Mtls())), "200");
  EXPECT_NE(StatusOf(GetToken(Tls())), "200");
}

TEST_F(EmulatorRun, AttachReadsTheEndpointsOfARunningEmulator) {
  Start();
  const Endpoints read = Attach(At().control + "/").value();
  EXPECT_EQ(EndpointsJson(read), EndpointsJson(At()));
  EXPECT_EQ(read.ca_pem, At().ca_pem);
  EXPECT_THAT(read.imds, HasSubstr("http://127.0.0.1:"));
  EXPECT_THAT(read.entra, HasSubstr("https://127.0.0.1:"));
  EXPECT_EQ(read.client_id, "99999999-8888-4777-8666-555555555555");
}

TEST_F(EmulatorRun, AttachRefusesAnotherServer) {
  Start();
  for (const std::string& url :
       {At().imds, At().entra, std::string("http://127.0.0.1:1"), std::string("nonsense"), std::string()}) {
    const auto refused = Attach(url);
    ASSERT_FALSE(refused) << url;
    EXPECT_EQ(refused.error().code, ErrorCode::kInvalidRequest);
  }
}

// N12.
TEST_F(EmulatorRun, TheControlEndpointScriptsFaultsAndShowsTheLog) {
  Start();
  const std::string control = At().control;
  EXPECT_EQ(Curl(control + "/health"), "{\"status\":\"ok\",\"hanging\":0}\n200");
  const std::string added =
      Curl("--data-binary '# a comment\n\nimds.* status=503 count=1\n' " + control + "/faults");
  EXPECT_EQ(StatusOf(added), "200") << added;
  EXPECT_EQ(BodyOf(Curl(control + "/faults")).at("faults"), json({"imds.* status=503 count=1"}));

  const std::string metadata =
      "'" + At().imds + "/metadata/identity/getplatformmetadata?cred-api-version=2.0'";
  EXPECT_EQ(StatusOf(Curl(metadata)), "503");
  EXPECT_TRUE(BodyOf(Curl(control + "/faults")).at("faults").empty()) << "the rule is used up";
  EXPECT_EQ(StatusOf(Curl(metadata)), "400");
  const json log = BodyOf(Curl(control + "/log"));
  ASSERT_EQ(log.size(), 2u);
  EXPECT_EQ(log.at(0).at("status"), 503);
  EXPECT_EQ(log.at(0).at("fault"), "imds.* status=503 count=1");
  EXPECT_EQ(log.at(1).at("path"), "/metadata/identity/getplatformmetadata");
  EXPECT_EQ(emulator_->Log().size(), 2u);

  EXPECT_EQ(StatusOf(Curl("-X DELETE " + control + "/log")), "204");
  EXPECT_EQ(StatusOf(Curl("-X DELETE " + control + "/faults")), "204");
  EXPECT_TRUE(emulator_->Log().empty());
  EXPECT_TRUE(BodyOf(Curl(control + "/faults")).at("faults").empty());
}

TEST_F(EmulatorRun, TheControlEndpointNamesAWrongRule) {
  Start();
  const std::string answer = Curl("--data-binary 'imds.* nonsense=1' " + At().control + "/faults");
  EXPECT_EQ(StatusOf(answer), "400");
  EXPECT_THAT(answer, HasSubstr("nonsense"));
}

TEST_F(EmulatorRun, TheServicesClockCanRunAhead) {
  EmulatorOptions options;
  options.clock_offset = std::chrono::hours(2);
  Start(std::move(options));
  GetCertificate();
  const auto now =
      testing::RunTool("openssl verify -CAfile '" + TempPath("ca.pem") + "' '" + TempPath("leaf.pem") + "'");
  EXPECT_THAT(now.out, HasSubstr("not yet valid"));
}

TEST(EmulatorStart, RefusesOptionsThatCannotWork) {
  const auto refused = [](const std::function<void(EmulatorOptions&)>& change) {
    EmulatorOptions options;
    change(options);
    const auto started = Emulator::Start(std::move(options));
    return !started && started.error().code == ErrorCode::kInvalidRequest;
  };
  EXPECT_TRUE(refused([](EmulatorOptions& o) { o.faults = {"nonsense"}; }));
  EXPECT_TRUE(refused([](EmulatorOptions& o) { o.vm_id.clear(); }));
  EXPECT_TRUE(refused([](EmulatorOptions& o) { o.tenant_id.clear(); }));
  EXPECT_TRUE(refused([](EmulatorOptions& o) { o.identities = {EmulatedIdentity{}}; }));
}

TEST(EmulatorStart, RefusesAPortThatIsTaken) {
  const auto first = Emulator::Start().value();
  EmulatorOptions options;
  options.imds_port = static_cast<std::uint16_t>(std::stoi(first->endpoints().imds.substr(17)));
  const auto second = Emulator::Start(std::move(options));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kInvalidRequest);
}

}  // namespace
}  // namespace msiv2::emulator
