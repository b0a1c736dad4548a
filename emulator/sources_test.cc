// App Service, Machine Learning, Cloud Shell and IMDS as MSI v1 sources: what they serve and refuse.
#include "emulator/sources.h"

#include <gmock/gmock.h>

#include <regex>

#include "emulator/expiry_forms.h"
#include "emulator/testing/source_fixture.h"

namespace msiv2::emulator {
namespace {

using nlohmann::json;
using testing::ClaimsOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::SourceAnswer;
using testing::SourceAsk;

constexpr char kSystemClient[] = "99999999-8888-4777-8666-555555555555";
constexpr char kUserClient[] = "88888888-7777-4666-8555-444444444444";
constexpr char kUserObject[] = "88888888-0000-4666-8555-444444444444";

class Sources : public testing::SourceTest {
 protected:
  /// Get asks a source that has a secret and accepts GET.
  static SourceAnswer Get(const std::string& source, const std::string& query, const std::string& header,
                          const std::string& secret) {
    const std::string variable = source == "app-service" ? "IDENTITY_ENDPOINT" : "MSI_ENDPOINT";
    const std::string url = Variable(source, variable);
    return Ask(url, {"GET", Path(url) + query, {{header, secret}}});
  }
  static SourceAnswer AppService(const std::string& query) {
    return Get("app-service", query, "X-IDENTITY-HEADER", Variable("app-service", "IDENTITY_HEADER"));
  }
  static SourceAnswer Secret2017(const std::string& source, const std::string& query) {
    return Get(source, query, "secret", Variable(source, "MSI_SECRET"));
  }
  static SourceAnswer CloudShell(SourceAsk ask) {
    const std::string url = Variable("cloud-shell", "MSI_ENDPOINT");
    ask.path = Path(url) + ask.path;
    return Ask(url, ask);
  }
  static std::string UserResourceId() { return Identities().at(1).resource_id; }
};

TEST_F(Sources, AreAllDescribedByTheirVariables) {
  std::vector<std::string> described;
  for (const auto& [source, variables] : Running().endpoints().environment) {
    std::string text = source + ":";
    for (const auto& [name, value] : variables) {
      text += " " + name;
      EXPECT_FALSE(value.empty()) << source << " " << name;
    }
    described.push_back(text);
  }
  EXPECT_THAT(
      described,
      ElementsAre(
          "app-service: IDENTITY_ENDPOINT IDENTITY_HEADER",
          "app-service-2017: MSI_ENDPOINT MSI_SECRET WEBSITE_SITE_NAME",
          "arc: IDENTITY_ENDPOINT IMDS_ENDPOINT", "cloud-shell: MSI_ENDPOINT",
          "imds: AZURE_POD_IDENTITY_AUTHORITY_HOST",
          "machine-learning: DEFAULT_IDENTITY_CLIENT_ID MSI_ENDPOINT MSI_SECRET",
          "service-fabric: IDENTITY_ENDPOINT IDENTITY_HEADER IDENTITY_SERVER_THUMBPRINT",
          "service-fabric-http: IDENTITY_ENDPOINT IDENTITY_HEADER",
          "workload: AZURE_AUTHORITY_HOST AZURE_CLIENT_ID AZURE_FEDERATED_TOKEN_FILE AZURE_TENANT_ID"));
  const Endpoints attached = Attach(Running().endpoints().control).value();
  EXPECT_EQ(attached.environment, Running().endpoints().environment);
}

// N12.
TEST_F(Sources, IssueTokensThatSayWhatTheyAreAndWhoseKeysVerifyThem) {
  const std::string query = "?api-version=2019-08-01&resource=" + std::string(kResource);
  const std::string imds = Running().endpoints().imds;
  for (const SourceAnswer& answer :
       {AppService(query), Ask(imds, {"GET",
                                      "/metadata/identity/oauth2/token?api-version=2018-02-01&resource=" +
                                          std::string(kResource),
                                      {{"Metadata", "true"}}})}) {
    ASSERT_EQ(answer.status, 200) << answer.body;
    const json claims = ClaimsOf(answer.Json().at("access_token"));
    EXPECT_EQ(claims.at("xms_emulated"), true);
    const std::string issuer = claims.at("iss");
    EXPECT_EQ(Base(issuer), Running().endpoints().entra);
    const json document = Ask(issuer, {"GET", Path(issuer) + ".well-known/openid-configuration", {}}).Json();
    EXPECT_EQ(document.at("issuer"), issuer);
    const std::string keys = document.at("jwks_uri");
    EXPECT_FALSE(Ask(keys, {"GET", Path(keys), {}}).Json().at("keys").empty());
  }
}

TEST_F(Sources, RefuseANameThatIsNone) {
  EmulatorOptions options;
  options.sources = {"imds", "app-servce"};
  const auto refused = Emulator::Start(std::move(options));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidRequest);
  EXPECT_THAT(refused.error().message, HasSubstr("app-servce"));
  EXPECT_THAT(refused.error().message, HasSubstr("service-fabric"));
}

TEST_F(Sources, AppServiceIssuesATokenForEveryKindOfIdentity) {
  struct Row {
    std::string selector;
    std::string client_id;
  };
  for (const Row& row : {Row{"", kSystemClient}, Row{std::string("&client_id=") + kUserClient, kUserClient},
                         Row{std::string("&object_id=") + kUserObject, kUserClient},
                         Row{std::string("&principal_id=") + kUserObject, kUserClient},
                         Row{"&mi_res_id=" + UserResourceId(), kUserClient}}) {
    const auto answer =
        AppService("?api-version=2019-08-01&resource=https%3A%2F%2Fvault.azure.net" + row.selector);
    ASSERT_EQ(answer.status, 200) << row.selector << answer.body;
    const json body = answer.Json();
    EXPECT_EQ(body.at("client_id"), row.client_id);
    EXPECT_EQ(body.at("resource"), kResource);
    EXPECT_EQ(body.at("token_type"), "Bearer");
    EXPECT_FALSE(body.contains("expires_in"));
    const json claims = ClaimsOf(body.at("access_token").get<std::string>());
    EXPECT_EQ(claims.at("aud"), kResource);
    EXPECT_EQ(claims.at("appid"), row.client_id);
    EXPECT_EQ(body.at("expires_on"), std::to_string(claims.at("exp").get<std::int64_t>()));
  }
}

TEST_F(Sources, AppServiceRefusesInItsOwnForm) {
  struct Row {
    std::string query;
    std::string header;
    std::string secret;
    int status;
    std::string says;
  };
  const std::string secret = Variable("app-service", "IDENTITY_HEADER");
  const std::string good = "?api-version=2019-08-01&resource=r";
  const std::string name = "X-IDENTITY-HEADER";
  for (const Row& row : {
           Row{good, name, "wrong", 401, "X-IDENTITY-HEADER"},
           Row{good, name, "", 401, "X-IDENTITY-HEADER"},
           Row{good, "secret", secret, 401, "X-IDENTITY-HEADER"},
           Row{"?resource=r", name, secret, 400, "api-version"},
           Row{"?api-version=2017-09-01&resource=r", name, secret, 400, "api-version"},
           Row{good + "&api-version=2017-09-01", name, secret, 400, "api-version"},
           Row{"?api-version=2019-08-01", name, secret, 400, "resource"},
           Row{"?api-version=2019-08-01&resource=", name, secret, 400, "resource"},
           Row{good + "&resource=s", name, secret, 400, "resource"},
           Row{good + "&clientid=x", name, secret, 400, "clientid"},
           Row{good + "&msi_res_id=x", name, secret, 400, "msi_res_id"},
           Row{good + "&client_id=" + kUserClient + "&object_id=" + kUserObject, name, secret, 400,
               "one identity"},
           Row{good + "&client_id=unknown", name, secret, 400, "No Managed Identity found"},
           Row{good + "&client_id=", name, secret, 400, "No Managed Identity found"},
       }) {
    const auto answer = Get("app-service", row.query, row.header, row.secret);
    EXPECT_EQ(answer.status, row.status) << row.query;
    const json body = answer.Json();
    ASSERT_TRUE(body.is_object()) << answer.body;
    EXPECT_EQ(body.at("statusCode"), row.status);
    EXPECT_THAT(body.at("message").get<std::string>(), HasSubstr(row.says)) << row.query;
    EXPECT_FALSE(body.at("correlationId").get<std::string>().empty());
  }
}

TEST_F(Sources, ServeTheirPathAndMethodOnly) {
  const std::string url = Variable("app-service", "IDENTITY_ENDPOINT");
  const httplib::Headers headers = {{"X-IDENTITY-HEADER", Variable("app-service", "IDENTITY_HEADER")}};
  const std::string query = "?api-version=2019-08-01&resource=r";
  EXPECT_EQ(Ask(url, {"GET", "/MSI/token/" + query, headers}).status, 200) << "as Windows spells it";
  EXPECT_EQ(Ask(url, {"POST", Path(url) + query, headers, "a=b"}).status, 405);
  EXPECT_EQ(Ask(url, {"GET", "/metadata/identity/oauth2/token" + query, headers}).status, 404);
}

TEST_F(Sources, TheOldAppServiceWritesItsDate) {
  const auto answer = Secret2017("app-service-2017",
                                 "?api-version=2017-09-01&resource=r&clientid=" + std::string(kUserClient));
  ASSERT_EQ(answer.status, 200) << answer.body;
  const json body = answer.Json();
  const json claims = ClaimsOf(body.at("access_token").get<std::string>());
  EXPECT_EQ(claims.at("appid"), kUserClient);
  const auto end =
      std::chrono::system_clock::time_point(std::chrono::seconds(claims.at("exp").get<std::int64_t>()));
  EXPECT_EQ(body.at("expires_on"), WindowsDate(end));
  EXPECT_FALSE(body.contains("expires_in"));
}

TEST_F(Sources, MachineLearningNamesItsDefaultIdentity) {
  EXPECT_EQ(Variable("machine-learning", "DEFAULT_IDENTITY_CLIENT_ID"), kSystemClient);
  for (const std::string client : {kSystemClient, kUserClient}) {
    const auto answer =
        Secret2017("machine-learning", "?api-version=2017-09-01&resource=r&clientid=" + client);
    ASSERT_EQ(answer.status, 200) << answer.body;
    const json claims = ClaimsOf(answer.Json().at("access_token").get<std::string>());
    EXPECT_EQ(claims.at("appid"), client);
    EXPECT_EQ(answer.Json().at("expires_on"), std::to_string(claims.at("exp").get<std::int64_t>()));
  }
}

TEST_F(Sources, ThoseOf2017KnowClientIdsOnlyAndTheirOwnSecret) {
  struct Row {
    std::string query;
    int status;
    std::string says;
  };
  const std::string good = "?api-version=2017-09-01&resource=r";
  for (const std::string source : {"app-service-2017", "machine-learning"}) {
    for (const Row& row : {Row{"?api-version=2019-08-01&resource=r", 400, "api-version"},
                           Row{"?api-version=2017-09-01", 400, "resource"},
                           Row{good + "&client_id=" + kUserClient, 400, "client_id"},
                           Row{good + "&object_id=" + kUserObject, 400, "object_id"},
                           Row{good + "&mi_res_id=" + UserResourceId(), 400, "mi_res_id"},
                           Row{good + "&clientid=unknown", 400, "No Managed Identity found"},
                           Row{good + "&clientid=a&clientid=b", 400, "one identity"}}) {
      const auto answer = Secret2017(source, row.query);
      EXPECT_EQ(answer.status, row.status) << source << row.query;
      EXPECT_EQ(answer.Json().at("StatusCode"), row.status);
      EXPECT_THAT(answer.Json().at("Message").get<std::string>(), HasSubstr(row.says)) << source << row.query;
    }
    const std::string foreign = Variable("app-service", "IDENTITY_HEADER");
    EXPECT_EQ(Get(source, good, "secret", foreign).status, 401);
    EXPECT_EQ(Get(source, good, "X-IDENTITY-HEADER", Variable(source, "MSI_SECRET")).status, 401);
  }
}

TEST_F(Sources, CloudShellTakesAForm) {
  const httplib::Headers metadata = {{"Metadata", "true"}};
  const auto answer = CloudShell({"POST", "", metadata, "resource=https%3A%2F%2Fvault.azure.net"});
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.Json().at("resource"), kResource);
  EXPECT_EQ(answer.Json().at("expires_in"), "86400");
  EXPECT_EQ(ClaimsOf(answer.Json().at("access_token").get<std::string>()).at("appid"), kSystemClient);

  struct Row {
    SourceAsk ask;
    int status;
    std::string code;
  };
  for (const Row& row :
       {Row{{"POST", "", {}, "resource=r"}, 400, "MissingMetadataHeader"},
        Row{{"POST", "", {{"Metadata", "false"}}, "resource=r"}, 400, "MissingMetadataHeader"},
        Row{{"POST", "", metadata, "scope=r"}, 400, "AudienceNotSpecified"},
        Row{{"POST", "", metadata, "resource=r&client_id=x"}, 400, "IdentityNotSupported"},
        Row{{"POST", "?resource=r", metadata, "a=b"}, 400, "UnexpectedQuery"},
        Row{{"POST", "", metadata, "{\"resource\":\"r\"}", "application/json"}, 415, "UnsupportedMediaType"},
        Row{{"GET", "?resource=r", metadata}, 405, "MethodNotAllowed"}}) {
    const auto refused = CloudShell(row.ask);
    EXPECT_EQ(refused.status, row.status) << row.code;
    EXPECT_EQ(refused.Json().at("error").at("code"), row.code);
    EXPECT_FALSE(refused.Json().at("error").at("message").get<std::string>().empty());
  }
}

TEST_F(Sources, ImdsIsAmongThem) {
  const std::string url = Variable("imds", "AZURE_POD_IDENTITY_AUTHORITY_HOST");
  EXPECT_EQ(url, Running().endpoints().imds);
  const std::string path = "/metadata/identity/oauth2/token?api-version=2018-02-01&resource=";
  const httplib::Headers metadata = {{"Metadata", "true"}};
  EXPECT_EQ(Ask(url, {"GET", path + "r&msi_res_id=" + UserResourceId(), metadata}).Json().at("client_id"),
            kUserClient);
  EXPECT_EQ(Ask(url, {"GET", path + "r&mi_res_id=" + UserResourceId(), metadata}).status, 400);
  EXPECT_EQ(Ask(url, {"GET", path + "r&resource=s", metadata}).status, 400);
  EXPECT_EQ(Ask(url, {"GET", path + "r&api-version=2017-09-01", metadata}).status, 400);
  EXPECT_EQ(Ask(url, {"GET", path + "r", {}}).status, 400) << "a probe";
  const std::string slash = "/metadata/identity/oauth2/token/?api-version=2018-02-01&resource=r";
  EXPECT_EQ(Ask(url, {"GET", slash, metadata}).status, 200) << "as @azure/msal-node writes it";
}

TEST_F(Sources, FaultsStrikeOneSourceInItsOwnForm) {
  ASSERT_TRUE(Running().AddFault("app-service.token status=429 retry-after=7 count=1"));
  ASSERT_TRUE(Running().AddFault("machine-learning.token status=410 count=1"));
  ASSERT_TRUE(Running().AddFault("cloud-shell.token body=malformed count=1"));
  ASSERT_TRUE(Running().AddFault("app-service-2017.token body=oversized count=1"));
  const auto throttled = AppService("?api-version=2019-08-01&resource=r");
  EXPECT_EQ(throttled.status, 429);
  EXPECT_EQ(throttled.Header("Retry-After"), "7");
  EXPECT_THAT(throttled.Json().at("message").get<std::string>(), HasSubstr("fault rule"));
  EXPECT_EQ(AppService("?api-version=2019-08-01&resource=r").status, 200);
  EXPECT_EQ(Secret2017("machine-learning", "?api-version=2017-09-01&resource=r").status, 410);
  EXPECT_TRUE(CloudShell({"POST", "", {{"Metadata", "true"}}, "resource=r"}).Json().is_discarded());
  EXPECT_GT(Secret2017("app-service-2017", "?api-version=2017-09-01&resource=r").body.size(), 1U << 20);
  EXPECT_FALSE(Running().AddFault("app-service.token hang=handshake")) << "it speaks no TLS";
  EXPECT_FALSE(Running().AddFault("app-service.call status=500"));
}

TEST_F(Sources, ContentFaultsChangeTheExpiryInEveryForm) {
  struct Row {
    std::string fault;
    std::string member;
    std::string form;  ///< of the member's JSON
  };
  for (const Row& row :
       {Row{"expires-on-number", "expires_on", "[0-9]+"},
        Row{"expires-on-text", "expires_on", "\"[0-9]{10}\""},
        Row{"expires-on-relative", "expires_on", "\"86400\""},
        Row{"expires-on-iso", "expires_on", "\"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z\""},
        Row{"expires-on-windows-date", "expires_on",
            "\"[0-9]+/[0-9]+/[0-9]{4} [0-9]+:[0-9:]{5} [AP]M \\+00:00\""},
        Row{"expires-on-linux-date", "expires_on", "\"[0-9]{2}/[0-9]{2}/[0-9]{4} [0-9:]{8} \\+00:00\""},
        Row{"expires-in-only", "expires_in", "86400"}, Row{"bad-expires-on", "expires_on", "\"soon\""},
        Row{"refresh-in", "refresh_in", "\"43200\""}, Row{"empty-access-token", "access_token", "\"\""}}) {
    Running().ClearFaults();
    ASSERT_TRUE(Running().AddFault("app-service.token answer=" + row.fault));
    const json body = AppService("?api-version=2019-08-01&resource=r").Json();
    const std::string expiry = body.at(row.member).dump();
    EXPECT_TRUE(std::regex_match(expiry, std::regex(row.form))) << row.fault << ": " << expiry;
  }
  const auto without = [](const std::string& fault) {
    Running().ClearFaults();
    EXPECT_TRUE(Running().AddFault("app-service.token answer=" + fault));
    return AppService("?api-version=2019-08-01&resource=r");
  };
  EXPECT_FALSE(without("no-access-token").Json().contains("access_token"));
  EXPECT_FALSE(without("no-expires-on").Json().contains("expires_on"));
  EXPECT_TRUE(without("not-an-object").Json().is_array());
  EXPECT_LT(std::stoll(without("expired-token").Json().at("expires_on").get<std::string>()),
            std::time(nullptr));
  Running().ClearFaults();
  EXPECT_TRUE(Running().AddFault("*.* answer=windows"));
  EXPECT_EQ(AppService("?api-version=2019-08-01&resource=r").status, 500) << "a fault of another operation";
}

TEST_F(Sources, AreInTheLogWithoutTheirSecrets) {
  AppService("?api-version=2019-08-01&resource=r");
  Secret2017("app-service-2017", "?api-version=2017-09-01&resource=r");
  const auto log = Running().Log();
  ASSERT_EQ(log.size(), 2u);
  EXPECT_EQ(log[0].server, "app-service");
  EXPECT_EQ(log[0].path, "/msi/token");
  EXPECT_EQ(log[0].query, "api-version=2019-08-01&resource=r");
  EXPECT_EQ(log[0].status, 200);
  EXPECT_EQ(log[1].server, "app-service-2017");
  httplib::Client control(Running().endpoints().control);
  const std::string shown = control.Get("/log")->body;
  for (const auto& [source, variables] : Running().endpoints().environment) {
    for (const char* name : {"IDENTITY_HEADER", "MSI_SECRET"}) {
      const auto secret = variables.find(name);
      if (secret == variables.end()) continue;
      EXPECT_THAT(shown, Not(HasSubstr(secret->second))) << source;
    }
  }
}

TEST(ExpiryForms, AreThoseOfTheServices) {
  using std::chrono::system_clock;
  // 2020-01-16 05:24:12 UTC by `date -u -d @1579152252`; the texts are the services' documented examples.
  const auto morning = system_clock::from_time_t(1579152252);
  EXPECT_EQ(WindowsDate(morning), "1/16/2020 5:24:12 AM +00:00");
  EXPECT_EQ(LinuxDate(morning), "01/16/2020 05:24:12 +00:00");
  EXPECT_EQ(IsoDate(morning), "2020-01-16T05:24:12Z");
  EXPECT_EQ(WindowsDate(morning - std::chrono::hours(5)), "1/16/2020 12:24:12 AM +00:00");
  EXPECT_EQ(WindowsDate(morning + std::chrono::hours(7)), "1/16/2020 12:24:12 PM +00:00");
  EXPECT_EQ(WindowsDate(morning + std::chrono::hours(8)), "1/16/2020 1:24:12 PM +00:00");
}

}  // namespace
}  // namespace msiv2::emulator
