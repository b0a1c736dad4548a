// Sources x identities x faults of MSI v1. Checks what each pair refuses before any request is sent, and
// which error each fault of a source that serves the identity becomes.
#include "base/url.h"
#include "tests/flow/bearer_fixture.h"
#include "tests/support/temporary_folder.h"

namespace msiv2 {
namespace {

// The columns of the specification's table of sources.
struct SourceRow {
  IdentitySource source;
  bool by_client_id;
  bool by_object_id;
  bool by_resource_id;
  const char* refusal;  // for the kinds of id that it does not accept
  int requests;         // in total, of an acquisition whose every answer is 500
  const char* silent;   // the code if no server listens at the source's address
  int knocks;           // requests to such an address
};
constexpr SourceRow kSources[] = {
    {IdentitySource::kServiceFabric, false, true, false,
     "user_assigned_managed_identity_not_configurable_at_runtime", 4, "managed_identity_unreachable_network",
     4},
    {IdentitySource::kAppService, true, true, true, "", 4, "managed_identity_unreachable_network", 4},
    {IdentitySource::kAppService2017, true, false, false, "invalid_managed_identity_id_type", 4,
     "managed_identity_unreachable_network", 4},
    {IdentitySource::kMachineLearning, true, false, false, "invalid_managed_identity_id_type", 4,
     "managed_identity_unreachable_network", 4},
    {IdentitySource::kCloudShell, false, false, false, "user_assigned_managed_identity_not_supported", 4,
     "managed_identity_unreachable_network", 4},
    {IdentitySource::kAzureArc, false, false, false, "user_assigned_managed_identity_not_supported", 4,
     "managed_identity_unreachable_network", 4},
    {IdentitySource::kImds, true, true, true, "", 4, "managed_identity_all_sources_unavailable", 2},
    {IdentitySource::kWorkloadIdentity, true, false, false, "invalid_managed_identity_id_type", 2,
     "managed_identity_unreachable_network", 1},
};

struct FaultRow {
  const char* name;
  int status;
  const char* body;
  const char* code;
};
constexpr FaultRow kFaults[] = {
    {"no body", 200, "", "managed_identity_request_failed"},
    {"white space", 200, " \r\n", "managed_identity_request_failed"},
    {"no JSON", 200, "<html>", "managed_identity_response_parse_failure"},
    {"an array", 200, "[]", "managed_identity_response_parse_failure"},
    {"no token", 200, R"({"expires_in":3600})", "managed_identity_response_parse_failure"},
    {"an empty token", 200, R"({"access_token":"","expires_in":3600})",
     "managed_identity_response_parse_failure"},
    {"a token no header can carry", 200, R"({"access_token":"a\r\nb","expires_in":3600})",
     "managed_identity_response_parse_failure"},
    {"another type", 200, R"({"access_token":"a","expires_in":3600,"token_type":"mtls_pop"})",
     "token_type_mismatch"},
    {"no expiry", 200, R"({"access_token":"a"})", "invalid_timestamp_format"},
    {"a strange expiry", 200, R"({"access_token":"a","expires_on":"soon"})", "invalid_timestamp_format"},
    {"400", 400, R"({"error":"invalid_request"})", "managed_identity_request_failed"},
    {"403 of no form", 403, "no", "managed_identity_request_failed"},
    {"a redirect", 302, "", "managed_identity_request_failed"},
};

const char* const kId = "11111111-2222-4333-8444-555555555555";

class BearerTableTest : public BearerTest {
 protected:
  void TearDown() override { client_.reset(); }  // it may be reading a file of the folder

  void EnterAs(IdentitySource source, const ManagedIdentityId& identity) {
    Enter(source);
    identity_ = identity;
    if (source == IdentitySource::kWorkloadIdentity) {
      variables_ = WorkloadHost(folder_.Write("token", "cluster.assertion.text"));
    }
    auto options = Options();
    options.allow_workload_identity = true;
    client_.emplace(ManagedIdentityClient::Create(options).value());
  }

  // Calls `with` for each source and each identity that it serves.
  template <typename Function>
  void ForEachServed(Function with) {
    for (const SourceRow& row : kSources) {
      for (const auto& [identity, served] : Identities(row)) {
        if (!served) continue;
        EnterAs(row.source, identity);
        SCOPED_TRACE(std::string(Name(row.source)) + ", kind " +
                     std::to_string(static_cast<int>(identity.kind())));
        with(row);
      }
    }
  }

  static std::vector<std::pair<ManagedIdentityId, bool>> Identities(const SourceRow& row) {
    return {{ManagedIdentityId(), true},
            {ManagedIdentityId::ClientId(kId), row.by_client_id},
            {ManagedIdentityId::ObjectId(kId), row.by_object_id},
            {ManagedIdentityId::ResourceId("/subscriptions/s"), row.by_resource_id}};
  }

  testing::TemporaryFolder folder_;
};

TEST_F(BearerTableTest, WhatASourceDoesNotTakeIsRefusedBeforeAnythingIsSent) {
  int refused = 0;
  for (const SourceRow& row : kSources) {
    for (const auto& [identity, served] : Identities(row)) {
      if (served) continue;
      ++refused;
      EnterAs(row.source, identity);
      const auto result = Acquire();
      ExpectError(result, row.refusal);
      EXPECT_EQ(result.error().source, Name(row.source));
      EXPECT_EQ(Requests(), 0U) << Name(row.source);
    }
  }
  EXPECT_EQ(refused, 2 + 2 + 2 + 3 + 3 + 2);
}

TEST_F(BearerTableTest, EveryIdentityThatASourceServesGetsItsToken) {
  ForEachServed([&](const SourceRow& row) {
    Grant("at");
    const auto token = Acquire();
    ExpectToken(token, "at", From::kNetwork);
    EXPECT_EQ((*token)->identity_source, row.source);
    const HttpRequest sent = http_->Requests()[0];
    const bool named = identity_.kind() != ManagedIdentityId::Kind::kSystemAssigned;
    const std::string id = FormEncode({{"", identity_.id()}}).substr(1);
    EXPECT_TRUE(!named || (sent.url + sent.body).find(id) != std::string::npos) << sent.url;
    EXPECT_EQ(Requests(), 1U);
  });
}

TEST_F(BearerTableTest, AFinalFaultIsAskedForOnceAndKeepsNothing) {
  for (const FaultRow& fault : kFaults) {
    ForEachServed([&](const SourceRow& row) {
      http_->Answer(fault.status, {{"Server", "IMDS/1"}}, fault.body);
      const auto result = Acquire();
      ExpectError(result, fault.code);
      EXPECT_EQ(result.error().http_status, fault.status) << fault.name;
      EXPECT_EQ(result.error().source, Name(row.source)) << fault.name;
      EXPECT_EQ(result.error().attempts, 1) << fault.name;
      EXPECT_FALSE(result.error().retryable) << fault.name;
      EXPECT_EQ(Requests(), 1U) << fault.name;
      Grant("at");
      ExpectToken(Acquire(), "at", From::kNetwork);
    });
  }
}

TEST_F(BearerTableTest, AServerErrorIsAskedForAgainByTheRowOfTheSource) {
  ForEachServed([&](const SourceRow& row) {
    for (int i = 0; i < row.requests; ++i) http_->Answer(500, {{"Server", "IMDS/1"}});
    const auto result = Acquire();
    ExpectError(result, "managed_identity_request_failed");
    EXPECT_TRUE(result.error().retryable);
    EXPECT_EQ(result.error().attempts, row.requests);
    EXPECT_EQ(Requests(), static_cast<std::size_t>(row.requests));
  });
}

// F1. What each source gets for each form of a resource, in its own parameter.
TEST_F(BearerTableTest, TheResourceIsSentByTheRuleOfItsSource) {
  struct FormRow {
    const char* resource;
    const char* to_a_source;
    const char* scope;
  };
  const FormRow forms[] = {
      {"https://vault.azure.net", "https://vault.azure.net", "https://vault.azure.net/.default"},
      {"https://vault.azure.net/.default", "https://vault.azure.net", "https://vault.azure.net/.default"},
      {"https://batch.core.windows.net/", "https://batch.core.windows.net/",
       "https://batch.core.windows.net/.default"},
      {"https://batch.core.windows.net//.default", "https://batch.core.windows.net/",
       "https://batch.core.windows.net//.default"},
      {"api://11111111-2222-4333-8444-555555555555", "api://11111111-2222-4333-8444-555555555555",
       "api://11111111-2222-4333-8444-555555555555/.default"},
  };
  for (const SourceRow& row : kSources) {
    for (const FormRow& form : forms) {
      EnterAs(row.source, ManagedIdentityId());
      Grant("at");
      ASSERT_TRUE(Acquire({.resource = form.resource}));
      const HttpRequest sent = http_->Requests()[0];
      const bool by_scope = row.source == IdentitySource::kWorkloadIdentity;
      const std::string parameter =
          FormEncode({{by_scope ? "scope" : "resource", by_scope ? form.scope : form.to_a_source}});
      const std::size_t mark = sent.url.find('?');
      const std::string query = mark == std::string::npos ? "" : sent.url.substr(mark + 1);
      const std::string fields = "&" + (sent.method == "POST" ? sent.body : query) + "&";
      EXPECT_NE(fields.find("&" + parameter + "&"), std::string::npos)
          << Name(row.source) << " " << form.resource << ": " << fields;
    }
  }
}

// U11.
TEST_F(BearerTableTest, WhatRetryAfterAsksForIsInTheErrorOfEverySource) {
  retries_ = false;
  for (const SourceRow& row : kSources) {
    for (const int status : {429, 503}) {
      EnterAs(row.source, ManagedIdentityId());
      http_->Answer(status, {{"Server", "IMDS/1"}, {"Retry-After", "7"}});
      EXPECT_EQ(Acquire().error().retry_after, seconds(7)) << Name(row.source) << " " << status;
      EnterAs(row.source, ManagedIdentityId());
      http_->Answer(status, {{"Server", "IMDS/1"}});
      EXPECT_EQ(Acquire().error().retry_after, std::nullopt) << Name(row.source) << " " << status;
    }
  }
}

TEST_F(BearerTableTest, ARefusedConnectionIsReported) {
  ForEachServed([&](const SourceRow& row) {
    for (int i = 0; i < row.knocks; ++i) http_->Fail(HttpFailure::Kind::kConnect);
    const auto result = Acquire();
    ExpectError(result, row.silent);
    EXPECT_EQ(result.error().attempts, row.knocks);
    EXPECT_EQ(Requests(), static_cast<std::size_t>(row.knocks));
  });
}

TEST_F(BearerTableTest, AnAnswerThatIsTooLarge) {
  ForEachServed([&](const SourceRow& row) {
    http_->Fail(HttpFailure::Kind::kBodyTooLarge);
    const auto result = Acquire();
    const bool may_have_none = row.source == IdentitySource::kImds;  // nothing says that this host has IMDS
    ExpectError(result, may_have_none ? "managed_identity_all_sources_unavailable"
                                      : "managed_identity_request_failed");
    EXPECT_FALSE(result.error().retryable);
    EXPECT_EQ(Requests(), 1U);
  });
}

}  // namespace
}  // namespace msiv2
