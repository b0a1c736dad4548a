#include "emulator/imds_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/pem.h>

#include <nlohmann/json.hpp>

#include "emulator/base64.h"
#include "emulator/identities.h"
#include "emulator/testing/test_server.h"
#include "emulator/testing/tools.h"

namespace msiv2::emulator {
namespace {

using nlohmann::json;
using std::chrono::system_clock;
using testing::CsrRecipe;
using ::testing::HasSubstr;

constexpr char kMetadata[] = "/metadata/identity/getplatformmetadata?cred-api-version=2.0";
constexpr char kIssue[] = "/metadata/identity/issuecredential?cred-api-version=2.0";
constexpr char kV1[] =
    "/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https://vault.azure.net";
constexpr char kUserClient[] = "88888888-7777-4666-8555-444444444444";
constexpr char kUserObject[] = "88888888-0000-4666-8555-444444444444";
const httplib::Headers kHeaders = {{"Metadata", "true"}, {"x-ms-client-request-id", "12345"}};

struct ReadAnswer {
  int status = 0;
  std::string server;
  json body;
};

class ImdsServer : public ::testing::Test {
 protected:
  void Start(const std::function<void(ImdsServerOptions&)>& change = [](ImdsServerOptions&) {}) {
    ImdsServerOptions options;
    options.http = world_.Http("imds");
    options.http.now = [this] { return now_; };
    options.tenant_id = testing::kTenant;
    options.vm_id = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee";
    options.identities = DefaultIdentities;
    options.attestation_endpoint = "https://127.0.0.1:1001";
    options.entra_endpoint = "https://127.0.0.1:1002";
    options.token_lifetime = std::chrono::hours(24);
    options.issuer = &issuer_;
    options.attestation_signer = options.token_signer = &testing::TestWorld::Signer();
    change(options);
    server_ = StartImdsServer(std::move(options)).value();
  }

  static ReadAnswer Read(const httplib::Result& result) {
    if (!result) return {};
    return {result->status, result->get_header_value("Server"), json::parse(result->body, nullptr, false)};
  }
  ReadAnswer Get(const std::string& path, const httplib::Headers& headers = kHeaders) {
    return Read(httplib::Client(server_->url()).Get(path, headers));
  }
  ReadAnswer Post(const std::string& path, const std::string& body,
                  const std::string& type = "application/json; charset=utf-8") {
    return Read(httplib::Client(server_->url()).Post(path, kHeaders, body, type));
  }

  /// Csr returns a valid CSR in base64, with one key for the whole test.
  std::string Csr() {
    if (recipe_.key_file.empty()) recipe_.key_file = testing::MakeRsaKeyFile();
    return EncodeBase64(recipe_.Der());
  }
  json Statement(std::chrono::seconds life = std::chrono::hours(8)) {
    return {{"exp", system_clock::to_time_t(now_ + life)},
            {"x-ms-runtime", {{"keys", json::array({KeyJwk()})}}}};
  }
  json KeyJwk() {
    if (recipe_.key_file.empty()) recipe_.key_file = testing::MakeRsaKeyFile();
    const BioHandle file(BIO_new_file(recipe_.key_file.c_str(), "rb"));
    return RsaJwk(KeyHandle(PEM_read_bio_PrivateKey(file.get(), nullptr, nullptr, nullptr)).get());
  }
  ReadAnswer Issue(const json& body, const std::string& more = {}) {
    return Post(kIssue + more, body.dump());
  }
  static std::string Reason(const ReadAnswer& answer) {
    return answer.body.is_object() ? answer.body.value("error_description", "") : "";
  }
  ReadAnswer IssueWithToken(const std::string& token) {
    return Issue({{"csr", Csr()}, {"attestation_token", token}});
  }
  ReadAnswer WithFault(const std::string& operation, const std::string& name) {
    world_.faults.Clear();
    EXPECT_TRUE(world_.faults.Add("imds." + operation + " answer=" + name));
    return operation == "issuecredential" ? Issue({{"csr", Csr()}}) : Get(kMetadata);
  }

  testing::TestWorld world_;
  CredentialIssuer issuer_{world_.authority, std::chrono::hours(168)};
  CsrRecipe recipe_;
  system_clock::time_point now_ = system_clock::now();
  std::unique_ptr<HttpServer> server_;
};

TEST_F(ImdsServer, DescribesThePlatformInBothSpellings) {
  Start();
  for (const std::string path : {"getplatformmetadata", "getPlatformMetadata"}) {
    const auto answer = Get("/metadata/identity/" + path + "?cred-api-version=2.0");
    EXPECT_EQ(answer.status, 200) << path;
    EXPECT_EQ(answer.server, "IMDS/150.870.65.2153");
    EXPECT_EQ(answer.body, json({{"clientId", testing::kClient},
                                 {"tenantId", testing::kTenant},
                                 {"cuId", {{"vmId", "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"}}},
                                 {"attestationEndpoint", "https://127.0.0.1:1001"}}));
  }
}

TEST_F(ImdsServer, AnswersAProbeWith400) {
  Start();
  const auto probe = Get(kMetadata, {{"x-ms-client-request-id", "12345"}});
  EXPECT_EQ(probe.status, 400);
  EXPECT_EQ(probe.server, "IMDS/150.870.65.2153");
  EXPECT_EQ(probe.body.at("correlationId"), "12345");
  EXPECT_EQ(Get(kMetadata, {{"Metadata", "yes"}, {"x-ms-client-request-id", "1"}}).status, 400);
}

TEST_F(ImdsServer, RefusesAV2RequestWithoutItsId) {
  Start();
  EXPECT_THAT(Reason(Get(kMetadata, {{"Metadata", "true"}})), HasSubstr("x-ms-client-request-id"));
}

TEST_F(ImdsServer, RefusesARequestThroughAProxy) {
  Start();
  httplib::Headers headers = kHeaders;
  headers.emplace("X-Forwarded-For", "10.0.0.1");
  EXPECT_EQ(Get(kMetadata, headers).status, 400);
}

TEST_F(ImdsServer, RefusesAnotherCredentialApiVersion) {
  Start();
  for (const char* query :
       {"", "?cred-api-version=1.0", "?cred-api-version=", "?cred-api-version=2.0&cred-api-version=1.0"}) {
    const auto answer = Get(std::string("/metadata/identity/getplatformmetadata") + query);
    EXPECT_EQ(answer.status, 400) << query;
    EXPECT_EQ(Reason(answer), "cred-api-version must be 2.0");
  }
}

TEST_F(ImdsServer, SelectsAnIdentityByEachOfItsNames) {
  Start();
  const std::string resource = DefaultIdentities().at(1).resource_id;
  for (const std::string& selector :
       {std::string("&client_id=") + kUserClient, std::string("&object_id=") + kUserObject,
        "&mi_res_id=" + resource, std::string("&client_id=88888888-7777-4666-8555-444444444444")}) {
    const auto answer = Get(kMetadata + selector);
    EXPECT_EQ(answer.status, 200) << selector;
    EXPECT_EQ(answer.body.value("clientId", ""), kUserClient);
  }
}

TEST_F(ImdsServer, RefusesIdentitiesThatAreNotThere) {
  Start();
  for (const char* selector :
       {"&client_id=00000000-0000-4000-8000-000000000000", "&object_id=x", "&mi_res_id=/x", "&client_id="}) {
    const auto answer = Get(std::string(kMetadata) + selector);
    EXPECT_EQ(answer.status, 400) << selector;
    EXPECT_EQ(answer.body.value("error", ""), "identity_not_found") << selector;
  }
}

TEST_F(ImdsServer, RefusesTwoSelectorsAndTheV1Spelling) {
  Start();
  const auto two = Get(std::string(kMetadata) + "&client_id=" + kUserClient + "&object_id=" + kUserObject);
  EXPECT_EQ(two.status, 400);
  EXPECT_THAT(Reason(two), HasSubstr("Only one of"));
  EXPECT_THAT(Reason(Get(std::string(kMetadata) + "&msi_res_id=/x")), HasSubstr("mi_res_id"));
}

TEST_F(ImdsServer, AHostWithoutASystemAssignedIdentityHasNone) {
  Start([](ImdsServerOptions& options) {
    options.identities = [] { return std::vector{DefaultIdentities().at(1)}; };
  });
  EXPECT_EQ(Get(kMetadata).body.value("error", ""), "identity_not_found");
}

TEST_F(ImdsServer, AnMsiV1HostAnswers404OnV2PathsOnly) {
  Start([](ImdsServerOptions& options) { options.v1_only = true; });
  EXPECT_EQ(Get(kMetadata, {}).status, 404);
  EXPECT_EQ(Issue({{"csr", "x"}}).status, 404);
  EXPECT_EQ(Get(kV1).status, 200);
}

TEST_F(ImdsServer, KnowsItsMethodsAndPaths) {
  Start();
  EXPECT_EQ(Post(kMetadata, "{}").status, 405);
  EXPECT_EQ(Get(kIssue).status, 405);
  EXPECT_EQ(Get("/metadata/identity/nothing").status, 404);
  EXPECT_EQ(Get("/metadata/identity/nothing").server, "IMDS/150.870.65.2153");
}

TEST_F(ImdsServer, RefusesAnOversizedBody) {
  Start([](ImdsServerOptions& options) { options.http.largest_body = 1000; });
  EXPECT_EQ(Post(kIssue, std::string(2000, ' ')).status, 413);
}

TEST_F(ImdsServer, TheV1TokenIsASignedJwtForTheResource) {
  Start();
  const auto answer = Get(kV1, {{"Metadata", "true"}});
  ASSERT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body.at("token_type"), "Bearer");
  EXPECT_EQ(answer.body.at("resource"), "https://vault.azure.net");
  EXPECT_EQ(answer.body.at("expires_in"), "86400");
  EXPECT_EQ(answer.body.at("expires_on"), std::to_string(system_clock::to_time_t(now_) + 86400));
  const auto claims = testing::TestWorld::Signer().Verify(answer.body.at("access_token").get<std::string>());
  ASSERT_TRUE(claims);
  EXPECT_EQ(claims->at("aud"), "https://vault.azure.net");
  EXPECT_EQ(claims->at("appid"), testing::kClient);
  EXPECT_EQ(claims->at("tid"), testing::kTenant);
}

TEST_F(ImdsServer, TheV1EndpointRefusesIncompleteRequests) {
  Start();
  const std::string path = "/metadata/identity/oauth2/token";
  EXPECT_EQ(Get(kV1, {}).status, 400);
  EXPECT_EQ(Get(path + "?resource=r").status, 400);
  EXPECT_EQ(Get(path + "?api-version=2018-02-01").body.value("error", ""), "invalid_resource");
  EXPECT_EQ(Get(std::string(kV1) + "&client_id=x").body.value("error", ""), "identity_not_found");
  EXPECT_EQ(Get(std::string(kV1) + "&msi_res_id=" + DefaultIdentities().at(1).resource_id).status, 200);
}

TEST_F(ImdsServer, DescribesTheHost) {
  Start();
  const auto answer = Get("/metadata/instance/compute?api-version=2021-02-01", {{"Metadata", "true"}});
  EXPECT_EQ(answer.body.value("osType", ""), "Linux");
  EXPECT_EQ(answer.body.at("securityProfile").at("securityType"), "TrustedLaunch");
  EXPECT_EQ(Get("/metadata/instance/compute").status, 400);
  EXPECT_EQ(Get("/metadata/instance/compute?api-version=2021-02-01", {}).status, 400);
}

TEST_F(ImdsServer, IssuesACertificateThatTheOpensslToolVerifies) {
  Start();
  const auto answer = Issue({{"csr", Csr()}});
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.server, "IMDS/150.870.65.2153");
  EXPECT_EQ(answer.body.at("client_id"), testing::kClient);
  EXPECT_EQ(answer.body.at("tenant_id"), testing::kTenant);
  EXPECT_EQ(answer.body.at("identity_type"), "SystemAssigned");
  EXPECT_EQ(answer.body.at("mtls_authentication_endpoint"), "https://127.0.0.1:1002");

  testing::WriteFile(testing::TempPath("leaf.der"),
                     *DecodeBase64(answer.body.at("certificate").get<std::string>()));
  testing::WriteFile(testing::TempPath("ca.pem"), world_.authority.Pem());
  const auto convert = testing::RunTool("openssl x509 -inform DER -in '" + testing::TempPath("leaf.der") +
                                        "' -out '" + testing::TempPath("leaf.pem") + "'");
  ASSERT_EQ(convert.status, 0) << convert.out;
  const auto verify =
      testing::RunTool("openssl verify -purpose sslclient -CAfile '" + testing::TempPath("ca.pem") + "' '" +
                       testing::TempPath("leaf.pem") + "'");
  EXPECT_EQ(verify.status, 0) << verify.out;
  const auto text =
      testing::RunTool("openssl x509 -in '" + testing::TempPath("leaf.pem") + "' -noout -subject -modulus");
  EXPECT_THAT(
      text.out,
      HasSubstr("DC = 11111111-2222-4333-8444-555555555555, CN = 99999999-8888-4777-8666-555555555555"));
  EXPECT_THAT(text.out, HasSubstr(testing::ModulusHex(recipe_.key_file)));
  const auto week =
      testing::RunTool("openssl x509 -in '" + testing::TempPath("leaf.pem") + "' -noout -checkend 604700");
  EXPECT_EQ(week.status, 0) << week.out;
}

TEST_F(ImdsServer, AUserAssignedIdentityGetsACertificateInItsName) {
  Start();
  recipe_.client = std::string("PRINTABLESTRING:") + kUserClient;
  const auto answer = Issue({{"csr", Csr()}}, std::string("&client_id=") + kUserClient);
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.body.at("identity_type"), "UserAssigned");
  EXPECT_EQ(Issue({{"csr", Csr()}}).status, 400);
}

TEST_F(ImdsServer, GivesTheSameCertificateForTheSameKeyUnlessBypassed) {
  Start();
  const std::string csr = Csr();
  const auto first = Issue({{"csr", csr}}).body.at("certificate");
  EXPECT_EQ(Issue({{"csr", Csr()}}).body.at("certificate"), first);
  const auto bypassed = Issue({{"csr", csr}}, "&bypass_cache=true").body.at("certificate");
  EXPECT_NE(bypassed, first);
  EXPECT_EQ(Issue({{"csr", csr}}).body.at("certificate"), bypassed);
  now_ += std::chrono::hours(85);
  EXPECT_NE(Issue({{"csr", csr}}).body.at("certificate"), bypassed);
}

TEST_F(ImdsServer, RefusesBodiesThatAreNotACredentialRequest) {
  Start();
  EXPECT_EQ(Reason(Post(kIssue, "not json")), "The body is not a JSON object");
  EXPECT_EQ(Reason(Post(kIssue, "[]")), "The body is not a JSON object");
  EXPECT_THAT(Reason(Issue({{"certificate_request", "x"}})), HasSubstr("csr is missing"));
  EXPECT_THAT(Reason(Issue({{"csr", 7}})), HasSubstr("csr is missing"));
  EXPECT_EQ(Post(kIssue, "{}", "text/plain").status, 415);
}

TEST_F(ImdsServer, RefusesACsrInAnotherTransportForm) {
  Start();
  const std::string csr = Csr();
  std::string url_form = EncodeBase64Url(*DecodeBase64(csr));
  for (const std::string& text : {csr + "\n", csr.substr(0, 64) + "\n" + csr.substr(64), std::string(),
                                  url_form, "-----BEGIN CERTIFICATE REQUEST-----\n" + csr}) {
    EXPECT_EQ(Reason(Issue({{"csr", text}})), "The CSR is not one line of standard base64");
  }
}

TEST_F(ImdsServer, RefusesAWrongCsrWithTheReason) {
  Start();
  recipe_.sha256_parameters = "NULL";
  const auto answer = Issue({{"csr", Csr()}});
  EXPECT_EQ(answer.status, 400);
  EXPECT_THAT(Reason(answer), HasSubstr("The CSR is refused: the RSASSA-PSS identifier"));
}

TEST_F(ImdsServer, AcceptsAStatementForTheKey) {
  Start([](ImdsServerOptions& options) { options.require_attestation = true; });
  const auto answer = IssueWithToken(testing::TestWorld::Signer().Sign(Statement()));
  ASSERT_EQ(answer.status, 200) << answer.body;
  ASSERT_EQ(world_.log.Entries().size(), 1u);
  EXPECT_TRUE(world_.log.Entries().front().had_attestation_token);
  const std::string der = *DecodeBase64(answer.body.at("certificate").get<std::string>());
  const auto* in = reinterpret_cast<const unsigned char*>(der.data());
  EXPECT_TRUE(
      issuer_.WasAttested(CertificateHandle(d2i_X509(nullptr, &in, static_cast<long>(der.size()))).get()));
}

TEST_F(ImdsServer, RefusesAMissingStatementWhereItIsRequired) {
  Start([](ImdsServerOptions& options) { options.require_attestation = true; });
  const auto answer = Issue({{"csr", Csr()}});
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.body.at("error"), "invalid_request");
  EXPECT_EQ(Reason(answer), "Attestation Token is missing / empty in the issue credential request");
}

TEST_F(ImdsServer, RefusesAnEmptyStatementEvenWhereNoneIsRequired) {
  Start();
  for (const json& token : {json(""), json(nullptr), json(7)}) {
    EXPECT_EQ(Reason(Issue({{"csr", Csr()}, {"attestation_token", token}})),
              "Attestation Token is missing / empty in the issue credential request");
  }
}

TEST_F(ImdsServer, RefusesStatementsThatDoNotAttestTheKey) {
  Start();
  const JwtSigner& signer = testing::TestWorld::Signer();
  EXPECT_THAT(Reason(IssueWithToken("a.b.c")), HasSubstr("not signed by the attestation service"));
  EXPECT_THAT(Reason(IssueWithToken(JwtSigner().Sign(Statement()))),
              HasSubstr("not signed by the attestation service"));
  EXPECT_THAT(Reason(IssueWithToken(signer.Sign(Statement(std::chrono::seconds(-1))))), HasSubstr("expired"));
  EXPECT_THAT(Reason(IssueWithToken(signer.Sign({{"exp", 9999999999}}))), HasSubstr("names no key"));
  json other = Statement();
  other["x-ms-runtime"]["keys"][0] = RsaJwk(NewRsaKey().get());
  EXPECT_THAT(Reason(IssueWithToken(signer.Sign(other))), HasSubstr("another key"));
}

TEST_F(ImdsServer, EveryMetadataFaultChangesTheAnswer) {
  Start();
  const json good = Get(kMetadata).body;
  for (const char* name :
       {"no-client-id",      "no-tenant-id",      "no-cuid",           "empty-cuid",
        "blank-cuid",        "bad-client-id",     "bad-tenant-id",     "number-client-id",
        "other-client-id",   "other-tenant-id",   "not-an-object",     "no-endpoint",
        "empty-endpoint",    "http-endpoint",     "userinfo-endpoint", "backslash-endpoint",
        "portless-endpoint", "odd-port-endpoint", "foreign-endpoint",  "dead-endpoint"}) {
    const auto answer = WithFault("getplatformmetadata", name);
    EXPECT_EQ(answer.status, 200) << name;
    EXPECT_NE(answer.body, good) << name;
  }
  EXPECT_EQ(WithFault("getplatformmetadata", "foreign-server").server, "nginx");
  EXPECT_EQ(WithFault("*", "windows").status, 500) << "a fault of another operation";
}

TEST_F(ImdsServer, EveryCredentialFaultChangesTheAnswer) {
  Start();
  const json good = Issue({{"csr", Csr()}}).body;
  for (const char* name : {"no-client-id",
                           "no-tenant-id",
                           "no-certificate",
                           "no-identity-type",
                           "empty-certificate",
                           "text-certificate",
                           "garbage-certificate",
                           "pem-certificate",
                           "trailing-certificate",
                           "other-client-id",
                           "other-tenant-id",
                           "not-an-object",
                           "no-endpoint",
                           "http-endpoint",
                           "wrong-key",
                           "wrong-cn",
                           "wrong-eku",
                           "wrong-key-usage",
                           "sha1-certificate",
                           "expired-certificate",
                           "future-certificate",
                           "ending-certificate",
                           "clock-skew"}) {
    const auto answer = WithFault("issuecredential", name);
    EXPECT_EQ(answer.status, 200) << name;
    EXPECT_NE(answer.body, good) << name;
  }
  world_.faults.Clear();
  EXPECT_TRUE(world_.faults.Add("imds.* answer=windows"));
  EXPECT_EQ(Issue({{"csr", Csr()}}).status, 500) << "a fault of another operation";
  world_.faults.Clear();
  EXPECT_EQ(Issue({{"csr", Csr()}}).body, good) << "a faulty certificate must not stay in the cache";
}

TEST_F(ImdsServer, CanRefuseTheBypassParameter) {
  Start();
  ASSERT_TRUE(world_.faults.Add("imds.issuecredential answer=no-bypass-cache"));
  EXPECT_EQ(Issue({{"csr", Csr()}}, "&bypass_cache=true").status, 400);
  EXPECT_EQ(Issue({{"csr", Csr()}}).status, 200);
}

}  // namespace
}  // namespace msiv2::emulator
