// What is wrong with the variables of a source. Token calls, GetCapabilities, Diagnose, FindSources and the
// notices of the client must say the same.
#include <algorithm>

#include "msiv2/observer.h"
#include "msiv2/tools/doctor.h"
#include "tests/flow/bearer_fixture.h"
#include "tests/support/temporary_folder.h"

namespace msiv2 {
namespace {

constexpr char kClient[] = "dddddddd-eeee-4fff-8000-111111111111";
constexpr char kTenant[] = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee";

class NoticeObserver final : public Observer {
 public:
  void OnEvent(const Event& event) noexcept override {
    if (event.kind == Event::Kind::kNotice && event.step == Step::kRequest)
      notices.emplace_back(event.detail);
  }
  std::vector<std::string> notices;
};

// One set of the variables of a workload identity, and what is missing.
struct WorkloadRow {
  const char* name;
  bool file;
  bool client;
  bool tenant;
  const char* missing;  // in the error where the source is allowed; empty: a token
};
constexpr WorkloadRow kRows[] = {
    {"all", true, true, true, ""},
    {"no client", true, false, true, "AZURE_CLIENT_ID"},
    {"no tenant", true, true, false, "AZURE_TENANT_ID"},
    {"file alone", true, false, false, "AZURE_TENANT_ID"},
};

class SourceSettingsTest : public BearerTest {
 protected:
  void EnterWorkload(bool file, bool client, bool tenant) {
    Enter(IdentitySource::kImds);
    if (file) variables_["AZURE_FEDERATED_TOKEN_FILE"] = folder_.Write("token", "cluster.assertion.text");
    if (client) variables_["AZURE_CLIENT_ID"] = kClient;
    if (tenant) variables_["AZURE_TENANT_ID"] = kTenant;
  }
  ClientOptions Allowed() {
    auto options = Options();
    options.allow_workload_identity = true;
    options.observer = observer_ = std::make_shared<NoticeObserver>();
    return options;
  }
  void ExpectTokenOfImds(const ClientOptions& options) {
    auto client = ManagedIdentityClient::Create(options).value();
    Grant("at");
    const auto token = client.AcquireToken({.resource = "r"});
    ExpectToken(token, "at", From::kNetwork);
    EXPECT_EQ((*token)->identity_source, IdentitySource::kImds);
  }
  static TokenRequest Pop() { return TokenRequest::UnattestedPop("r"); }
  // What Check returns for a source that is IMDS and has no fault of its own.
  static constexpr Severity kImdsIsDown = Severity::kSkipped;
  Finding Check(const ClientOptions& options, const char* check) {
    auto network = std::make_shared<testing::ScriptedTransport>();
    for (int i = 0; i < 8; ++i) network->Fail(HttpFailure::Kind::kConnect);
    auto offline = options;
    offline.http = network;
    const auto diagnosis = Diagnose({.client = std::move(offline)});
    EXPECT_TRUE(diagnosis);
    const auto found = std::find_if(diagnosis->findings.begin(), diagnosis->findings.end(),
                                    [&](const Finding& finding) { return finding.check == check; });
    EXPECT_NE(found, diagnosis->findings.end()) << check;
    return found == diagnosis->findings.end() ? Finding{} : *found;
  }

  testing::TemporaryFolder folder_;
  std::shared_ptr<NoticeObserver> observer_;
};

// U6.
TEST_F(SourceSettingsTest, AnIncompleteWorkloadIdentityThatIsAllowedIsTheSameErrorEverywhere) {
  for (const WorkloadRow& row : kRows) {
    SCOPED_TRACE(row.name);
    EnterWorkload(row.file, row.client, row.tenant);
    const auto options = Allowed();
    auto client = ManagedIdentityClient::Create(options).value();
    const bool works = std::string_view(row.missing).empty();
    if (works) Grant("at");
    const auto bearer = client.AcquireToken({.resource = "r"});
    ASSERT_EQ(bearer.has_value(), works);
    EXPECT_EQ(Requests(), works ? 1U : 0U) << "no other identity takes its place";

    const auto bound = client.AcquireToken(Pop());
    ASSERT_FALSE(bound);
    const auto host = client.GetCapabilities();
    ASSERT_TRUE(host);
    EXPECT_EQ(host->bearer_source, IdentitySource::kWorkloadIdentity);
    EXPECT_EQ(host->imds_version, ImdsVersion::kOther);
    ASSERT_EQ(host->reasons.size(), 1U);
    EXPECT_EQ(Name(host->reasons[0].code), Name(bound.error().code)) << "the reason is the error of the call";
    const Finding environment = Check(options, "environment");
    const Finding source = Check(options, "bearer_source");
    EXPECT_EQ(environment.cause, Name(bound.error().code));
    EXPECT_EQ(source.severity, works ? Severity::kOk : Severity::kFailure);
    EXPECT_EQ(host->identity_here, works ? SourceState::kFound : SourceState::kAbsent);
    if (works) {
      EXPECT_EQ(bound.error().code, ErrorCode::kPopNotSupportedForEnvironment);
      EXPECT_TRUE(observer_->notices.empty());
      continue;
    }
    EXPECT_EQ(bearer.error().code, ErrorCode::kInvalidManagedIdentityEndpoint);
    EXPECT_NE(bearer.error().message.find(row.missing), std::string::npos) << bearer.error().message;
    EXPECT_EQ(bound.error().message, bearer.error().message);
    EXPECT_EQ(bound.error().code, bearer.error().code);
    EXPECT_EQ(source.cause, Name(bearer.error().code));
    ASSERT_EQ(observer_->notices.size(), 1U);
    EXPECT_EQ(observer_->notices[0], ManagedIdentityClient::FindSources(options).front().warning);
  }
}

// U6. The caller's own client id makes up for AZURE_CLIENT_ID.
TEST_F(SourceSettingsTest, AClientIdThatTheCallerNamesCompletesAWorkloadIdentity) {
  EnterWorkload(true, false, true);
  identity_ = ManagedIdentityId::ClientId(kClient);
  const auto options = Allowed();
  auto client = ManagedIdentityClient::Create(options).value();
  Grant("at");
  const auto token = client.AcquireToken({.resource = "r"});
  ExpectToken(token, "at", From::kNetwork);
  EXPECT_EQ((*token)->identity_source, IdentitySource::kWorkloadIdentity);
  EXPECT_EQ(client.GetCapabilities()->identity_here, SourceState::kFound);
  EXPECT_EQ(client.AcquireToken(Pop()).error().code, ErrorCode::kPopNotSupportedForEnvironment);
  EXPECT_EQ(Check(options, "environment").cause, "mtls_pop_not_supported_for_environment");
}

// U6. Where it is not allowed, the next source serves, and a notice says what is missing.
TEST_F(SourceSettingsTest, AnIncompleteWorkloadIdentityThatIsNotAllowedIsAWarning) {
  for (const WorkloadRow& row : kRows) {
    SCOPED_TRACE(row.name);
    EnterWorkload(row.file, row.client, row.tenant);
    variables_["AZURE_POD_IDENTITY_AUTHORITY_HOST"] = "http://169.254.169.254";  // a host with IMDS
    auto options = Allowed();
    options.allow_workload_identity = false;
    ExpectTokenOfImds(options);
    const bool warns = !std::string_view(row.missing).empty();
    EXPECT_EQ(observer_->notices.size(), warns ? 1U : 0U);
    EXPECT_EQ(Check(options, "bearer_source").severity, warns ? Severity::kWarning : kImdsIsDown);
  }
}

// U6. Without the file it is a word, not an error: other credentials share the client and the tenant.
TEST_F(SourceSettingsTest, AMissingFileVariableIsAWarningWhereAWorkloadIdentityIsAllowed) {
  for (const bool allowed : {true, false}) {
    EnterWorkload(false, true, true);
    variables_["AZURE_POD_IDENTITY_AUTHORITY_HOST"] = "http://169.254.169.254";  // a host with IMDS
    auto options = Allowed();
    options.allow_workload_identity = allowed;
    ExpectTokenOfImds(options);
    EXPECT_EQ(observer_->notices.size(), allowed ? 1U : 0U);
    const Finding source = Check(options, "bearer_source");
    EXPECT_EQ(source.severity, allowed ? Severity::kWarning : kImdsIsDown);
    if (!allowed) continue;
    EXPECT_NE(observer_->notices[0].find("AZURE_FEDERATED_TOKEN_FILE is not set"), std::string::npos);
    EXPECT_EQ(source.text, observer_->notices[0]);
  }
  EnterWorkload(false, true, true);
  auto forced = Options();
  forced.source = IdentitySource::kWorkloadIdentity;
  ExpectError(ManagedIdentityClient::Create(forced)->AcquireToken({.resource = "r"}),
              "invalid_managed_identity_endpoint");
  EXPECT_EQ(Requests(), 0U);
}

// U7. Neither is the system-assigned identity asked for, nor is anything sent.
TEST_F(SourceSettingsTest, NoEntryTakesABlankId) {
  Enter(IdentitySource::kImds);
  for (const char* blank : {"", " ", "\t\r\n"}) {
    for (const auto& identity : {ManagedIdentityId::ClientId(blank), ManagedIdentityId::ObjectId(blank),
                                 ManagedIdentityId::ResourceId(blank)}) {
      identity_ = identity;
      const auto options = Options();
      const auto client = ManagedIdentityClient::Create(options);
      const auto diagnosis = Diagnose({.client = options});
      ASSERT_FALSE(client);
      EXPECT_EQ(client.error().code, ErrorCode::kInvalidRequest);
      EXPECT_NE(client.error().message.find("is empty"), std::string::npos) << client.error().message;
      ASSERT_FALSE(diagnosis);
      EXPECT_EQ(diagnosis.error().code, ErrorCode::kInvalidRequest);
    }
  }
  EXPECT_EQ(Requests(), 0U);
}

// U8.
TEST_F(SourceSettingsTest, ThePlaceholderOfMachineLearningIsIgnoredWithANotice) {
  Enter(IdentitySource::kMachineLearning);
  variables_["DEFAULT_IDENTITY_CLIENT_ID"] = "clientid";
  const auto options = Allowed();
  auto client = ManagedIdentityClient::Create(options).value();
  Grant("at");
  const auto token = client.AcquireToken({.resource = "r"});
  ExpectToken(token, "at", From::kNetwork);
  EXPECT_EQ((*token)->client_id, "");
  EXPECT_EQ(http_->Requests()[0].url.find("clientid"), std::string::npos);
  ASSERT_EQ(observer_->notices.size(), 1U);
  EXPECT_NE(observer_->notices[0].find("DEFAULT_IDENTITY_CLIENT_ID"), std::string::npos);
  const Finding source = Check(options, "bearer_source");
  EXPECT_EQ(source.severity, Severity::kWarning);
  EXPECT_EQ(source.text, observer_->notices[0]);
}

}  // namespace
}  // namespace msiv2
