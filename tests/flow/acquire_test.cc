// The main use case: seven steps, then the caches.
#include "base/base64.h"
#include "base/guid.h"
#include "base/jwt.h"
#include "builtin.h"
#include "tests/flow/flow_fixture.h"
#include "tests/support/encoded_start.h"

namespace msiv2 {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

class AcquireTest : public FlowTest {
 protected:
  // Returns the claims of a JWT as JSON.
  static std::string PayloadOf(const Result<TokenResult>& token) {
    const std::string_view jwt = (*token)->secret.Reveal();
    const auto begin = jwt.find('.') + 1;
    const auto bytes = Base64UrlDecode(jwt.substr(begin, jwt.rfind('.') - begin));
    return bytes ? std::string(bytes->begin(), bytes->end()) : std::string();
  }
};

TEST_F(AcquireTest, AnAttestedTokenIsBoundToItsCertificate) {
  auto client = MakeClient(Options());
  const auto token = client.AcquireToken(Attested());
  ASSERT_TRUE(token) << token.error().ToString();
  const AccessToken& value = **token;
  EXPECT_EQ(value.type, TokenType::kMtlsPop);
  EXPECT_TRUE(value.attested);
  EXPECT_TRUE(value.binding_verified);
  ASSERT_NE(value.binding, nullptr);
  EXPECT_EQ(value.client_id, emulator_->endpoints().client_id);
  EXPECT_EQ(value.tenant_id, emulator_->endpoints().tenant_id);
  EXPECT_EQ(value.resource, "https://vault.azure.net");
  EXPECT_EQ(value.key_strength, KeyStrength::kKeyGuard);
  EXPECT_EQ(value.key_origin, KeyOrigin::kEmulated);
  EXPECT_EQ(value.binding->strength_label(), "keyguard (emulated)");
  EXPECT_FALSE(token->from_cache);
  EXPECT_TRUE(value.AuthorizationHeader().Reveal().starts_with("mtls_pop ey"));
  EXPECT_GT(value.expires_on, clock_->Now() + hours(1));
  EXPECT_EQ(observer_->Steps(),
            (std::vector<Step>{Step::kMetadata, Step::kKey, Step::kCsr, Step::kAttestation, Step::kCredential,
                               Step::kCertificate, Step::kToken}));
}

TEST_F(AcquireTest, AnUnattestedTokenSendsNoAttestationToken) {
  auto options = Options();
  options.key_providers = {*software_};
  options.attestor = nullptr;
  auto client = MakeClient(std::move(options));
  const auto token = client.AcquireToken(Unattested());
  ASSERT_TRUE(token) << token.error().ToString();
  EXPECT_FALSE((*token)->attested);
  EXPECT_EQ((*token)->key_strength, KeyStrength::kSoftware);
  EXPECT_EQ((*token)->key_origin, KeyOrigin::kPlatform);
  EXPECT_EQ((*token)->binding->strength_label(), "software");
  for (const auto& entry : emulator_->Log()) EXPECT_FALSE(entry.had_attestation_token) << entry.path;
  EXPECT_EQ(Requests("attestation"), 0);
}

TEST_F(AcquireTest, ABearerTokenOverMtlsCarriesNoBinding) {
  auto client = MakeClient(Options());
  TokenRequest request = Attested();
  request.mtls_proof_of_possession = false;
  request.request_over_mtls = true;
  const auto token = client.AcquireToken(request);
  ASSERT_TRUE(token) << token.error().ToString();
  EXPECT_EQ((*token)->type, TokenType::kBearer);
  EXPECT_EQ((*token)->binding, nullptr);
  EXPECT_TRUE((*token)->AuthorizationHeader().Reveal().starts_with("Bearer ey"));
  const auto log = emulator_->Log();
  EXPECT_TRUE(log.back().client_certificate);
}

TEST_F(AcquireTest, ASecondCallIsServedFromTheCacheWithoutARequest) {
  auto client = MakeClient(Options());
  const auto first = client.AcquireToken(Attested());
  ASSERT_TRUE(first);
  emulator_->ClearLog();
  const auto second = client.AcquireToken(Attested("https://vault.azure.net/.default"));
  ASSERT_TRUE(second);
  EXPECT_TRUE(second->from_cache);
  EXPECT_EQ(second->token, first->token);
  EXPECT_TRUE(emulator_->Log().empty());
}

// G-49.
TEST_F(AcquireTest, AnotherResourceUsesTheSameCertificate) {
  auto client = MakeClient(Options());
  const auto vault = client.AcquireToken(Attested());
  const auto storage = client.AcquireToken(Attested("https://storage.azure.com"));
  ASSERT_TRUE(vault && storage);
  EXPECT_EQ((*vault)->binding, (*storage)->binding);
  EXPECT_EQ(Requests("imds", "/issuecredential"), 1);
  EXPECT_EQ(Requests("entra", "/token"), 2);
}

TEST_F(AcquireTest, ForceRefreshKeepsTheCertificateAndFetchesAToken) {
  auto client = MakeClient(Options());
  TokenRequest request = Attested();
  const auto first = client.AcquireToken(request);
  request.force_refresh = true;
  const auto second = client.AcquireToken(request);
  ASSERT_TRUE(first && second);
  EXPECT_FALSE(second->from_cache);
  EXPECT_NE(first->token, second->token);
  EXPECT_EQ((*first)->binding, (*second)->binding);
}

TEST_F(AcquireTest, WithoutTheTokenCacheEveryCallFetchesAToken) {
  auto options = Options();
  options.token_cache = false;
  auto client = MakeClient(std::move(options));
  ASSERT_TRUE(client.AcquireToken(Attested()));
  ASSERT_TRUE(client.AcquireToken(Attested()));
  EXPECT_EQ(Requests("imds", "/issuecredential"), 1);
  EXPECT_EQ(Requests("entra", "/token"), 2);
}

// G-15.
TEST_F(AcquireTest, AttestedAndUnattestedCallsShareNothing) {
  auto client = MakeClient(Options());
  const auto attested = client.AcquireToken(Attested());
  const auto unattested = client.AcquireToken(Unattested());
  ASSERT_TRUE(attested && unattested) << unattested.error().ToString();
  EXPECT_NE(attested->token, unattested->token);
  EXPECT_TRUE((*attested)->attested);
  EXPECT_FALSE((*unattested)->attested);
  EXPECT_NE((*attested)->binding, (*unattested)->binding);
  EXPECT_EQ(client.AcquireToken(Attested()).value().token, attested->token) << "neither pushes the other out";
}

// B8. The emulator's Entra puts the claims that it is asked for into the token.
TEST_F(AcquireTest, ClaimsAndCapabilitiesAreSentAndKeepTokensApart) {
  auto options = Options();
  options.client_capabilities = {"cp1"};
  auto client = MakeClient(std::move(options));
  TokenRequest challenged = Attested();
  challenged.claims = R"({"access_token":{"acrs":{"essential":true,"value":"c1"}}})";
  ASSERT_TRUE(client.AcquireToken(Attested()));
  const auto with_claims = client.AcquireToken(challenged);
  ASSERT_TRUE(with_claims) << with_claims.error().ToString();
  EXPECT_NE(PayloadOf(with_claims).find(R"("acrs":"c1")"), std::string::npos);
  EXPECT_NE(PayloadOf(with_claims).find(R"("xms_cc":["cp1"])"), std::string::npos);
  const auto plain = client.AcquireToken(Attested());
  ASSERT_TRUE(plain) << plain.error().ToString();
  EXPECT_EQ(PayloadOf(plain).find("acrs"), std::string::npos) << "the token of other claims";
  EXPECT_NE(PayloadOf(plain).find(R"("xms_cc":["cp1"])"), std::string::npos);
  EXPECT_EQ(client.AcquireToken(challenged).value().token, with_claims->token);
  EXPECT_EQ(client.AcquireToken(Attested()).value().token, plain->token);

  const auto bare = MakeClient(Options()).AcquireToken(Attested());
  ASSERT_TRUE(bare) << bare.error().ToString();
  EXPECT_EQ(PayloadOf(bare).find("xms_cc"), std::string::npos);
}

// A transport that notes the request ids of what it sends.
class NotingTransport final : public HttpTransport {
 public:
  explicit NotingTransport(std::shared_ptr<HttpTransport> inner) : inner_(std::move(inner)) {}
  Result<HttpResponse, HttpFailure> Send(const HttpRequest& request, const CallContext& context) override {
    for (const auto& [name, value] : request.headers) {
      if (name == "x-ms-client-request-id" || name == "client-request-id") ids.push_back(value);
    }
    return inner_->Send(request, context);
  }
  std::vector<std::string> ids;  // the requests of these tests come one after the other

 private:
  std::shared_ptr<HttpTransport> inner_;
};

// B9.
TEST_F(AcquireTest, AllRequestsOfAnAcquisitionHaveItsOneUuid) {
  auto options = Options();
  auto inner = TransportOf(nullptr, options.tls, options.environment);
  ASSERT_TRUE(inner) << inner.error().ToString();
  const auto http = std::make_shared<NotingTransport>(*std::move(inner));
  options.http = http;
  auto client = MakeClient(std::move(options));
  Fault("entra.token answer=invalid-client count=1");  // so that there is a remedy: steps 1, 5 and 7 twice
  const auto first = client.AcquireToken(Attested());
  ASSERT_TRUE(first) << first.error().ToString();
  ASSERT_EQ(http->ids.size(), 6U);
  EXPECT_TRUE(IsGuid(http->ids.front()));
  EXPECT_EQ(std::set(http->ids.begin(), http->ids.end()).size(), 1U);
  ASSERT_TRUE(client.AcquireToken(Attested("https://storage.azure.com")));
  ASSERT_EQ(http->ids.size(), 7U);
  EXPECT_NE(http->ids.back(), http->ids.front()) << "another acquisition";
}

TEST_F(AcquireTest, TheKillSwitchIsReadAtEachCallAheadOfTheCaches) {
  auto client = MakeClient(Options());
  ASSERT_TRUE(client.AcquireToken(Attested()));
  environment_["MSAL_MI_DISABLE_IMDS_V2"] = "1";
  const auto refused = client.AcquireToken(Attested());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kImdsV2Disabled);
  environment_.clear();
  EXPECT_TRUE(client.AcquireToken(Attested()));
}

TEST_F(AcquireTest, UserAssignedIdentitiesWorkByEachOfTheirIds) {
  const auto log = [&] { return emulator_->Log(); };
  for (const auto& [identity, selector] : std::vector<std::pair<ManagedIdentityId, std::string>>{
           {ManagedIdentityId::ClientId(kUserClientId), "client_id="},
           {ManagedIdentityId::ObjectId(kUserObjectId), "object_id="},
           {ManagedIdentityId::ResourceId(kUserResourceId), "mi_res_id="}}) {
    emulator_->ClearLog();
    auto options = Options();
    options.identity = identity;
    auto client = MakeClient(std::move(options));
    const auto token = client.AcquireToken(Attested());
    ASSERT_TRUE(token) << selector << token.error().ToString();
    EXPECT_EQ((*token)->client_id, kUserClientId);
    EXPECT_NE(log().front().query.find(selector), std::string::npos) << log().front().query;
  }
}

// F1. The emulator's Entra makes the audience of the scope that it gets.
TEST_F(AcquireTest, TheAudienceIsTheResourceByTheRuleOfScopes) {
  auto client = MakeClient(Options());
  const std::pair<const char*, const char*> forms[] = {
      {"https://vault.azure.net", "https://vault.azure.net"},
      {"https://vault.azure.net/.default", "https://vault.azure.net"},
      {"https://batch.core.windows.net/", "https://batch.core.windows.net"},
      {"https://batch.core.windows.net//.default", "https://batch.core.windows.net/"},
  };
  for (const bool over_mtls : {false, true}) {
    for (const auto& [resource, audience] : forms) {
      TokenRequest request = Attested(resource);
      request.mtls_proof_of_possession = !over_mtls;
      request.request_over_mtls = over_mtls;
      request.force_refresh = true;
      const auto token = client.AcquireToken(request);
      ASSERT_TRUE(token) << resource << token.error().ToString();
      const auto claims = JwtClaims((*token)->secret.Reveal());
      ASSERT_TRUE(claims) << resource;
      EXPECT_EQ(claims->String("aud"), audience) << resource;
      EXPECT_EQ((*token)->resource, audience);
    }
  }
}

TEST_F(AcquireTest, AnUnknownIdentityIsRefusedInTheServicesWords) {
  auto options = Options();
  options.identity = ManagedIdentityId::ClientId("99999999-9999-4999-8999-999999999999");
  auto client = MakeClient(std::move(options));
  const auto token = client.AcquireToken(Attested());
  ASSERT_FALSE(token);
  EXPECT_EQ(token.error().code, ErrorCode::kIdentityNotFound);
  EXPECT_EQ(token.error().http_status, 400);
  EXPECT_EQ(token.error().service_error, "identity_not_found");
  EXPECT_FALSE(token.error().correlation_id.empty());
}

// G-31.
TEST_F(AcquireTest, MetadataIsReadAgainOnATokenMissAfterFiveMinutes) {
  auto client = MakeClient(Options());
  ASSERT_TRUE(client.AcquireToken(Attested()));
  ASSERT_TRUE(client.AcquireToken(Attested("https://a.example")));
  EXPECT_EQ(Requests("imds", "/getplatformmetadata"), 1);
  clock_->Advance(minutes(5));
  ASSERT_TRUE(client.AcquireToken(Attested("https://b.example")));
  EXPECT_EQ(Requests("imds", "/getplatformmetadata"), 2);
  EXPECT_EQ(Requests("imds", "/issuecredential"), 1);
}

// G-31.
TEST_F(AcquireTest, WithImdsDownAValidCertificateStillFetchesTokens) {
  auto client = MakeClient(Options());
  ASSERT_TRUE(client.AcquireToken(Attested()));
  clock_->Advance(minutes(6));
  Fault("imds.* status=500");
  EXPECT_TRUE(client.AcquireToken(Attested("https://b.example")));
}

TEST_F(AcquireTest, NoEventOrErrorHoldsASecret) {
  auto client = MakeClient(Options());
  const auto token = client.AcquireToken(Attested());
  ASSERT_TRUE(token);
  Fault("entra.token status=500");
  TokenRequest request = Attested();
  request.force_refresh = true;
  ASSERT_FALSE(client.AcquireToken(request));
  const std::string text = observer_->Text();
  EXPECT_EQ(text.find(std::string((*token)->secret.Reveal()).substr(0, 20)), std::string::npos);
  EXPECT_FALSE(HoldsEncoded(text, "eyJ")) << text;
  EXPECT_FALSE(HoldsEncoded(text, "MII")) << text;
}

TEST_F(AcquireTest, TheFutureFormGivesTheSameAnswer) {
  auto client = MakeClient(Options());
  auto pending = client.AcquireTokenAsync(Attested());
  const auto token = pending.get();
  ASSERT_TRUE(token) << token.error().ToString();
  EXPECT_TRUE((*token)->binding_verified);
  auto refused = client.AcquireTokenAsync({.resource = ""});
  ASSERT_FALSE(refused.get());
}

TEST_F(AcquireTest, ATokenOfTheCacheIsFoundWithoutACall) {
  auto client = MakeClient(Options());
  EXPECT_FALSE(client.FindToken(Attested()));
  EXPECT_FALSE(client.FindToken({.resource = ""}));
  EXPECT_TRUE(emulator_->Log().empty());
  const auto token = client.AcquireToken(Attested());
  ASSERT_TRUE(token) << token.error().ToString();
  emulator_->ClearLog();
  std::thread another([&] {  // it has had no answer yet
    for (int i = 0; i < 2; ++i) {
      const auto found = client.FindToken(Attested());
      ASSERT_TRUE(found);
      EXPECT_EQ(found->token.get(), token->token.get());
      EXPECT_TRUE(found->from_cache);
    }
  });
  another.join();
  EXPECT_FALSE(client.FindToken(Unattested("https://storage.azure.com")));
  TokenRequest forced = Attested();
  forced.force_refresh = true;
  EXPECT_FALSE(client.FindToken(forced));
  environment_["MSAL_MI_DISABLE_IMDS_V2"] = "1";
  EXPECT_FALSE(client.FindToken(Attested()));
  EXPECT_TRUE(emulator_->Log().empty());
}

// A future that is ready has needed no thread.
TEST_F(AcquireTest, TheFutureOfATokenOfTheCacheIsReadyAtOnce) {
  auto client = MakeClient(Options());
  ASSERT_TRUE(client.AcquireTokenAsync(Attested()).get());
  for (int i = 0; i < 2; ++i) {  // from the cache, and from the index
    auto future = client.AcquireTokenAsync(Attested());
    ASSERT_EQ(future.wait_for(std::chrono::seconds(0)), std::future_status::ready);
    const auto token = future.get();
    ASSERT_TRUE(token) << token.error().ToString();
    EXPECT_TRUE(token->from_cache);
  }
}

TEST_F(AcquireTest, ValueThrowsTheTypedException) {
  auto client = MakeClient(Options());
  TokenRequest request{.resource = "r"};
  request.with_attestation_support = true;
  EXPECT_THROW(client.AcquireToken(request).value(), ClientException);
  Fault("imds.issuecredential status=400");
  try {
    client.AcquireToken(Attested()).value();
    FAIL() << "no exception";
  } catch (const MsiV2Exception& thrown) {
    EXPECT_EQ(thrown.error().code, ErrorCode::kCredentialRequestFailed);
    EXPECT_EQ(thrown.error().step, Step::kCredential);
  }
}

class MemoryStore final : public CertificateStore {
 public:
  std::vector<StoredCertificate> Load(std::string_view alias) override {
    std::lock_guard lock(mutex_);
    return entries_[std::string(alias)];
  }
  void Save(std::string_view alias, const StoredCertificate& certificate) override {
    std::lock_guard lock(mutex_);
    auto& kept = entries_[std::string(alias)];
    kept.insert(kept.begin(), certificate);
  }
  void Remove(std::string_view alias, const std::vector<std::uint8_t>& leaf_der) override {
    std::lock_guard lock(mutex_);
    std::erase_if(entries_[std::string(alias)],
                  [&](const auto& entry) { return entry.leaf_der == leaf_der; });
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::vector<StoredCertificate>> entries_;
};

TEST_F(AcquireTest, AStoredCertificateIsCheckedAndThenUsedInsteadOfAMint) {
  auto store = std::make_shared<MemoryStore>();
  auto options = Options();
  options.certificate_store = store;
  const auto first = MakeClient(options).AcquireToken(Attested());
  ASSERT_TRUE(first);
  emulator_->ClearLog();
  const auto second = MakeClient(options).AcquireToken(Attested());
  ASSERT_TRUE(second) << second.error().ToString();
  EXPECT_EQ(Requests("imds", "/issuecredential"), 0);
  EXPECT_EQ((*first)->binding->leaf_der(), (*second)->binding->leaf_der());
}

TEST_F(AcquireTest, AStoredCertificateOfAnotherKeyOrADamagedOneIsPassedOver) {
  auto store = std::make_shared<MemoryStore>();
  const std::string alias = "system_assigned_managed_identity#att=1";
  auto options = Options();
  options.certificate_store = store;
  auto other_key = options;
  other_key.key_providers = {emulator::MakeEmulatedKeyGuardProvider()};
  ASSERT_TRUE(MakeClient(other_key).AcquireToken(Attested()));
  store->Save(
      alias,
      {{0x30, 0x03, 0x02, 0x01, 0x00}, emulator_->endpoints().entra, emulator_->endpoints().tenant_id});
  emulator_->ClearLog();
  ASSERT_TRUE(MakeClient(options).AcquireToken(Attested()));
  EXPECT_EQ(Requests("imds", "/issuecredential"), 1);
}

TEST_F(AcquireTest, AKeyOnItsOwnIsOfExactlyTheStrengthThatIsAskedFor) {
  auto options = Options();
  options.key_providers = {*keyguard_};
  const auto key = CreateKey(options, KeyStrength::kKeyGuard);
  ASSERT_TRUE(key) << key.error().ToString();
  EXPECT_EQ((*key)->Strength(), KeyStrength::kKeyGuard);
  const auto soft = CreateKey(options, KeyStrength::kSoftware);
  ASSERT_FALSE(soft) << "a stronger one is another one";
  EXPECT_EQ(soft.error().code, ErrorCode::kMinStrengthNotMet);
  options.key_providers = {*software_};
  const auto none = CreateKey(options, KeyStrength::kKeyGuard);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::kKeyguardUnavailable);

  CancellationSource canceled;
  canceled.Cancel();
  CallOptions call;
  call.cancellation = canceled.token();
  const auto late = CreateKey(options, KeyStrength::kSoftware, call);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::kCanceled);
  EXPECT_EQ(late.error().step, Step::kKey);
}

}  // namespace
}  // namespace msiv2
