// MSI v1 over time: background refreshes, tokens that a resource refuses, proofs that are read from files.

#include <atomic>
#include <filesystem>

#include "base/begin_call.h"
#include "flow/select.h"
#include "shared_state.h"
#include "tests/flow/bearer_fixture.h"
#include "tests/support/temporary_folder.h"

namespace msiv2 {
namespace {

namespace fs = std::filesystem;

class Counts final : public Observer {
 public:
  void OnEvent(const Event& event) noexcept override {
    if (event.kind == Event::Kind::kRenewalEnded) ++renewals;
  }
  void OnMsiCount(const MsiCount& count) noexcept override {
    if (count.source == Name(IdentitySource::kAppService)) ++tokens;
    if (count.outcome != CredentialOutcome::kSuccess) ++failures;
  }
  std::atomic<int> renewals{0};
  std::atomic<int> tokens{0};
  std::atomic<int> failures{0};
};

class BearerLifeTest : public BearerTest {
 protected:
  void TearDown() override { client_.reset(); }  // it may be reading a file of the folder

  void Begin(IdentitySource source) {
    Enter(source);
    auto options = Options();
    options.observer = observer_;
    client_.emplace(ManagedIdentityClient::Create(options).value());
  }
  // Moves the time forward once the renewal waits for it.
  void Live(seconds time) {
    clock_->AwaitIdlers(1);
    clock_->Advance(time);
  }
  void AwaitRenewals(int count) {
    while (observer_->renewals < count) std::this_thread::yield();
  }
  void EnterWorkload(const std::string& assertion) {
    Enter(IdentitySource::kWorkloadIdentity);
    variables_ = WorkloadHost(folder_.Write("token", assertion));
    auto options = Options();
    options.allow_workload_identity = true;
    client_.emplace(ManagedIdentityClient::Create(options).value());
  }

  testing::TemporaryFolder folder_;
  std::shared_ptr<Counts> observer_ = std::make_shared<Counts>();
};

// G-30.
TEST_F(BearerLifeTest, ALongTokenIsRefreshedOnceAtTheHalfOfItsLifeAndNoCallWaits) {
  Begin(IdentitySource::kAppService);
  Grant("one", hours(8));
  ExpectToken(Acquire(), "one", From::kNetwork);
  EXPECT_EQ((*Acquire())->refresh_on, clock_->Now() + hours(4));
  Grant("two", hours(12));
  Live(hours(4));
  AwaitRenewals(1);
  ExpectToken(Acquire(), "two", From::kCache);
  EXPECT_EQ(Requests(), 2U);
  EXPECT_EQ(observer_->tokens, 2);
}

TEST_F(BearerLifeTest, AShortTokenIsNotRefreshed) {
  Begin(IdentitySource::kAppService);
  Grant("one", hours(2));
  const auto token = Acquire();
  ExpectToken(token, "one", From::kNetwork);
  EXPECT_FALSE((*token)->refresh_on);
}

TEST_F(BearerLifeTest, AFailedRefreshKeepsTheTokenAndIsTriedAgain) {
  Begin(IdentitySource::kAppService);
  Grant("one", hours(8));
  ExpectToken(Acquire(), "one", From::kNetwork);
  http_->Answer(400, {}, "");
  Live(hours(4));
  AwaitRenewals(1);
  ExpectToken(Acquire(), "one", From::kCache);
  EXPECT_EQ(observer_->failures, 1);
  Grant("two", hours(8));
  Live(minutes(2));
  AwaitRenewals(2);
  ExpectToken(Acquire(), "two", From::kCache);
  EXPECT_EQ(Requests(), 3U);
}

TEST_F(BearerLifeTest, AUsedTokenIsRefreshedAndAnUnusedOneIsNot) {
  Begin(IdentitySource::kAppService);
  Grant("one", hours(8));
  ExpectToken(Acquire(), "one", From::kNetwork);
  Grant("two", hours(8));
  Live(hours(4));
  AwaitRenewals(1);
  Live(hours(4));  // no call has asked for "two"
  AwaitRenewals(2);
  EXPECT_EQ(Requests(), 2U);
}

// The digest is the output of the sha256sum tool for "one".
TEST_F(BearerLifeTest, ServiceFabricIsToldWhichTokenWasRefused) {
  capabilities_ = {"cp1"};
  Begin(IdentitySource::kServiceFabric);
  Grant("one");
  ExpectToken(Acquire({.resource = "r"}), "one", From::kNetwork);
  Grant("two");
  const TokenRequest challenged{.resource = "r", .claims = R"({"access_token":{"nbf":{"value":"1"}}})"};
  ExpectToken(Acquire(challenged), "two", From::kNetwork);
  ASSERT_EQ(Requests(), 2U);
  const std::string first = http_->Requests()[0].url;
  const std::string second = http_->Requests()[1].url;
  EXPECT_NE(first.find("&xms_cc=cp1"), std::string::npos) << first;
  EXPECT_EQ(first.find("token_sha256_to_refresh"), std::string::npos) << first;
  EXPECT_NE(second.find("&xms_cc=cp1"), std::string::npos) << second;
  EXPECT_NE(second.find("&token_sha256_to_refresh="
                        "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed"),
            std::string::npos)
      << second;
  // The token of the challenge answers the same challenge again, and every other request.
  ExpectToken(Acquire(challenged), "two", From::kCache);
  ExpectToken(Acquire({.resource = "r"}), "two", From::kCache);
}

// A9.
TEST_F(BearerLifeTest, ServiceFabricIsToldWhichTokenACallerNamesAsRefused) {
  Begin(IdentitySource::kServiceFabric);
  Grant("one");
  ExpectToken(Acquire({.resource = "r"}), "one", From::kNetwork);
  Grant("two");
  TokenRequest refused{.resource = "r"};
  refused.rejected_token_sha256 = "7692C3AD3540BB803C020B3AEE66CD8887123234EA0C6E7143C0ADD73FF431ED";
  ExpectToken(Acquire(refused), "two", From::kNetwork);
  ASSERT_EQ(Requests(), 2U);
  const std::string url = http_->Requests()[1].url;
  EXPECT_NE(url.find("&token_sha256_to_refresh="
                     "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed"),
            std::string::npos)
      << url;
  ExpectToken(Acquire({.resource = "r"}), "two", From::kCache);
  ExpectToken(Acquire(refused), "two", From::kCache);
}

TEST_F(BearerLifeTest, ClaimsSkipTheCacheOfEverySource) {
  for (const IdentitySource source : kAll) {
    Begin(source);
    Grant("one");
    Grant("two");
    ExpectToken(Acquire({.resource = "r"}), "one", From::kNetwork);
    ExpectToken(Acquire({.resource = "r", .claims = R"({"a":1})"}), "two", From::kNetwork);
    ExpectToken(Acquire({.resource = "r"}), "two", From::kCache);
    const std::string url = http_->Requests()[1].url;
    EXPECT_EQ(url.find("token_sha256_to_refresh") != std::string::npos,
              source == IdentitySource::kServiceFabric);
  }
}

// A caller that always sends the same claims gets the token that is renewed for all callers.
TEST_F(BearerLifeTest, AnAnsweredChallengeIsServedTheRenewedToken) {
  Begin(IdentitySource::kAppService);
  const TokenRequest challenged{.resource = "r", .claims = R"({"a":1})"};
  Grant("one", hours(8));
  ExpectToken(Acquire(challenged), "one", From::kNetwork);
  ExpectToken(Acquire(challenged), "one", From::kCache);
  Grant("two", hours(12));
  Live(hours(4));
  AwaitRenewals(1);
  ExpectToken(Acquire({.resource = "r"}), "two", From::kCache);
  ExpectToken(Acquire(challenged), "two", From::kCache);
  clock_->Advance(hours(3) + minutes(56));  // "one" has expired: the challenge was still answered once
  ExpectToken(Acquire(challenged), "two", From::kCache);
  EXPECT_EQ(Requests(), 2U);
}

// A renewal that runs in parallel with the challenge may return a token requested before it. Time stands
// still here.
TEST_F(BearerLifeTest, AnAnsweredChallengeIsNotServedATokenThatWasNotAskedForLater) {
  Begin(IdentitySource::kAppService);
  const TokenRequest challenged{.resource = "r", .claims = R"({"a":1})"};
  Grant("new", hours(8));
  ExpectToken(Acquire(challenged), "new", From::kNetwork);
  Grant("other", hours(9));
  ExpectToken(Acquire({.resource = "r", .force_refresh = true}), "other", From::kNetwork);
  ExpectToken(Acquire({.resource = "r"}), "other", From::kCache);
  ExpectToken(Acquire(challenged), "new", From::kCache);
}

// Entra receives the claims: a token that was fetched without them does not satisfy them.
TEST_F(BearerLifeTest, AWorkloadIdentityKeepsTheTokenThatItsClaimsBrought) {
  EnterWorkload("cluster.assertion.text");
  const TokenRequest challenged{.resource = "r", .claims = R"({"access_token":{"acrs":{"value":"c1"}}})"};
  Grant("with-claims", hours(1));
  ExpectToken(Acquire(challenged), "with-claims", From::kNetwork);
  clock_->Advance(minutes(1));
  Grant("without", hours(1));
  ExpectToken(Acquire({.resource = "r", .force_refresh = true}), "without", From::kNetwork);
  ExpectToken(Acquire(challenged), "with-claims", From::kCache);
}

TEST_F(BearerLifeTest, AWorkloadIdentityShowsTheFileAsItIsNow) {
  EnterWorkload("first.cluster.token\n");
  http_->Answer(200, {}, R"({"token_type":"Bearer","expires_in":3600,"access_token":"one"})");
  const auto token = Acquire();
  ExpectToken(token, "one", From::kNetwork);
  EXPECT_EQ((*token)->client_id, "dddddddd-eeee-4fff-8000-111111111111");
  EXPECT_EQ((*token)->tenant_id, "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee");
  folder_.Write("token", "second.cluster.token");
  http_->Answer(200, {}, R"({"token_type":"Bearer","expires_in":3600,"access_token":"two"})");
  ExpectToken(Acquire({.resource = "r", .force_refresh = true}), "two", From::kNetwork);
  ASSERT_EQ(Requests(), 2U);
  EXPECT_NE(http_->Requests()[0].body.find("client_assertion=first.cluster.token&"), std::string::npos);
  EXPECT_NE(http_->Requests()[1].body.find("client_assertion=second.cluster.token&"), std::string::npos);

  http_->Answer(401, {},
                R"({"error":"invalid_client","error_codes":[700016],)"
                R"("error_description":"AADSTS700016: second.cluster.token is not good"})");
  const auto refused = Acquire({.resource = "other"});
  ExpectError(refused, "managed_identity_request_failed");
  EXPECT_EQ(refused.error().aadsts, std::vector<std::int64_t>{700016});
  EXPECT_EQ(refused.error().message.find("second.cluster"), std::string::npos) << refused.error().message;

  fs::remove(folder_ / "token");
  const auto gone = Acquire({.resource = "other"});
  ExpectError(gone, "assertion_unavailable");
  EXPECT_EQ(Requests(), 3U) << "nothing to show, so no request is sent";
}

TEST_F(BearerLifeTest, AWorkloadIdentityIsLeftAloneUnlessTheCallerAllowsIt) {
  Enter(IdentitySource::kImds);
  variables_ = WorkloadHost(folder_.Write("token", "t"));
  Grant("at");
  const auto token = Acquire();
  ExpectToken(token, "at", From::kNetwork);
  EXPECT_EQ((*token)->identity_source, IdentitySource::kImds);
}

// Clients of one scope share their state; their identities and sources keep their tokens apart.
TEST_F(BearerLifeTest, TwoIdentitiesAndTwoSourcesOfOneScopeNeverShareAToken) {
  Enter(IdentitySource::kImds);
  const auto shared =
      SharedState::Create(Options(), Options().http, std::make_shared<flow::ImdsBases>(), IdleOnClock())
          .value();
  const auto ask = [&] {
    const ClientOptions options = Options();
    const auto plan = flow::MakeBearerTokenPlan({.resource = "r"}, options);
    auto fetcher = shared->FetcherFor(plan.value());
    return shared->tokens().Acquire(fetcher, BeginCall(*clock_, {}, minutes(2))).token;
  };
  Grant("system");
  ExpectToken(ask(), "system", From::kNetwork);
  identity_ = ManagedIdentityId::ClientId("11111111-2222-4333-8444-555555555555");
  Grant("by-client-id");
  const auto token = ask();
  ExpectToken(token, "by-client-id", From::kNetwork);
  EXPECT_EQ((*token)->client_id, "11111111-2222-4333-8444-555555555555");
  identity_ = ManagedIdentityId::ObjectId("11111111-2222-4333-8444-555555555555");
  Grant("by-object-id");
  ExpectToken(ask(), "by-object-id", From::kNetwork);
  variables_["AZURE_POD_IDENTITY_AUTHORITY_HOST"] = "http://127.0.0.1:8080";
  Grant("of-another-address");
  ExpectToken(ask(), "of-another-address", From::kNetwork);
  variables_ = HostOf(IdentitySource::kAppService);
  Grant("of-app-service");
  ExpectToken(ask(), "of-app-service", From::kNetwork);
  variables_.clear();
  identity_ = ManagedIdentityId();
  ExpectToken(ask(), "system", From::kCache);
}

// Tests the flow itself, because the folder of the agent is not an option of a client.
class ArcFlowTest : public BearerLifeTest {
 protected:
  Result<TokenResult> Ask() {
    const ClientOptions options = Options();
    if (!shared_) {
      const auto bases = std::make_shared<flow::ImdsBases>();
      shared_ = SharedState::Create(options, options.http, bases, IdleOnClock()).value();
    }
    auto plan = flow::MakeBearerTokenPlan({.resource = "https://vault.azure.net"}, options);
    if (!plan) return plan.error();
    plan->target.file = folder_.path().string();
    auto fetcher = shared_->FetcherFor(*plan);
    return shared_->tokens().Acquire(fetcher, BeginCall(*clock_, {}, minutes(2))).token;
  }
  void Challenge(const std::string& realm) {
    http_->Answer(401, {{"WWW-Authenticate", "Basic realm=" + realm}}, "");
  }
  std::shared_ptr<SharedState> shared_;
};

TEST_F(ArcFlowTest, AnswersTheChallengeWithTheFile) {
  Enter(IdentitySource::kAzureArc);
  Challenge(folder_.Write("a.key", "challenge-key\n"));
  Grant("at");
  ExpectToken(Ask(), "at", From::kNetwork);
  ASSERT_EQ(Requests(), 2U);
  const auto requests = http_->Requests();
  EXPECT_EQ(requests[0].headers, (HttpHeaders{{"Metadata", "true"}}));
  EXPECT_EQ(requests[1].headers,
            (HttpHeaders{{"Metadata", "true"}, {"Authorization", "Basic challenge-key"}}));
  EXPECT_EQ(requests[0].url, requests[1].url);
  ExpectToken(Ask(), "at", From::kCache);
}

TEST_F(ArcFlowTest, RefusesAChallengeThatNamesSomethingElse) {
  folder_.Write("a.txt", "challenge-key");
  folder_.Write("large.key", std::string(4097, 'k'));
  fs::create_symlink("/etc/hostname", folder_ / "link.key");
  const std::string inside = folder_.path().string() + "/";
  for (const std::string& realm :
       {std::string(""), inside + "a.txt", inside + "large.key", inside + "link.key", inside + "none.key",
        inside + "../" + folder_.path().filename().string() + "/a.txt", std::string("/etc/passwd"),
        std::string("/etc/shadow.key")}) {
    Enter(IdentitySource::kAzureArc);
    shared_.reset();
    Challenge(realm);
    const auto result = Ask();
    ExpectError(result, "managed_identity_request_failed");
    EXPECT_EQ(result.error().source, "AzureArc");
    EXPECT_EQ(result.error().http_status, 401) << realm;
    EXPECT_EQ(result.error().attempts, 1) << realm;
    EXPECT_EQ(Requests(), 1U) << realm;
  }
}

TEST_F(ArcFlowTest, ASecond401IsTheAnswerAndTheKeyIsInNoError) {
  Enter(IdentitySource::kAzureArc);
  const std::string file = folder_.Write("a.key", "challenge-key");
  Challenge(file);
  http_->Answer(401, {{"WWW-Authenticate", "Basic realm=" + file}}, "bad key challenge-key");
  const auto result = Ask();
  ExpectError(result, "managed_identity_request_failed");
  EXPECT_EQ(result.error().http_status, 401);
  EXPECT_EQ(result.error().message.find("challenge-key"), std::string::npos) << result.error().message;
  EXPECT_EQ(Requests(), 2U);
}

TEST_F(ArcFlowTest, A401WithoutAChallengeIsAFailure) {
  Enter(IdentitySource::kAzureArc);
  http_->Answer(401, {}, "");
  ExpectError(Ask(), "managed_identity_request_failed");
  EXPECT_EQ(Requests(), 1U);
}

}  // namespace
}  // namespace msiv2
