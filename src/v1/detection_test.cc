// Which source is chosen, by the order of the specification.
#include <gtest/gtest.h>

#include <map>

#include "v1/sources.h"

namespace msiv2::v1 {
namespace {

using Variables = std::map<std::string, std::string>;

HostEnvironment HostWith(const Variables& variables, bool arc_agent = false) {
  const auto environment = [&](const char* name) -> std::optional<std::string> {
    const auto entry = variables.find(name);
    if (entry == variables.end()) return std::nullopt;
    return entry->second;
  };
  HostEnvironment host = ReadHostEnvironment(ClientOptions{}, environment);
  host.arc_agent_file = arc_agent ? "." : "no-such-file";  // "." is there on every system
  return host;
}

const Variables kEverything = {
    {"IDENTITY_ENDPOINT", "https://i/"}, {"IDENTITY_HEADER", "h"}, {"IDENTITY_SERVER_THUMBPRINT", "t"},
    {"IMDS_ENDPOINT", "http://x/"},      {"MSI_ENDPOINT", "m"},    {"MSI_SECRET", "s"},
    {"WEBSITE_SITE_NAME", "w"},
};

Variables Without(Variables variables, std::initializer_list<const char*> names) {
  for (const char* name : names) variables.erase(name);
  return variables;
}

struct Row {
  const char* name;
  Variables variables;
  bool arc_agent;
  IdentitySource source;
  bool named = true;
};

TEST(Detection, FollowsTheOrder) {
  const Row rows[] = {
      {"everything", kEverything, true, IdentitySource::kServiceFabric},
      {"no thumbprint", Without(kEverything, {"IDENTITY_SERVER_THUMBPRINT"}), true,
       IdentitySource::kAppService},
      {"old App Service", Without(kEverything, {"IDENTITY_HEADER"}), true, IdentitySource::kAppService2017},
      {"no site", Without(kEverything, {"IDENTITY_HEADER", "WEBSITE_SITE_NAME"}), true,
       IdentitySource::kMachineLearning},
      {"no secret", Without(kEverything, {"IDENTITY_HEADER", "MSI_SECRET"}), true,
       IdentitySource::kCloudShell},
      {"no MSI", Without(kEverything, {"IDENTITY_HEADER", "MSI_ENDPOINT"}), false, IdentitySource::kAzureArc},
      {"agent only", {}, true, IdentitySource::kAzureArc},
      {"nothing", {}, false, IdentitySource::kImds, false},
      {"IMDS by name",
       {{"AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://127.0.0.1:1"}},
       false,
       IdentitySource::kImds},
      {"Machine Learning",
       {{"MSI_ENDPOINT", "m"}, {"MSI_SECRET", "s"}, {"DEFAULT_IDENTITY_CLIENT_ID", "d"}},
       false,
       IdentitySource::kMachineLearning},
      {"empty is not set",
       {{"IDENTITY_ENDPOINT", "x"}, {"IDENTITY_HEADER", ""}},
       false,
       IdentitySource::kImds,
       false},
      {"a thumbprint alone", {{"IDENTITY_SERVER_THUMBPRINT", "t"}}, false, IdentitySource::kImds, false},
  };
  for (const Row& row : rows) {
    const Choice choice = ChooseSource(HostWith(row.variables, row.arc_agent), std::nullopt, false);
    EXPECT_EQ(Name(choice.source->id), Name(row.source)) << row.name;
    EXPECT_EQ(choice.named, row.named) << row.name;
  }
}

// F7. Header and thumbprint, each set or not, at the path of Service Fabric; and the path of App Service.
TEST(Detection, TellsServiceFabricInPlainHttpFromAppServiceByItsPath) {
  const char* const fabric = "http://127.0.0.1:2377/metadata/identity/oauth2/token";
  const Row rows[] = {
      {"header",
       {{"IDENTITY_ENDPOINT", fabric}, {"IDENTITY_HEADER", "h"}},
       false,
       IdentitySource::kServiceFabric},
      {"header and thumbprint",
       {{"IDENTITY_ENDPOINT", fabric}, {"IDENTITY_HEADER", "h"}, {"IDENTITY_SERVER_THUMBPRINT", "t"}},
       false,
       IdentitySource::kServiceFabric},
      {"neither", {{"IDENTITY_ENDPOINT", fabric}}, false, IdentitySource::kImds, false},
      {"thumbprint",
       {{"IDENTITY_ENDPOINT", fabric}, {"IDENTITY_SERVER_THUMBPRINT", "t"}},
       false,
       IdentitySource::kImds,
       false},
      {"the agent of Azure Arc",
       {{"IDENTITY_ENDPOINT", fabric}, {"IMDS_ENDPOINT", "http://x/"}},
       false,
       IdentitySource::kAzureArc},
      {"https",
       {{"IDENTITY_ENDPOINT", "https://localhost:2377/metadata/identity/oauth2/token"},
        {"IDENTITY_HEADER", "h"}},
       false,
       IdentitySource::kServiceFabric},
      {"App Service",
       {{"IDENTITY_ENDPOINT", "http://127.0.0.1:41564/msi/token"}, {"IDENTITY_HEADER", "h"}},
       false,
       IdentitySource::kAppService},
      {"a longer path",
       {{"IDENTITY_ENDPOINT", std::string(fabric) + "/x"}, {"IDENTITY_HEADER", "h"}},
       false,
       IdentitySource::kAppService},
  };
  for (const Row& row : rows) {
    const HostEnvironment host = HostWith(row.variables, row.arc_agent);
    const Choice choice = ChooseSource(host, std::nullopt, false);
    EXPECT_EQ(Name(choice.source->id), Name(row.source)) << row.name;
    EXPECT_EQ(choice.named, row.named) << row.name;
    const bool app_service = row.source == IdentitySource::kAppService;
    EXPECT_EQ(kAppService.detect(host).state, app_service ? SourceState::kFound : SourceState::kAbsent);
  }
}

TEST(Detection, WorkloadIdentityComesFirstWhereTheCallerAllowsIt) {
  Variables variables = kEverything;
  variables["AZURE_FEDERATED_TOKEN_FILE"] = "/f";
  variables["AZURE_CLIENT_ID"] = "c";
  variables["AZURE_TENANT_ID"] = "t";
  EXPECT_EQ(ChooseSource(HostWith(variables), std::nullopt, true).source, &kWorkloadIdentity);
  EXPECT_EQ(ChooseSource(HostWith(variables), std::nullopt, false).source, &kServiceFabric);
}

// U6. Each set of the three variables that is not the whole.
TEST(Detection, AnIncompleteWorkloadIdentityIsChosenWhereItIsAllowedAndAWarningElsewhere) {
  struct PartRow {
    Variables variables;
    bool incomplete;
    const char* missing;  // what the warning names
  };
  const std::pair<const std::string, std::string> file{"AZURE_FEDERATED_TOKEN_FILE", "/f"};
  const std::pair<const std::string, std::string> client{"AZURE_CLIENT_ID", "c"};
  const std::pair<const std::string, std::string> tenant{"AZURE_TENANT_ID", "t"};
  const PartRow rows[] = {
      {{file}, true, "without AZURE_CLIENT_ID and AZURE_TENANT_ID"},
      {{file, client}, true, "without AZURE_TENANT_ID"},
      {{file, tenant}, true, "without AZURE_CLIENT_ID,"},
      {{client}, false, "next to AZURE_CLIENT_ID,"},
      {{tenant}, false, "next to AZURE_TENANT_ID,"},
      {{client, tenant}, false, "next to AZURE_CLIENT_ID and AZURE_TENANT_ID,"},
  };
  for (const PartRow& row : rows) {
    Variables variables = kEverything;
    variables.insert(row.variables.begin(), row.variables.end());
    const HostEnvironment host = HostWith(variables);
    const Choice allowed = ChooseSource(host, std::nullopt, true);
    // Without the file they may belong to another credential: the next source serves, with a warning.
    EXPECT_EQ(allowed.source, row.incomplete ? &kWorkloadIdentity : &kServiceFabric) << row.missing;
    EXPECT_TRUE(allowed.named);
    EXPECT_EQ(allowed.incomplete, row.incomplete);
    EXPECT_TRUE(MayServe(allowed, host));
    EXPECT_EQ(ChooseSource(host, IdentitySource::kWorkloadIdentity, false).incomplete, row.incomplete);
    const auto findings = FindSources(host, std::nullopt, true);
    EXPECT_EQ(findings.front().state, SourceState::kAbsent);
    EXPECT_NE(findings.front().warning.find(row.missing), std::string::npos) << findings.front().warning;
    EXPECT_EQ(SourceWarnings(host, true), std::vector<std::string>{findings.front().warning});

    EXPECT_EQ(ChooseSource(host, std::nullopt, false).source, &kServiceFabric) << row.missing;
    const auto elsewhere = FindSources(host, std::nullopt, false);
    EXPECT_EQ(elsewhere.front().warning, row.incomplete ? findings.front().warning : "");
    EXPECT_EQ(SourceWarnings(host, false).size(), row.incomplete ? 1U : 0U);
  }
}

// U6. A forced source is asked for by name too, and the file alone makes nothing.
TEST(Detection, AWorkloadIdentityIsLocatedOnlyWhereNothingIsMissing) {
  const char* const id = "dddddddd-eeee-4fff-8000-111111111111";
  const char* const tenant = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee";
  struct LocateRow {
    Variables variables;
    ManagedIdentityId identity;
    const char* refused_for;  // empty: located
  };
  const LocateRow rows[] = {
      {{{"AZURE_FEDERATED_TOKEN_FILE", "/f"}, {"AZURE_CLIENT_ID", id}, {"AZURE_TENANT_ID", tenant}}, {}, ""},
      {{{"AZURE_FEDERATED_TOKEN_FILE", "/f"}, {"AZURE_TENANT_ID", tenant}},
       ManagedIdentityId::ClientId(id),
       ""},
      {{{"AZURE_CLIENT_ID", id}, {"AZURE_TENANT_ID", tenant}}, {}, "AZURE_FEDERATED_TOKEN_FILE"},
      {{{"AZURE_FEDERATED_TOKEN_FILE", "/f"}, {"AZURE_TENANT_ID", tenant}}, {}, "AZURE_CLIENT_ID is not set"},
      {{{"AZURE_FEDERATED_TOKEN_FILE", "/f"}, {"AZURE_CLIENT_ID", id}}, {}, "AZURE_TENANT_ID"},
      {{{"AZURE_FEDERATED_TOKEN_FILE", "/f"}}, ManagedIdentityId::ClientId(id), "AZURE_TENANT_ID"},
  };
  for (const LocateRow& row : rows) {
    const HostEnvironment host = HostWith(row.variables);
    const auto target = kWorkloadIdentity.locate(host, row.identity);
    const Choice choice = ChooseSource(host, IdentitySource::kWorkloadIdentity, false);
    EXPECT_EQ(WhyIncomplete(choice, host, row.identity).has_value(), choice.incomplete && !target);
    if (std::string_view(row.refused_for).empty()) {
      ASSERT_TRUE(target) << target.error().message;
      EXPECT_EQ(target->client_id, id);
      continue;
    }
    ASSERT_FALSE(target) << row.refused_for;
    EXPECT_EQ(target.error().code, ErrorCode::kInvalidManagedIdentityEndpoint);
    EXPECT_TRUE(target.error().message.starts_with(row.refused_for)) << target.error().message;
  }
}

// U8.
TEST(Detection, OnlyThePlaceholderOfMachineLearningIsIgnored) {
  Variables variables = {{"MSI_ENDPOINT", "http://127.0.0.1:1/t"}, {"MSI_SECRET", "s"}};
  const auto locate = [&](const char* id) {
    variables["DEFAULT_IDENTITY_CLIENT_ID"] = id;
    return kMachineLearning.locate(HostWith(variables), ManagedIdentityId());
  };
  EXPECT_EQ(locate("99999999-8888-4777-8666-555555555555")->client_id,
            "99999999-8888-4777-8666-555555555555");
  EXPECT_EQ(locate("")->client_id, "");
  EXPECT_EQ(locate("clientid")->client_id, "");
  EXPECT_NE(kMachineLearning.detect(HostWith(variables)).warning.find("DEFAULT_IDENTITY_CLIENT_ID"),
            std::string::npos);
  for (const char* wrong : {"x", "clientId", "99999999-8888-4777-8666-555555555555\n", "{clientid}"}) {
    const auto refused = locate(wrong);
    ASSERT_FALSE(refused) << wrong;
    EXPECT_EQ(refused.error().code, ErrorCode::kInvalidManagedIdentityEndpoint);
    EXPECT_EQ(refused.error().message, "DEFAULT_IDENTITY_CLIENT_ID is not a GUID");
  }
}

TEST(Detection, AForcedSourceServesWhateverTheHostSays) {
  for (const Source* source : Sources()) {
    const Choice choice = ChooseSource(HostWith(kEverything), source->id, false);
    EXPECT_EQ(choice.source, source);
    EXPECT_TRUE(choice.named);
  }
}

TEST(Detection, SaysWhyTheIdentityIsNotThatOfImds) {
  const auto why = [](const Variables& variables, bool arc_agent, std::optional<IdentitySource> forced = {}) {
    return WhyNotImds(ChooseSource(HostWith(variables, arc_agent), forced, false)).value_or("of IMDS");
  };
  EXPECT_EQ(why({}, false), "of IMDS");
  EXPECT_EQ(why(kEverything, true, IdentitySource::kImds), "of IMDS");
  EXPECT_NE(why({}, true).find("the agent is installed"), std::string::npos);
  EXPECT_NE(why({{"MSI_ENDPOINT", "m"}}, false).find("MSI_ENDPOINT is set"), std::string::npos);
  EXPECT_NE(why({}, false, IdentitySource::kAzureArc).find("the options name AzureArc"), std::string::npos);
}

TEST(Detection, ASourceIsWorthAskingUnlessTheHostIsKnownToBeNoneOfAzure) {
  struct Worth {
    const char* name;
    Variables variables;
    SourceState machine;
    std::optional<IdentitySource> forced;
    bool worth_it;
  };
  const Worth rows[] = {
      {"machine of Azure", {}, SourceState::kFound, {}, true},
      {"unknown machine", {}, SourceState::kPossible, {}, true},
      {"machine of another cloud", {}, SourceState::kAbsent, {}, false},
      {"whose IMDS is named",
       {{"AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://127.0.0.1:1"}},
       SourceState::kAbsent,
       {},
       true},
      {"with another source", {{"MSI_ENDPOINT", "m"}}, SourceState::kAbsent, {}, true},
      {"IMDS forced", {}, SourceState::kAbsent, IdentitySource::kImds, true},
      {"forced without its variable", {}, SourceState::kAbsent, IdentitySource::kAppService, true},
      {"workload identity that is not allowed",
       {{"AZURE_FEDERATED_TOKEN_FILE", "/f"}, {"AZURE_CLIENT_ID", "c"}, {"AZURE_TENANT_ID", "t"}},
       SourceState::kAbsent,
       {},
       false},
  };
  for (const Worth& row : rows) {
    HostEnvironment host = HostWith(row.variables);
    host.azure_machine = row.machine;
    const Choice choice = ChooseSource(host, row.forced, false);
    EXPECT_EQ(MayServe(choice, host), row.worth_it) << row.name;
  }
}

TEST(Findings, EverySourceIsListedAndNoValueIsShown) {
  Variables secrets = {{"IDENTITY_ENDPOINT", "http://secret-host/"}, {"IDENTITY_HEADER", "secret-header"}};
  const auto findings = FindSources(HostWith(secrets), std::nullopt, false);
  ASSERT_EQ(findings.size(), Sources().size());
  int chosen = 0;
  for (const SourceFinding& finding : findings) {
    EXPECT_FALSE(finding.why.empty());
    EXPECT_EQ(finding.why.find("secret-h"), std::string::npos) << finding.why;
    chosen += finding.chosen ? 1 : 0;
    EXPECT_EQ(finding.chosen, finding.source == IdentitySource::kAppService);
  }
  EXPECT_EQ(chosen, 1);
}

TEST(Findings, TheFirmwareSpeaksForImds) {
  HostEnvironment host = HostWith({});
  for (const SourceState state : {SourceState::kFound, SourceState::kPossible, SourceState::kAbsent}) {
    host.azure_machine = state;
    const auto findings = FindSources(host, std::nullopt, false);
    EXPECT_EQ(findings.back().source, IdentitySource::kImds);
    EXPECT_TRUE(findings.back().chosen);
    EXPECT_EQ(findings.back().state, state);
  }
}

TEST(AssetTag, IsReadForWhatItIs) {
  EXPECT_EQ(JudgeAssetTag("7783-7084-3265-9085-8269-3286-77\n"), SourceState::kFound);
  EXPECT_EQ(JudgeAssetTag("Amazon EC2\n"), SourceState::kAbsent);
  EXPECT_EQ(JudgeAssetTag("No Asset Information"), SourceState::kPossible);
  EXPECT_EQ(JudgeAssetTag(" \n"), SourceState::kPossible);
}

}  // namespace
}  // namespace msiv2::v1
