// MSI v1 through the public client: every source, its caches and its errors.
#include <atomic>
#include <thread>

#include "tests/flow/bearer_fixture.h"

namespace msiv2 {
namespace {

TEST_F(BearerTest, EverySourceGivesATokenOnceAndThenTheCacheDoes) {
  for (const IdentitySource source : kAll) {
    Enter(source);
    Grant("at");
    const auto first = Acquire({.resource = "https://vault.azure.net/.default"});
    ExpectToken(first, "at", From::kNetwork);
    EXPECT_EQ((*first)->identity_source, source);
    EXPECT_EQ((*first)->expires_on, clock_->Now() + hours(1)) << "the true end";
    EXPECT_EQ((*first)->resource, "https://vault.azure.net");
    ExpectToken(Acquire(), "at", From::kCache);
    ExpectToken(Acquire(), "at", From::kCache);
    EXPECT_EQ(Requests(), 1U) << Name(source);
    EXPECT_NE((http_->Requests()[0].url + http_->Requests()[0].body).find("vault.azure.net"),
              std::string::npos);
    EXPECT_EQ((http_->Requests()[0].url + http_->Requests()[0].body).find("default"), std::string::npos);
  }
}

TEST_F(BearerTest, ResourcesIdentitiesAndForcedRefreshesAreKeptApart) {
  for (const IdentitySource source : kAll) {
    Enter(source);
    Grant("one");
    Grant("two");
    Grant("three");
    ExpectToken(Acquire({.resource = "r1"}), "one", From::kNetwork);
    ExpectToken(Acquire({.resource = "r2"}), "two", From::kNetwork);
    ExpectToken(Acquire({.resource = "r1"}), "one", From::kCache);
    ExpectToken(Acquire({.resource = "r1", .force_refresh = true}), "three", From::kNetwork);
    ExpectToken(Acquire({.resource = "r1"}), "three", From::kCache);
    ExpectToken(Acquire({.resource = "r2"}), "two", From::kCache);
  }
}

TEST_F(BearerTest, ATokenServesUntilFiveMinutesBeforeItsEnd) {
  Enter(IdentitySource::kAppService);
  Grant("one");
  ExpectToken(Acquire(), "one", From::kNetwork);
  clock_->Advance(minutes(55) - seconds(1));
  ExpectToken(Acquire(), "one", From::kCache);
  clock_->Advance(seconds(1));
  Grant("two");
  ExpectToken(Acquire(), "two", From::kNetwork);
}

TEST_F(BearerTest, WithoutATokenCacheEachCallAsks) {
  Enter(IdentitySource::kImds);
  auto options = Options();
  options.token_cache = false;
  auto client = ManagedIdentityClient::Create(options).value();
  Grant("one");
  Grant("two");
  ExpectToken(client.AcquireToken({.resource = "r"}), "one", From::kNetwork);
  ExpectToken(client.AcquireToken({.resource = "r"}), "two", From::kNetwork);
}

// Answers once as many callers as given have found no token in the cache.
class AnswersAllAtOnce final : public HttpTransport, public Observer {
 public:
  AnswersAllAtOnce(HttpTransport& then, int callers) : then_(then), callers_(callers) {}
  Result<HttpResponse, HttpFailure> Send(const HttpRequest& request, const CallContext& context) override {
    while (misses_ < callers_) std::this_thread::yield();
    return then_.Send(request, context);
  }
  void OnEvent(const Event& event) noexcept override {
    if (event.kind == Event::Kind::kCacheMiss) ++misses_;
  }

 private:
  HttpTransport& then_;
  const int callers_;
  std::atomic<int> misses_{0};
};

// B8.
TEST_F(BearerTest, TenCallersAtOnceAskOnce) {
  Enter(IdentitySource::kImds);
  Grant("at");
  const auto held = std::make_shared<AnswersAllAtOnce>(*http_, 10);
  auto options = Options();
  options.http = held;
  options.observer = held;
  auto client = ManagedIdentityClient::Create(options).value();
  std::vector<std::thread> callers;
  for (int i = 0; i < 10; ++i) {
    callers.emplace_back([&] {
      const auto token = client.AcquireToken({.resource = "r"});
      ASSERT_TRUE(token) << token.error().ToString();
      EXPECT_EQ((*token)->secret.Reveal(), "at");
    });
  }
  for (auto& caller : callers) caller.join();
  EXPECT_EQ(Requests(), 1U);
}

TEST_F(BearerTest, TheKillSwitchOfMsiV2LeavesMsiV1Alone) {
  Enter(IdentitySource::kImds);
  variables_["MSAL_MI_DISABLE_IMDS_V2"] = "1";
  Grant("at");
  ExpectToken(Acquire(), "at", From::kNetwork);
  ExpectToken(Acquire(), "at", From::kCache);
  ExpectToken(Acquire(), "at", From::kCache);
}

TEST_F(BearerTest, AHostWithoutAnySourceIsToldApartFromOneThatFails) {
  Enter(IdentitySource::kImds);
  http_->Fail(HttpFailure::Kind::kConnect);
  http_->Fail(HttpFailure::Kind::kConnect);
  const auto absent = Acquire();
  ExpectError(absent, "managed_identity_all_sources_unavailable");
  EXPECT_FALSE(absent.error().retryable);
  EXPECT_EQ(absent.error().attempts, 2);
  EXPECT_TRUE(clock_->Sleeps().empty()) << "asked again at once";
  for (const auto& request : http_->Requests()) EXPECT_EQ(request.connect_timeout, seconds(1));

  Enter(IdentitySource::kImds);  // if the environment names it, the same is a failure
  variables_["AZURE_POD_IDENTITY_AUTHORITY_HOST"] = "http://169.254.169.254";
  for (int i = 0; i < 4; ++i) http_->Fail(HttpFailure::Kind::kConnect);
  const auto unreachable = Acquire();
  ExpectError(unreachable, "imds_unreachable");
  EXPECT_TRUE(unreachable.error().retryable);
  EXPECT_EQ(unreachable.error().attempts, 4);

  Enter(IdentitySource::kImds);  // a service that accepts the connection may be busy
  for (int i = 0; i < 4; ++i) http_->Fail(HttpFailure::Kind::kTimeout);
  const auto silent = Acquire();
  ExpectError(silent, "managed_identity_all_sources_unavailable");
  EXPECT_EQ(silent.error().attempts, 4);
}

TEST_F(BearerTest, A404OfAnotherServiceAtTheAddressOfImdsIsNotASource) {
  const auto answer = [&](HttpHeaders headers) {
    for (int i = 0; i < 4; ++i) http_->Answer(404, headers, "not here");
  };
  Enter(IdentitySource::kImds);
  answer({{"Server", "nginx"}});
  const auto other = Acquire();
  ExpectError(other, "managed_identity_all_sources_unavailable");
  EXPECT_EQ(other.error().attempts, 1);
  EXPECT_EQ(other.error().http_status, 404);
  EXPECT_NE(other.error().message.find("not here"), std::string::npos) << "what it said is shown";

  Enter(IdentitySource::kImds);
  answer({{"Server", "IMDS/150.870.65.1854"}});
  ExpectError(Acquire(), "managed_identity_request_failed");

  Enter(IdentitySource::kImds);
  variables_["AZURE_POD_IDENTITY_AUTHORITY_HOST"] = "http://169.254.169.254";
  answer({});
  ExpectError(Acquire(), "imds_unreachable");
}

TEST_F(BearerTest, CapabilitiesTellAHostWithoutAnIdentity) {
  struct Row {
    const char* name;
    bool named;
    int status;  // 0: no answer
    const char* server;
    SourceState here;
  };
  const Row rows[] = {
      {"no connection", false, 0, "", SourceState::kAbsent},
      {"no connection to a named address", true, 0, "", SourceState::kPossible},
      {"another service", false, 404, "nginx", SourceState::kAbsent},
      {"another cloud's service", false, 401, "EC2ws", SourceState::kAbsent},
      {"and another's", false, 403, "Metadata Server for VM", SourceState::kAbsent},
      {"another service at a named address", true, 404, "nginx", SourceState::kPossible},
      {"IMDS that knows neither for now", false, 404, "IMDS/150.870.65.1854", SourceState::kPossible},
      {"IMDS", false, 400, "IMDS/150.870.65.1854", SourceState::kFound},
      {"another service that says 405", false, 405, "nginx", SourceState::kAbsent},
  };
  for (const Row& row : rows) {
    Enter(IdentitySource::kImds);
    if (row.named) variables_["AZURE_POD_IDENTITY_AUTHORITY_HOST"] = "http://169.254.169.254";
    for (int i = 0; i < 12 && row.status != 0; ++i) http_->Answer(row.status, {{"Server", row.server}});
    const auto host = Client().GetCapabilities();
    ASSERT_TRUE(host) << row.name;
    EXPECT_EQ(Name(host->identity_here), Name(row.here)) << row.name;
    EXPECT_EQ(host->bearer_source.has_value(), row.here != SourceState::kAbsent) << row.name;
  }
}

// Only the certificate itself would help; the usual cure of TLS failures mentions trust anchors.
TEST_F(BearerTest, AServerWithoutThePinnedCertificateIsNamedByItsVariable) {
  Enter(IdentitySource::kServiceFabric);
  http_->Fail(HttpFailure::Kind::kTls);
  const auto result = Acquire();
  ExpectError(result, "tls_failed");
  EXPECT_FALSE(result.error().retryable);
  EXPECT_NE(result.error().message.find("IDENTITY_SERVER_THUMBPRINT"), std::string::npos);
}

TEST_F(BearerTest, AHandshakeThatTheServerEndedIsNotBlamedOnThePin) {
  Enter(IdentitySource::kServiceFabric);
  retries_ = false;
  for (const int alert : {0, 40}) {  // close_notify and handshake_failure
    HttpFailure failure;
    failure.kind = HttpFailure::Kind::kTls;
    failure.tls_alert = alert;
    http_->Fail(failure);
    const auto failed = Acquire();
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().message.find("IDENTITY_SERVER_THUMBPRINT"), std::string::npos) << alert;
  }
}

// F8.
TEST_F(BearerTest, AnUnreachableSourceIsAskedAgainThreeTimes) {
  for (const IdentitySource source : kOthers) {
    Enter(source);
    for (int i = 0; i < 4; ++i) http_->Fail(HttpFailure::Kind::kConnect);
    const auto result = Acquire();
    ExpectError(result, "managed_identity_unreachable_network");
    EXPECT_EQ(result.error().source, Name(source));
    EXPECT_EQ(result.error().kind, ErrorKind::kService);
    EXPECT_NE(result.error().message.find("scripted failure"), std::string::npos);
    EXPECT_EQ(Requests(), 4U);
  }
}

// G-13.
TEST_F(BearerTest, ErrorsNameTheSourceTheStatusAndTheAcquisition) {
  for (const IdentitySource source : kAll) {
    Enter(source);
    http_->Answer(400, {}, R"({"error":"invalid_scope","error_description":"no such the-secret"})");
    const auto result = Acquire();
    ExpectError(result, "managed_identity_request_failed");
    const Error& error = result.error();
    EXPECT_EQ(error.source, Name(source));
    EXPECT_EQ(error.http_status, 400);
    EXPECT_EQ(error.service_error, "invalid_scope");
    EXPECT_EQ(error.kind, ErrorKind::kService);
    EXPECT_EQ(error.step, Step::kToken);
    EXPECT_EQ(error.correlation_id.size(), 36U);
    const bool has_secret = source != IdentitySource::kImds && source != IdentitySource::kAzureArc &&
                            source != IdentitySource::kCloudShell;
    EXPECT_EQ(error.message.find("the-secret") == std::string::npos, has_secret) << error.message;
    EXPECT_THROW(static_cast<void>(result.value()), ServiceException);
  }
}

// U10. So that a chain of credentials can go on.
TEST_F(BearerTest, AnIdentityThatImdsDoesNotFindHasItsOwnCode) {
  struct Row {
    const char* body;
    const char* code;
    const char* hint;
  };
  const Row rows[] = {
      {R"({"error":"invalid_request","error_description":"Identity not found"})", "identity_not_found",
       "is not assigned to this host"},
      {R"({"error":"invalid_request","error_description":"Multiple user assigned identities exist"})",
       "managed_identity_request_failed", "name one"},
      {R"({"error":"invalid_resource","error_description":"AADSTS500011: 'Identity not found' is unknown"})",
       "managed_identity_request_failed", "the tenant does not know the resource"},
  };
  for (const Row& row : rows) {
    Enter(IdentitySource::kImds);
    http_->Answer(400, {{"Server", "IMDS/1"}}, row.body);
    const auto result = Acquire();
    ExpectError(result, row.code);
    EXPECT_EQ(result.error().kind, ErrorKind::kService);
    EXPECT_EQ(result.error().http_status, 400);
    EXPECT_FALSE(result.error().retryable);
    EXPECT_NE(result.error().message.find(row.hint), std::string::npos) << result.error().message;
    EXPECT_EQ(Requests(), 1U);
  }
  for (const IdentitySource source : kOthers) {
    Enter(source);
    http_->Answer(400, {}, rows[0].body);
    ExpectError(Acquire(), "managed_identity_request_failed");
  }
}

TEST_F(BearerTest, AFailureIsNotKept) {
  Enter(IdentitySource::kAppService);
  http_->Answer(400, {}, "");
  ExpectError(Acquire(), "managed_identity_request_failed");
  Grant("at");
  ExpectToken(Acquire(), "at", From::kNetwork);
}

TEST_F(BearerTest, ACanceledCallSendsNothingAndHarmsNoOther) {
  Enter(IdentitySource::kImds);
  CallOptions call;
  CancellationSource source;
  source.Cancel();
  call.cancellation = source.token();
  ExpectError(Client().AcquireToken({.resource = "r", .force_refresh = true}, call), "canceled");
  EXPECT_EQ(Requests(), 0U);
  Grant("at");
  ExpectToken(Acquire({.resource = "r"}), "at", From::kNetwork);
}

// B8. No answer of IMDS to a request for proof of possession leads to MSI v1.
TEST_F(BearerTest, ARequestForProofOfPossessionNeverEndsInMsiV1) {
  for (const int status : {200, 400, 404, 410, 500, 503}) {
    for (const bool over_mtls : {false, true}) {
      Enter(IdentitySource::kImds);
      for (int i = 0; i < 12; ++i) {
        http_->Answer(status, {{"Server", "IMDS/1"}}, R"({"access_token":"at","expires_in":3600})");
      }
      TokenRequest request{.resource = "r", .allow_unattested = true};
      (over_mtls ? request.request_over_mtls : request.mtls_proof_of_possession) = true;
      EXPECT_FALSE(Acquire(request)) << status;
      EXPECT_GT(Requests(), 0U) << status;
      for (const auto& sent : http_->Requests()) {
        EXPECT_NE(sent.url.find("getplatformmetadata"), std::string::npos) << sent.url;
      }
    }
  }
  for (const IdentitySource source : kOthers) {
    Enter(source);
    Grant("at");
    TokenRequest request{.resource = "r", .mtls_proof_of_possession = true, .with_attestation_support = true};
    ExpectError(Acquire(request), "mtls_pop_not_supported_for_environment");
    EXPECT_EQ(Requests(), 0U) << Name(source);
  }
}

// A cached bearer token must not answer a request for a bound token.
TEST_F(BearerTest, ACachedBearerTokenServesNoRequestForABoundOne) {
  Enter(IdentitySource::kImds);
  Grant("at");
  ExpectToken(Acquire({.resource = "r"}), "at", From::kNetwork);
  ExpectToken(Acquire({.resource = "r"}), "at", From::kCache);
  TokenRequest request{.resource = "r", .allow_unattested = true, .request_over_mtls = true};
  EXPECT_FALSE(Acquire(request));
  request = {.resource = "r", .mtls_proof_of_possession = true, .allow_unattested = true};
  EXPECT_FALSE(Acquire(request));
}

TEST_F(BearerTest, TryCreateGoesByWhatTheHostSays) {
  for (const IdentitySource source : kOthers) {
    Enter(source);
    EXPECT_TRUE(ManagedIdentityClient::TryCreate(Options())) << Name(source);
    const auto findings = ManagedIdentityClient::FindSources(Options());
    for (const auto& finding : findings) EXPECT_EQ(finding.chosen, finding.source == source);
  }
  EXPECT_EQ(Requests(), 0U);
}

TEST_F(BearerTest, AForcedSourceServes) {
  Enter(IdentitySource::kAppService);
  auto options = Options();
  options.source = IdentitySource::kImds;
  auto client = ManagedIdentityClient::Create(options).value();
  Grant("at");
  const auto token = client.AcquireToken({.resource = "r"});
  ExpectToken(token, "at", From::kNetwork);
  EXPECT_EQ((*token)->identity_source, IdentitySource::kImds);
  options.source = IdentitySource::kCloudShell;  // whose variable is not set
  client = ManagedIdentityClient::Create(options).value();
  ExpectError(client.AcquireToken({.resource = "r"}), "invalid_managed_identity_endpoint");
}

}  // namespace
}  // namespace msiv2
