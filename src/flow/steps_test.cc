// Steps 1 to 6 one by one: what they send, remember, refuse and tell.
#include "flow/steps.h"

#include <string>

#include "flow/steps_test_fixture.h"

namespace msiv2::flow {
namespace {

using EventKind = Event::Kind;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;

// ---- step 1 ----------------------------------------------------------------------------------------------

TEST_F(StepsTest, TheMetadataOfAHostShowsThatItOffersMsiV2) {
  plan_.identity = ManagedIdentityId::ClientId(x509::kClientId);
  AnswerMetadata();
  const auto metadata = ReadMetadata(Acquisition(), /*retries=*/false);
  ASSERT_TRUE(metadata) << metadata.error().ToString();
  EXPECT_EQ(metadata->client_id, x509::kClientId);
  EXPECT_TRUE(ports_.imds_bases.OffersV2(kBase));
  ASSERT_EQ(Requests().size(), 1U);
  EXPECT_EQ(Requests()[0].url,
            std::string(kBase) +
                "/metadata/identity/getplatformmetadata?cred-api-version=2.0&client_id=" + x509::kClientId);
  EXPECT_NE(std::find(Requests()[0].headers.begin(), Requests()[0].headers.end(),
                      std::pair<std::string, std::string>("x-ms-client-request-id", "id")),
            Requests()[0].headers.end());
  const testing::Told ended = recorder_.Events().back();
  EXPECT_EQ(ended.event.step, Step::kMetadata);
  EXPECT_EQ(ended.where, kBase);
  EXPECT_EQ(ended.detail, "platform metadata of a VM");
  EXPECT_EQ(ended.identifiers, std::string("client ") + x509::kClientId + ", tenant " + x509::kTenantId);
}

TEST_F(StepsTest, AScaleSetIsToldFromAVm) {
  AnswerMetadata(R"({"vmssId":"set"})");
  ASSERT_TRUE(ReadMetadata(Acquisition(), false));
  EXPECT_EQ(recorder_.Events().back().detail, "platform metadata of a scale set instance");
}

TEST_F(StepsTest, A404OfTheWholeScheduleMeansMsiV1AndThenOneIsEnough) {
  for (int i = 0; i < 4; ++i) fakes_.http.Answer(404, kOfImds);
  const auto refused = ReadMetadata(Acquisition(), /*retries=*/true);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kMtlsPopNotSupportedInImdsV1);
  EXPECT_EQ(refused.error().attempts, 4);
  EXPECT_TRUE(ports_.imds_bases.OffersV1Only(kBase));
  EXPECT_EQ(Requests().size(), 4U);
  EXPECT_EQ(recorder_.DetailsOf(EventKind::kRetry), std::vector<std::string>(3, "HTTP 404"));
  fakes_.http.Answer(404, kOfImds);
  EXPECT_FALSE(ReadMetadata(Acquisition(), true));
  EXPECT_EQ(Requests().size(), 5U);
}

TEST_F(StepsTest, A404ThatWasNotConfirmedIsNotRemembered) {
  fakes_.http.Answer(404, kOfImds);
  EXPECT_FALSE(ReadMetadata(Acquisition(), /*retries=*/false));
  EXPECT_FALSE(ports_.imds_bases.OffersV1Only(kBase)) << "one attempt";
  call_ = fakes_.Call(std::chrono::seconds(2));
  for (int i = 0; i < 2; ++i) fakes_.http.Answer(404, kOfImds);
  EXPECT_FALSE(ReadMetadata(Acquisition(), /*retries=*/true));
  EXPECT_EQ(fakes_.http.AnswersLeft(), 0U);
  EXPECT_FALSE(ports_.imds_bases.OffersV1Only(kBase)) << "the time ended before the schedule";
  EXPECT_FALSE(ports_.imds_bases.OffersV2(kBase));
}

TEST_F(StepsTest, AnotherRefusalSaysNothingOfTheVersion) {
  fakes_.http.Answer(403, kOfImds);
  EXPECT_FALSE(ReadMetadata(Acquisition(), /*retries=*/true));
  EXPECT_FALSE(ports_.imds_bases.OffersV1Only(kBase));
  EXPECT_FALSE(ports_.imds_bases.OffersV2(kBase));
}

TEST_F(StepsTest, WhatIsNotImdsGivesNoMetadata) {
  fakes_.http.Answer(200, {{"Server", "another"}}, std::string("it says ") + kSecret);
  const auto refused = ReadMetadata(Acquisition(), false);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kImdsUnreachable);
  EXPECT_EQ(refused.error().attempts, 1);
  EXPECT_EQ(refused.error().ToString().find(kSecret), std::string::npos);
  EXPECT_FALSE(ports_.imds_bases.OffersV2(kBase));
}

TEST_F(StepsTest, ACallThatHasEndedSendsAndSignsNothing) {
  Cancel();
  const auto metadata = ReadMetadata(Acquisition(), false);
  ASSERT_FALSE(metadata);
  EXPECT_EQ(metadata.error().code, ErrorCode::kCanceled);
  EXPECT_EQ(metadata.error().step, Step::kMetadata);
  const auto key = std::make_shared<PlayedKey>(KeyTraits{});
  const auto csr = MakeCsr(Acquisition(), Metadata(), key);
  ASSERT_FALSE(csr);
  EXPECT_EQ(csr.error().code, ErrorCode::kCanceled);
  EXPECT_EQ(key->signatures, 0);
  const auto credential = IssueCredential(Acquisition(), Metadata(), {1}, nullptr, /*bypass_cache=*/true);
  ASSERT_FALSE(credential);
  EXPECT_EQ(credential.error().code, ErrorCode::kCanceled);
  EXPECT_TRUE(Requests().empty());
  EXPECT_FALSE(Counted().bypass_cache);
}

// ---- step 2 ----------------------------------------------------------------------------------------------

TEST_F(StepsTest, AKeyIsToldAndCountedByItsStrength) {
  const auto key = GetKey(Acquisition());
  ASSERT_TRUE(key) << key.error().ToString();
  EXPECT_EQ(recorder_.Events().back().detail, "software key, RSA-2048, not exportable");
  EXPECT_EQ(recorder_.Events().back().event.step, Step::kKey);
  EXPECT_EQ(Counted().key_strength, KeyStrength::kSoftware);
  EXPECT_TRUE(GetKey(Uncounted()));
}

TEST_F(StepsTest, AKeyIsToldWithWhyItIsNotStronger) {
  const auto stronger = std::make_shared<PlayedProvider>();
  stronger->fails_with = Error(ErrorCode::kKeyCreationFailed, "no isolation");
  provider_->best = KeyStrength::kSoftware;
  testing::FakePorts fakes({{stronger, /*built_in=*/true}, {provider_, true}});
  ASSERT_TRUE(GetKey({plan_, *fakes, trace_, call_, &stats_}));
  EXPECT_EQ(recorder_.Events().back().detail, "software key, RSA-2048, not exportable; played: no isolation");
}

TEST_F(StepsTest, AnEmulatedKeyIsForAnEmulatorOnLoopbackOnly) {
  provider_->makes.origin = KeyOrigin::kEmulated;
  const auto refused = GetKey(Acquisition());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kKeyCreationFailed);
  EXPECT_FALSE(refused.error().retryable);
  EXPECT_EQ(Counted().key_strength, KeyStrength::kNone);
  plan_.endpoint_rules.imds_base_is_loopback = true;
  ASSERT_TRUE(GetKey(Acquisition()));
  EXPECT_EQ(recorder_.Events().back().detail, "software key, RSA-2048, not exportable (emulated)");
  EXPECT_EQ(Counted().key_origin, KeyOrigin::kEmulated);
}

TEST_F(StepsTest, TheWordsOfAProviderShowNoSecret) {
  provider_->fails_with = Error(ErrorCode::kKeyCreationFailed, std::string("it says ") + kSecret);
  const auto refused = GetKey(Acquisition());
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("it says [hidden]"), std::string::npos) << refused.error().message;
}

// ---- step 3 ----------------------------------------------------------------------------------------------

TEST_F(StepsTest, TheCsrIsSignedOnceAndToldByItsSize) {
  const auto key = std::make_shared<PlayedKey>(KeyTraits{});
  const auto csr = MakeCsr(Acquisition(), Metadata(), key);
  ASSERT_TRUE(csr) << csr.error().ToString();
  EXPECT_EQ(key->signatures, 1);
  EXPECT_EQ(recorder_.Events().back().detail,
            "PKCS#10, " + std::to_string(csr->size()) + " bytes, RSASSA-PSS, CUID attribute");
}

TEST_F(StepsTest, AKeyThatDoesNotSignIsForgottenAndItsWordsShowNoSecret) {
  provider_->makes.fails_with = Error(ErrorCode::kKeySignFailed, std::string("it says ") + kSecret);
  const auto key = GetKey(Acquisition());
  ASSERT_TRUE(key);
  const auto csr = MakeCsr(Acquisition(), Metadata(), *key);
  ASSERT_FALSE(csr);
  EXPECT_EQ(csr.error().code, ErrorCode::kKeySignFailed);
  EXPECT_EQ(csr.error().message.find(kSecret), std::string::npos);
  EXPECT_TRUE(GetKey(Acquisition()));
  EXPECT_EQ(provider_->calls, 2);
}

TEST_F(StepsTest, AKeyWhoseRequestIsWrongIsKept) {
  provider_->makes.fails_with = Error(ErrorCode::kKeySignFailed, "it would be forgotten");
  const auto key = GetKey(Acquisition());
  ASSERT_TRUE(key);
  PlatformMetadata metadata = Metadata();
  metadata.client_id = "no GUID";
  const auto csr = MakeCsr(Acquisition(), metadata, *key);
  ASSERT_FALSE(csr);
  EXPECT_EQ(csr.error().code, ErrorCode::kInvalidRequest);
  EXPECT_TRUE(GetKey(Acquisition()));
  EXPECT_EQ(provider_->calls, 1);
}

// ---- step 4 ----------------------------------------------------------------------------------------------

TEST_F(StepsTest, AnAttestationIsCachedUntilItIsForgotten) {
  const KeyPtr key = MakeKey({.strength = KeyStrength::kKeyGuard});
  const auto first = Attest(Acquisition(), Metadata(), key);
  ASSERT_TRUE(first) << first.error().ToString();
  EXPECT_EQ(first->Reveal(), PlayedAttestor::Jwt());
  EXPECT_EQ(attestor_->endpoint, "https://weu.attest.azure.net");
  EXPECT_EQ(attestor_->client_id, x509::kClientId);
  EXPECT_EQ(recorder_.Events().back().where, "https://weu.attest.azure.net");
  EXPECT_EQ(recorder_.Events().back().detail,
            "attestation JWT, " + std::to_string(PlayedAttestor::Jwt().size()) + " characters");
  EXPECT_EQ(recorder_.DetailsOf(EventKind::kCacheHit), std::vector<std::string>{});
  ASSERT_TRUE(Attest(Acquisition(), Metadata(), key));
  EXPECT_EQ(recorder_.DetailsOf(EventKind::kCacheMiss),
            std::vector<std::string>{"no suitable entry is cached"});
  EXPECT_EQ(recorder_.DetailsOf(EventKind::kCacheHit),
            std::vector<std::string>{"attestation JWT from the cache"});
  EXPECT_EQ(attestor_->calls, 1);
  ForgetAttestation(Acquisition(), key);
  ASSERT_TRUE(Attest(Acquisition(), Metadata(), key));
  EXPECT_EQ(attestor_->calls, 2);
}

TEST_F(StepsTest, NoKeyIsShownToAnAttestationEndpointThatIsNotAllowed) {
  PlatformMetadata metadata = Metadata();
  metadata.attestation_endpoint = "https://attest.example";
  const auto refused = Attest(Acquisition(), metadata, MakeKey({.strength = KeyStrength::kKeyGuard}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kEndpointNotAllowed);
  EXPECT_EQ(recorder_.Events().back().where, "attestation endpoint");
  EXPECT_EQ(attestor_->calls, 0);
}

// ---- step 5 ----------------------------------------------------------------------------------------------

TEST_F(StepsTest, ACredentialIsAskedForWithTheCsrAndTheAttestation) {
  AnswerCredential();
  const SecretString jwt("the-jwt");
  const std::vector<std::uint8_t> csr = {1, 2, 3};
  const auto credential = IssueCredential(Acquisition(), Metadata(), csr, &jwt, /*bypass_cache=*/false);
  ASSERT_TRUE(credential) << credential.error().ToString();
  EXPECT_EQ(credential->certificate_der, x509::MakeCertificate({}));
  ASSERT_EQ(Requests().size(), 1U);
  EXPECT_EQ(Requests()[0].body, R"({"csr":"AQID","attestation_token":"the-jwt"})");
  EXPECT_EQ(Requests()[0].url.find("bypass_cache"), std::string::npos);
  EXPECT_EQ(recorder_.Events().back().where, kBase);
  EXPECT_EQ(recorder_.Events().back().detail, "certificate for a system-assigned identity");
  EXPECT_EQ(recorder_.Events().back().identifiers, "token endpoint https://entra.example");
  EXPECT_FALSE(Counted().bypass_cache);
}

TEST_F(StepsTest, AnIdentityIsNamedInOurOwnWords) {
  for (const auto& [type, words] :
       {std::pair("userassigned", "user-assigned"), std::pair("<b>", "managed")}) {
    AnswerCredential(type);
    ASSERT_TRUE(IssueCredential(Acquisition(), Metadata(), {1}, nullptr, false));
    EXPECT_EQ(recorder_.Events().back().detail, std::string("certificate for a ") + words + " identity");
  }
}

TEST_F(StepsTest, AnImdsThatRefusesTheBypassIsAskedAgainWithoutIt) {
  fakes_.http.Answer(400, kOfImds);
  AnswerCredential();
  ASSERT_TRUE(IssueCredential(Acquisition(), Metadata(), {1}, nullptr, /*bypass_cache=*/true));
  ASSERT_EQ(Requests().size(), 2U);
  EXPECT_NE(Requests()[0].url.find("&bypass_cache=true"), std::string::npos);
  EXPECT_EQ(Requests()[1].url.find("bypass_cache"), std::string::npos);
  EXPECT_EQ(Requests()[1].body, Requests()[0].body);
  EXPECT_TRUE(Counted().bypass_cache);
}

TEST_F(StepsTest, OnlyARefusalOfTheBypassIsAskedAgain) {
  fakes_.http.Answer(400, kOfImds);
  EXPECT_FALSE(IssueCredential(Acquisition(), Metadata(), {1}, nullptr, /*bypass_cache=*/false));
  EXPECT_EQ(Requests().size(), 1U);
  fakes_.http.Answer(403, kOfImds);
  EXPECT_FALSE(IssueCredential(Uncounted(), Metadata(), {1}, nullptr, /*bypass_cache=*/true));
  EXPECT_EQ(Requests().size(), 2U);
  fakes_.http.Fail(HttpFailure::Kind::kConnect);
  const auto failed = IssueCredential(Acquisition(), Metadata(), {1}, nullptr, /*bypass_cache=*/true);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::kCredentialRequestFailed);
  EXPECT_EQ(Requests().size(), 3U);
}

TEST_F(StepsTest, ARefusalShowsNeitherTheCsrNorTheAttestationNorASecretOfTheHost) {
  const SecretString jwt("the-attestation-jwt");
  const std::vector<std::uint8_t> csr(30, 7);
  for (const std::string& quoted : {Base64Encode(csr), std::string(jwt.Reveal()), std::string(kSecret)}) {
    fakes_.http.Answer(403, kOfImds, R"({"error":"x","error_description":"it quotes )" + quoted + R"("})");
    const auto refused = IssueCredential(Acquisition(), Metadata(), csr, &jwt, false);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("it quotes [hidden]"), std::string::npos)
        << refused.error().message;
  }
}

// ---- step 6 ----------------------------------------------------------------------------------------------

TEST_F(StepsTest, ABindingHoldsWhatWasChecked) {
  plan_.attested = true;
  const KeyPtr key = MakeKey();
  const auto bound = BindCertificate(Acquisition(), Credential(), key);
  ASSERT_TRUE(bound) << bound.error().ToString();
  const Binding& binding = **bound;
  EXPECT_EQ(binding.certificate->leaf_der(), x509::MakeCertificate({}));
  EXPECT_EQ(binding.token_endpoint, "https://entra.example");
  EXPECT_EQ(binding.client_id, x509::kClientId);
  EXPECT_EQ(binding.tenant_id, x509::kTenantId);
  EXPECT_TRUE(binding.attested);
  EXPECT_FALSE(binding.restored);
  EXPECT_EQ(binding.store_alias, "system_assigned_managed_identity#att=1");
  EXPECT_GT(binding.renew_at, fakes_.clock.Now());
  EXPECT_LT(binding.renew_at, binding.certificate->not_after());
  const auto left =
      std::chrono::duration_cast<minutes>(binding.certificate->not_after() - fakes_.clock.Now());
  EXPECT_EQ(recorder_.Events().back().detail,
            "certificate matches key and identity, valid for " + std::to_string(left.count()) + " min");
  EXPECT_EQ(recorder_.Events().back().identifiers, "x5t#S256 " + binding.certificate->x5t_s256());
}

TEST_F(StepsTest, ACertificateIsBoundOnlyIfEveryCheckOfItPasses) {
  IssuedCredential local = Credential();
  local.mtls_authentication_endpoint = "https://127.0.0.1";
  EXPECT_EQ(CheckBinding(Acquisition(), local, MakeKey()).error().code, ErrorCode::kEndpointNotAllowed);
  IssuedCredential of_another = Credential();
  of_another.client_id = x509::kTenantId;
  EXPECT_EQ(CheckBinding(Acquisition(), of_another, MakeKey()).error().code, ErrorCode::kInvalidCertificate);
  tls_refuses_ = Error(ErrorCode::kInvalidCertificate, "TLS does not take it");
  const auto refused = CheckBinding(Acquisition(), Credential(), MakeKey());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, tls_refuses_->message);
}

TEST_F(StepsTest, ASignatureThatFailsLaterIsReportedToTheKeyChain) {
  const auto bound = CheckBinding(Acquisition(), Credential(),
                                  MakeKey({.fails_with = Error(ErrorCode::kKeySignFailed, "it is dead")}));
  ASSERT_TRUE(bound);
  EXPECT_FALSE(ports_.keys.HasReports());
  const std::vector<std::uint8_t> digest(32);
  EXPECT_FALSE(
      (*bound)->certificate->key()->SignDigest(SignaturePadding::kPss, DigestAlgorithm::kSha256, digest));
  EXPECT_TRUE(ports_.keys.HasReports());
}

}  // namespace
}  // namespace msiv2::flow
