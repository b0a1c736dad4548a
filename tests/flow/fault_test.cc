// Every fault of the emulator, and the error it must become: code and step, nothing weaker, nothing lost.
#include <gmock/gmock.h>

#include <mutex>

#include "builtin.h"
#include "msiv2/resource_client.h"
#include "msiv2/testing/scripted_transport.h"
#include "tests/flow/flow_fixture.h"

namespace msiv2 {
namespace {

struct FaultCase {
  const char* rule;
  ErrorCode code;
  Step step;
  int http_status = 0;
  int tls_alert = -1;
};

void PrintTo(const FaultCase& c, std::ostream* out) { *out << c.rule; }

class FaultTest : public FlowTest, public ::testing::WithParamInterface<FaultCase> {
 protected:
  // Returns the status with which the resource answers a call with `token`.
  static int StatusAtResource(const AccessToken& token) {
    ResourceClientOptions options;
    emulator::Use(emulator_->endpoints(), options);
    const auto answer = ResourceClient::Create(options).value().Send(
        token, {.url = emulator_->endpoints().resource + "/secrets"});
    EXPECT_TRUE(answer) << answer.error().ToString();
    return answer ? answer->status : 0;
  }

  // Returns how many requests of a step the emulator answered. A certificate that replaced another one has
  // attempts of its own.
  static std::ptrdiff_t AttemptsOf(Step step) {
    if (step == Step::kMetadata) return Requests("imds", "/getplatformmetadata");
    if (step == Step::kCredential) return Requests("imds", "/issuecredential");
    const auto log = emulator_->Log();
    const auto issued = std::find_if(
        log.rbegin(), log.rend(), [](const auto& entry) { return entry.path.ends_with("/issuecredential"); });
    return std::count_if(issued.base(), log.end(), [](const auto& entry) { return entry.server == "entra"; });
  }
};

// The error of a leg says what the last answer's Retry-After asked for, and nothing without one.
void ExpectRetryAfter(std::string_view rule, const std::optional<std::chrono::seconds>& found) {
  constexpr std::string_view kWord = "retry-after=";
  const auto at = rule.find(kWord);
  ASSERT_EQ(found.has_value(), at != std::string_view::npos) << rule;
  if (!found) return;
  std::string_view value = rule.substr(at + kWord.size());
  const bool is_date = value.starts_with("date:");
  if (is_date) value.remove_prefix(5);
  const std::chrono::seconds asked(std::stoi(std::string(value)));
  // The emulator counts a date from its own clock, which is some time behind or ahead.
  EXPECT_LE(*found, asked) << rule;
  EXPECT_GE(*found, is_date ? std::chrono::seconds(0) : asked) << rule;
}

// G-12, G-20, G-23 and G-24 are rows of the tables below.
// B5, B8, U11.
TEST_P(FaultTest, BecomesItsOwnErrorAndTheNextCallSucceeds) {
  const FaultCase& expected = GetParam();
  Fault(expected.rule);
  auto options = Options();
  if (std::string_view(expected.rule).find("hang") != std::string_view::npos) {
    options.timeouts.attempt = std::chrono::seconds(3);  // a hang takes real time
    options.timeouts.attestation = std::chrono::seconds(6);
  }
  auto client = MakeClient(std::move(options));
  const TokenRequest request = Attested(emulator_->endpoints().resource);

  const auto token = client.AcquireToken(request);
  ASSERT_FALSE(token) << "a token came back";
  const Error& error = token.error();
  EXPECT_EQ(Name(error.code), Name(expected.code)) << error.ToString();
  EXPECT_EQ(Name(error.step), Name(expected.step)) << error.ToString();
  EXPECT_EQ(error.http_status, expected.http_status) << error.ToString();
  if (expected.tls_alert >= 0) {
    EXPECT_EQ(error.tls_alert, expected.tls_alert) << error.ToString();
  }
  // An attestor sends its requests itself.
  if (expected.http_status != 0 && expected.step != Step::kAttestation) {
    EXPECT_EQ(error.attempts, AttemptsOf(expected.step)) << error.ToString();  // whatever was refused in it
  }
  ExpectRetryAfter(expected.rule, error.retry_after);
  EXPECT_EQ(error.kind, ErrorKind::kMsiV2);
  EXPECT_FALSE(error.message.empty());
  EXPECT_FALSE(error.Cure().empty());
  EXPECT_EQ(error.correlation_id.size(), 36U);
  EXPECT_EQ(Requests("imds", "/oauth2/token"), 0) << "fell back to MSI v1";

  emulator_->ClearFaults();
  const auto after = client.AcquireToken(request);
  ASSERT_TRUE(after) << after.error().ToString();
  EXPECT_FALSE(after->from_cache) << "of what the fault brought, nothing is kept";
  EXPECT_EQ(StatusAtResource(**after), 200);
}

using E = ErrorCode;

constexpr FaultCase kMetadataFaults[] = {
    {"imds.getplatformmetadata status=400", E::kManagedIdentityRequestFailed, Step::kMetadata, 400},
    {"imds.getplatformmetadata status=403", E::kManagedIdentityRequestFailed, Step::kMetadata, 403},
    {"imds.getplatformmetadata status=404", E::kMtlsPopNotSupportedInImdsV1, Step::kMetadata, 404},
    {"imds.getplatformmetadata status=408", E::kManagedIdentityRequestFailed, Step::kMetadata, 408},
    {"imds.getplatformmetadata status=410", E::kManagedIdentityRequestFailed, Step::kMetadata, 410},
    {"imds.getplatformmetadata status=429 retry-after=5", E::kManagedIdentityRequestFailed, Step::kMetadata,
     429},
    {"imds.getplatformmetadata status=429 retry-after=date:5", E::kManagedIdentityRequestFailed,
     Step::kMetadata, 429},
    {"imds.getplatformmetadata status=500", E::kManagedIdentityRequestFailed, Step::kMetadata, 500},
    {"imds.getplatformmetadata status=500 header=no-server", E::kImdsUnreachable, Step::kMetadata, 500},
    {"imds.getplatformmetadata status=503", E::kManagedIdentityRequestFailed, Step::kMetadata, 503},
    {"imds.getplatformmetadata status=302", E::kManagedIdentityRequestFailed, Step::kMetadata, 302},
    {"imds.getplatformmetadata hang", E::kImdsUnreachable, Step::kMetadata},
    {"imds.getplatformmetadata hang=body", E::kImdsUnreachable, Step::kMetadata},
    {"imds.getplatformmetadata reset", E::kImdsUnreachable, Step::kMetadata},
    {"imds.getplatformmetadata header=no-server", E::kImdsUnreachable, Step::kMetadata, 200},
    {"imds.getplatformmetadata answer=foreign-server", E::kImdsUnreachable, Step::kMetadata, 200},
    {"imds.getplatformmetadata body=malformed", E::kInvalidMetadata, Step::kMetadata, 200},
    {"imds.getplatformmetadata body=oversized", E::kInvalidMetadata, Step::kMetadata},
    {"imds.getplatformmetadata body=truncated", E::kInvalidMetadata, Step::kMetadata},
    {"imds.getplatformmetadata body=empty", E::kInvalidMetadata, Step::kMetadata, 200},
    // A10.
    {"imds.getplatformmetadata body=nul", E::kInvalidMetadata, Step::kMetadata, 200},
    {"imds.getplatformmetadata body=twice", E::kInvalidMetadata, Step::kMetadata, 200},
    {"imds.getplatformmetadata answer=no-client-id", E::kInvalidMetadata, Step::kMetadata, 200},
    {"imds.getplatformmetadata answer=no-tenant-id", E::kInvalidMetadata, Step::kMetadata, 200},
    {"imds.getplatformmetadata answer=bad-tenant-id", E::kInvalidMetadata, Step::kMetadata, 200},
    {"imds.getplatformmetadata answer=number-client-id", E::kInvalidMetadata, Step::kMetadata, 200},
    {"imds.getplatformmetadata answer=bad-client-id", E::kInvalidMetadata, Step::kMetadata, 200},
    {"imds.getplatformmetadata answer=no-cuid", E::kInvalidMetadata, Step::kMetadata, 200},
    {"imds.getplatformmetadata answer=empty-cuid", E::kInvalidMetadata, Step::kMetadata, 200},
    {"imds.getplatformmetadata answer=blank-cuid", E::kInvalidMetadata, Step::kMetadata, 200},
    {"imds.getplatformmetadata answer=other-tenant-id", E::kCredentialRequestFailed, Step::kCredential, 400},
    {"imds.getplatformmetadata answer=other-client-id", E::kCredentialRequestFailed, Step::kCredential, 400},
    {"imds.getplatformmetadata answer=not-an-object", E::kInvalidMetadata, Step::kMetadata, 200},
    {"imds.getplatformmetadata answer=http-endpoint", E::kEndpointNotAllowed, Step::kAttestation},
    {"imds.getplatformmetadata answer=userinfo-endpoint", E::kEndpointNotAllowed, Step::kAttestation},
    {"imds.getplatformmetadata answer=backslash-endpoint", E::kEndpointNotAllowed, Step::kAttestation},
    {"imds.getplatformmetadata answer=portless-endpoint", E::kEndpointNotAllowed, Step::kAttestation},
    {"imds.getplatformmetadata answer=odd-port-endpoint", E::kEndpointNotAllowed, Step::kAttestation},
    {"imds.getplatformmetadata answer=foreign-endpoint", E::kEndpointNotAllowed, Step::kAttestation},
    {"imds.getplatformmetadata answer=no-endpoint", E::kInvalidMetadata, Step::kMetadata, 200},
    {"imds.getplatformmetadata answer=empty-endpoint", E::kInvalidMetadata, Step::kMetadata, 200},
    {"imds.getplatformmetadata answer=dead-endpoint", E::kAttestationFailed, Step::kAttestation},
};
INSTANTIATE_TEST_SUITE_P(Metadata, FaultTest, ::testing::ValuesIn(kMetadataFaults));

constexpr FaultCase kAttestationFaults[] = {
    {"attestation.attest status=500", E::kAttestationFailed, Step::kAttestation, 500},
    {"attestation.attest status=400", E::kAttestationFailed, Step::kAttestation, 400},
    {"attestation.attest hang", E::kAttestationFailed, Step::kAttestation},
    {"attestation.attest reset", E::kAttestationFailed, Step::kAttestation},
    {"attestation.attest body=malformed", E::kAttestationFailed, Step::kAttestation},
    {"attestation.attest answer=no-token", E::kAttestationFailed, Step::kAttestation},
    {"attestation.attest answer=empty-token", E::kAttestationFailed, Step::kAttestation},
    {"attestation.attest answer=blank-token", E::kAttestationFailed, Step::kAttestation},
    {"attestation.attest answer=malformed-token", E::kAttestationFailed, Step::kAttestation},
    {"attestation.attest answer=opaque-token", E::kAttestationFailed, Step::kAttestation},
    {"attestation.attest answer=stale-token", E::kAttestationFailed, Step::kAttestation},
    {"attestation.attest answer=expired-token", E::kAttestationFailed, Step::kAttestation},
    {"attestation.attest answer=no-exp-token", E::kAttestationFailed, Step::kAttestation},
};
INSTANTIATE_TEST_SUITE_P(Attestation, FaultTest, ::testing::ValuesIn(kAttestationFaults));

constexpr FaultCase kCredentialFaults[] = {
    {"imds.issuecredential status=400", E::kCredentialRequestFailed, Step::kCredential, 400},
    {"imds.issuecredential status=404", E::kCredentialRequestFailed, Step::kCredential, 404},
    {"imds.issuecredential status=410", E::kCredentialRequestFailed, Step::kCredential, 410},
    {"imds.issuecredential status=429 retry-after=3", E::kCredentialRequestFailed, Step::kCredential, 429},
    {"imds.issuecredential status=503", E::kCredentialRequestFailed, Step::kCredential, 503},
    {"imds.issuecredential status=307", E::kCredentialRequestFailed, Step::kCredential, 307},
    {"imds.issuecredential hang", E::kCredentialRequestFailed, Step::kCredential},
    {"imds.issuecredential reset", E::kCredentialRequestFailed, Step::kCredential},
    {"imds.issuecredential body=malformed", E::kCredentialRequestFailed, Step::kCredential, 200},
    {"imds.issuecredential body=oversized", E::kCredentialRequestFailed, Step::kCredential},
    {"imds.issuecredential body=truncated", E::kCredentialRequestFailed, Step::kCredential},
    {"imds.issuecredential body=empty", E::kCredentialRequestFailed, Step::kCredential, 200},
    // A10.
    {"imds.issuecredential body=nul", E::kCredentialRequestFailed, Step::kCredential, 200},
    {"imds.issuecredential body=twice", E::kCredentialRequestFailed, Step::kCredential, 200},
    {"imds.issuecredential answer=not-an-object", E::kCredentialRequestFailed, Step::kCredential, 200},
    {"imds.issuecredential answer=no-client-id", E::kCredentialRequestFailed, Step::kCredential, 200},
    {"imds.issuecredential answer=no-tenant-id", E::kCredentialRequestFailed, Step::kCredential, 200},
    {"imds.issuecredential answer=no-certificate", E::kCredentialRequestFailed, Step::kCredential, 200},
    {"imds.issuecredential answer=no-identity-type", E::kCredentialRequestFailed, Step::kCredential, 200},
    {"imds.issuecredential answer=other-client-id", E::kCredentialRequestFailed, Step::kCredential, 200},
    {"imds.issuecredential answer=other-tenant-id", E::kCredentialRequestFailed, Step::kCredential, 200},
    {"imds.issuecredential answer=empty-certificate", E::kCredentialRequestFailed, Step::kCredential, 200},
    {"imds.issuecredential answer=text-certificate", E::kInvalidCertificate, Step::kCredential, 200},
    {"imds.issuecredential answer=pem-certificate", E::kInvalidCertificate, Step::kCredential, 200},
    {"attestation.attest answer=wrong-key-token", E::kCredentialRequestFailed, Step::kCredential, 400},
    {"attestation.attest answer=foreign-token", E::kCredentialRequestFailed, Step::kCredential, 400},
    {"imds.issuecredential answer=no-endpoint", E::kCredentialRequestFailed, Step::kCredential, 200},
    {"imds.issuecredential answer=empty-endpoint", E::kCredentialRequestFailed, Step::kCredential, 200},
};
INSTANTIATE_TEST_SUITE_P(Credential, FaultTest, ::testing::ValuesIn(kCredentialFaults));

constexpr FaultCase kCertificateFaults[] = {
    {"imds.issuecredential answer=garbage-certificate", E::kInvalidCertificate, Step::kCertificate},
    {"imds.issuecredential answer=trailing-certificate", E::kInvalidCertificate, Step::kCertificate},
    // A11.
    {"imds.issuecredential answer=ber-certificate", E::kInvalidCertificate, Step::kCertificate},
    {"imds.issuecredential answer=wrong-key", E::kInvalidCertificate, Step::kCertificate},
    {"imds.issuecredential answer=wrong-cn", E::kInvalidCertificate, Step::kCertificate},
    {"imds.issuecredential answer=wrong-eku", E::kInvalidCertificate, Step::kCertificate},
    {"imds.issuecredential answer=wrong-key-usage", E::kInvalidCertificate, Step::kCertificate},
    // A3.
    {"imds.issuecredential answer=sha1-certificate", E::kInvalidCertificate, Step::kCertificate},
    {"imds.issuecredential answer=expired-certificate", E::kInvalidCertificate, Step::kCertificate},
    {"imds.issuecredential answer=future-certificate", E::kInvalidCertificate, Step::kCertificate},
    {"imds.issuecredential answer=ending-certificate", E::kInvalidCertificate, Step::kCertificate},
    {"imds.issuecredential answer=http-endpoint", E::kEndpointNotAllowed, Step::kCertificate},
    {"imds.issuecredential answer=userinfo-endpoint", E::kEndpointNotAllowed, Step::kCertificate},
    {"imds.issuecredential answer=backslash-endpoint", E::kEndpointNotAllowed, Step::kCertificate},
    {"imds.issuecredential answer=portless-endpoint", E::kEndpointNotAllowed, Step::kCertificate},
    {"imds.issuecredential answer=odd-port-endpoint", E::kEndpointNotAllowed, Step::kCertificate},
};
INSTANTIATE_TEST_SUITE_P(Certificate, FaultTest, ::testing::ValuesIn(kCertificateFaults));

constexpr FaultCase kTokenFaults[] = {
    {"entra.token status=500", E::kTokenRequestFailed, Step::kToken, 500},
    {"entra.token status=503 retry-after=7", E::kTokenRequestFailed, Step::kToken, 503},
    {"entra.token status=429 retry-after=7", E::kTokenRequestFailed, Step::kToken, 429},
    {"entra.token status=302", E::kTokenRequestFailed, Step::kToken, 302},
    {"entra.token hang", E::kTokenRequestFailed, Step::kToken},
    {"entra.token hang=body", E::kTokenRequestFailed, Step::kToken},
    {"entra.token hang=handshake", E::kTokenRequestFailed, Step::kToken},
    {"entra.token reset", E::kTokenRequestFailed, Step::kToken},
    {"entra.token reset=before-certificate", E::kTokenRequestFailed, Step::kToken},
    {"entra.token reset=after-certificate", E::kTokenRequestFailed, Step::kToken},
    {"entra.token alert=40", E::kTlsFailed, Step::kToken, 0, 40},
    {"entra.token alert=42", E::kTlsFailed, Step::kToken, 0, 42},
    {"entra.token alert=43", E::kTlsFailed, Step::kToken, 0, 43},
    {"entra.token alert=44", E::kTlsFailed, Step::kToken, 0, 44},
    {"entra.token alert=45", E::kTlsFailed, Step::kToken, 0, 45},
    {"entra.token alert=46", E::kTlsFailed, Step::kToken, 0, 46},
    {"entra.token alert=48", E::kTlsFailed, Step::kToken, 0, 48},
    {"entra.token alert=49", E::kTlsFailed, Step::kToken, 0, 49},
    {"entra.token alert=116", E::kTlsFailed, Step::kToken, 0, 116},
    {"entra.token body=malformed", E::kTokenRequestFailed, Step::kToken, 200},
    {"entra.token body=oversized", E::kTokenRequestFailed, Step::kToken},
    {"entra.token body=truncated", E::kTokenRequestFailed, Step::kToken},
    {"entra.token body=empty", E::kTokenRequestFailed, Step::kToken, 200},
    // A10.
    {"entra.token body=nul", E::kTokenRequestFailed, Step::kToken, 200},
    {"entra.token body=twice", E::kTokenRequestFailed, Step::kToken, 200},
    {"entra.token answer=unreadable-jwt", E::kTokenBindingMismatch, Step::kToken, 200},
    {"entra.token answer=twofold-cnf", E::kTokenBindingMismatch, Step::kToken, 200},
    // U12.
    {"entra.token answer=expired", E::kTokenRequestFailed, Step::kToken, 200},
    {"entra.token answer=bearer", E::kTokenTypeMismatch, Step::kToken, 200},
    {"entra.token answer=wrong-cnf", E::kTokenBindingMismatch, Step::kToken, 200},
    {"entra.token answer=no-cnf", E::kTokenBindingMismatch, Step::kToken, 200},
    {"entra.token answer=no-access-token", E::kTokenRequestFailed, Step::kToken, 200},
    {"entra.token answer=no-expires", E::kTokenRequestFailed, Step::kToken, 200},
    {"entra.token answer=invalid-client", E::kTokenRequestFailed, Step::kToken, 401},
    {"entra.token answer=aadsts-1000610", E::kTokenRequestFailed, Step::kToken, 401},
    {"entra.token answer=aadsts-1000611", E::kTokenRequestFailed, Step::kToken, 401},
    {"entra.token answer=aadsts-1000612", E::kTokenRequestFailed, Step::kToken, 401},
    {"entra.token answer=aadsts-1000613", E::kTokenRequestFailed, Step::kToken, 401},
    {"entra.token answer=aadsts-1000614", E::kTokenRequestFailed, Step::kToken, 401},
    {"entra.token answer=aadsts-7000215", E::kTokenRequestFailed, Step::kToken, 401},
    {"entra.token answer=aadsts-50001", E::kTokenRequestFailed, Step::kToken, 400},
    {"entra.token answer=aadsts-392200", E::kTokenRequestFailed, Step::kToken, 400},
    {"entra.token answer=aadsts-500181", E::kTokenRequestFailed, Step::kToken, 400},
    {"entra.token answer=aadsts-392204", E::kTokenRequestFailed, Step::kToken, 401},
};
INSTANTIATE_TEST_SUITE_P(Token, FaultTest, ::testing::ValuesIn(kTokenFaults));

class FaultOutcomeTest : public FlowTest {};

// What a client cannot detect. It has no key to verify the token with, so audience and signature are for the
// resource to judge. So are its times, if the answer has no Date.
TEST_F(FaultOutcomeTest, WhatOnlyTheResourceCanJudgeIsPassedOn) {
  for (const char* rule : {"entra.token answer=expired header=no-date", "entra.token answer=skew",
                           "entra.token answer=wrong-audience", "entra.token answer=foreign-signature",
                           "entra.token answer=refresh-in"}) {
    emulator_->ClearFaults();
    Fault(rule);
    const auto token = MakeClient(Options()).AcquireToken(Attested());
    EXPECT_TRUE(token) << rule << token.error().ToString();
  }
}

// A3.
TEST_F(FaultOutcomeTest, ACertificateThatTlsCannotUseIsNeverBoundNorShownToEntra) {
  auto client = MakeClient(Options());
  Fault("imds.issuecredential answer=sha1-certificate count=1");
  const auto refused = client.AcquireToken(Attested());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().step, Step::kCertificate);
  EXPECT_THAT(refused.error().message, ::testing::HasSubstr("TLS cannot use the certificate"));
  EXPECT_EQ(Requests("entra", "/token"), 0);
  const auto next = client.AcquireToken(Attested());
  ASSERT_TRUE(next) << next.error().ToString();
  EXPECT_EQ(Requests("imds", "/issuecredential"), 2);
}

TEST_F(FaultOutcomeTest, AnUnreachableTokenEndpointFailsAtStep7) {
  for (const char* endpoint : {"foreign-endpoint", "dead-endpoint"}) {
    emulator_->ClearFaults();
    Fault(std::string("imds.issuecredential answer=") + endpoint);
    const auto token = MakeClient(Options()).AcquireToken(Attested());
    ASSERT_FALSE(token) << endpoint;
    EXPECT_EQ(token.error().code, ErrorCode::kTokenRequestFailed) << endpoint;
    EXPECT_EQ(token.error().step, Step::kToken) << endpoint;
  }
}

TEST_F(FaultOutcomeTest, ACertificateOfAClockThreeMinutesAheadPassesStep6) {
  Fault("imds.issuecredential answer=clock-skew");
  const auto token = MakeClient(Options()).AcquireToken(Attested());
  ASSERT_FALSE(token);
  EXPECT_EQ(token.error().step, Step::kToken) << "the emulator's Entra judges by its own clock";
  EXPECT_EQ(token.error().aadsts, std::vector<std::int64_t>{392204});
}

TEST_F(FaultOutcomeTest, AnotherClientThanTheOneAskedForIsRefused) {
  Fault("imds.getplatformmetadata answer=other-client-id");
  auto options = Options();
  options.identity = ManagedIdentityId::ClientId("88888888-7777-4666-8555-444444444444");
  const auto token = MakeClient(std::move(options)).AcquireToken(Attested());
  ASSERT_FALSE(token);
  EXPECT_EQ(token.error().code, ErrorCode::kInvalidMetadata);
  EXPECT_EQ(token.error().step, Step::kMetadata);
}

// U12.
TEST_F(FaultOutcomeTest, ATokenThatHadEndedIsNotKeptAndTheHostsClockDecidesNothing) {
  auto client = MakeClient(Options());
  Fault("entra.token answer=expired count=1");
  const auto ended = client.AcquireToken(Attested());
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, ErrorCode::kTokenRequestFailed);
  const auto next = client.AcquireToken(Attested());
  ASSERT_TRUE(next) << next.error().ToString();
  EXPECT_FALSE(next->from_cache);
  clock_->SetWall(std::chrono::hours(36));  // longer than the token's life, shorter than the certificate's
  TokenRequest fresh = Attested();
  fresh.force_refresh = true;
  EXPECT_TRUE(client.AcquireToken(fresh)) << "by the service's own times it is good";
}

// A10.
TEST_F(FaultOutcomeTest, AJweIsOpaque) {
  Fault("entra.token answer=jwe");
  const auto token = MakeClient(Options()).AcquireToken(Attested());
  ASSERT_TRUE(token) << token.error().ToString();
  EXPECT_FALSE((*token)->binding_verified);
}

TEST_F(FaultOutcomeTest, AnOpaqueTokenIsAcceptedAndReportedAsUnverified) {
  Fault("entra.token answer=opaque");
  const auto token = MakeClient(Options()).AcquireToken(Attested());
  ASSERT_TRUE(token) << token.error().ToString();
  EXPECT_FALSE((*token)->binding_verified);
  EXPECT_EQ((*token)->type, TokenType::kMtlsPop);
}

TEST_F(FaultOutcomeTest, APopTokenForABearerRequestIsRefused) {
  Fault("entra.token answer=pop-for-bearer");
  TokenRequest request = Attested();
  request.mtls_proof_of_possession = false;
  request.request_over_mtls = true;
  const auto token = MakeClient(Options()).AcquireToken(request);
  ASSERT_FALSE(token);
  EXPECT_EQ(token.error().code, ErrorCode::kTokenTypeMismatch);
}

TEST_F(FaultOutcomeTest, AShortOutageIsRiddenOut) {
  Fault("imds.getplatformmetadata status=500 header=no-server count=2");
  Fault("imds.issuecredential status=429 retry-after=9 count=1");
  Fault("entra.token status=502 count=1");
  const auto token = MakeClient(Options()).AcquireToken(Attested());
  ASSERT_TRUE(token) << token.error().ToString();
  EXPECT_EQ(Requests("imds", "/getplatformmetadata"), 3);
  EXPECT_EQ(Requests("imds", "/issuecredential"), 2);
  EXPECT_EQ(Requests("entra", "/token"), 2);
  const auto sleeps = clock_->Sleeps();
  ASSERT_EQ(sleeps.size(), 4U);
  EXPECT_GE(sleeps[2], std::chrono::seconds(5)) << "Retry-After is a minimum";
}

TEST_F(FaultOutcomeTest, RetriesAreCountedInTheError) {
  Fault("imds.getplatformmetadata status=503");
  const auto token = MakeClient(Options()).AcquireToken(Attested());
  ASSERT_FALSE(token);
  EXPECT_EQ(Requests("imds", "/getplatformmetadata"), 4);
  EXPECT_TRUE(token.error().retryable);
}

TEST_F(FaultOutcomeTest, WithRetriesOffThereIsOneAttempt) {
  Fault("imds.getplatformmetadata status=503");
  auto options = Options();
  options.retries = false;
  ASSERT_FALSE(MakeClient(std::move(options)).AcquireToken(Attested()));
  EXPECT_EQ(Requests("imds", "/getplatformmetadata"), 1);
}

TEST_F(FaultOutcomeTest, A410IsAskedSevenTimesMore) {
  Fault("imds.getplatformmetadata status=410");
  ASSERT_FALSE(MakeClient(Options()).AcquireToken(Attested()));
  EXPECT_EQ(Requests("imds", "/getplatformmetadata"), 8);
  for (const auto sleep : clock_->Sleeps()) {
    EXPECT_GE(sleep, std::chrono::seconds(5));  // the clock advanced a little before the sleep began
    EXPECT_LE(sleep, std::chrono::seconds(10));
  }
}

TEST_F(FaultOutcomeTest, AFailedAttestationNeverReachesIssueCredential) {
  Fault("attestation.attest status=500");
  ASSERT_FALSE(MakeClient(Options()).AcquireToken(Attested()));
  EXPECT_EQ(Requests("imds", "/issuecredential"), 0);
}

// Records the URL of each request that a client sends.
class RecordingTransport final : public HttpTransport {
 public:
  explicit RecordingTransport(std::shared_ptr<HttpTransport> inner) : inner_(std::move(inner)) {}
  Result<HttpResponse, HttpFailure> Send(const HttpRequest& request, const CallContext& context) override {
    {
      std::lock_guard lock(mutex_);
      urls_.push_back(request.url);
    }
    return inner_->Send(request, context);
  }
  std::vector<std::string> TakeUrls() {
    std::lock_guard lock(mutex_);
    return std::exchange(urls_, {});
  }

 private:
  const std::shared_ptr<HttpTransport> inner_;
  std::mutex mutex_;
  std::vector<std::string> urls_;
};

// B8.
TEST_F(FaultOutcomeTest, ABadTokenEndpointIsNeverContactedNorKept) {
  for (const char* bad : {"http-endpoint", "userinfo-endpoint", "backslash-endpoint", "portless-endpoint",
                          "odd-port-endpoint"}) {
    auto options = Options();
    auto inner = TransportOf(nullptr, options.tls, options.environment);
    ASSERT_TRUE(inner) << inner.error().ToString();
    const auto transport = std::make_shared<RecordingTransport>(*std::move(inner));
    options.http = transport;
    auto client = MakeClient(std::move(options));
    Fault(std::string("imds.issuecredential answer=") + bad + " count=1");
    const auto refused = client.AcquireToken(Attested());
    ASSERT_FALSE(refused) << bad;
    EXPECT_EQ(refused.error().code, ErrorCode::kEndpointNotAllowed) << bad << refused.error().ToString();
    const auto urls = transport->TakeUrls();
    EXPECT_FALSE(urls.empty());
    for (const std::string& url : urls) {
      EXPECT_TRUE(url.starts_with(emulator_->endpoints().imds + "/")) << bad << ": " << url;
    }
    emulator_->ClearLog();
    const auto next = client.AcquireToken(Attested());
    ASSERT_TRUE(next) << bad << next.error().ToString();
    EXPECT_EQ(Requests("imds", "/issuecredential"), 1) << bad;
  }
}

TEST_F(FaultOutcomeTest, AnEmulatedKeyIsNotUsedBeyondLoopback) {
  auto options = Options();
  options.imds_base_url = "http://169.254.169.254";
  auto http = std::make_shared<testing::ScriptedTransport>();
  http->Answer(200, {{"Server", "IMDS/1"}},
               R"({"clientId":"11111111-1111-4111-8111-111111111111",)"
               R"("tenantId":"22222222-2222-4222-8222-222222222222",)"
               R"("cuId":{"vmId":"vm"},"attestationEndpoint":"weu.attest.azure.net"})");
  options.http = http;
  const auto token = MakeClient(std::move(options)).AcquireToken(Attested());
  ASSERT_FALSE(token);
  EXPECT_EQ(token.error().code, ErrorCode::kKeyCreationFailed) << token.error().ToString();
  EXPECT_NE(token.error().message.find("emulated"), std::string::npos);
}

TEST_F(FaultOutcomeTest, AClosedAllowListRefusesTheEmulatorToo) {
  auto options = Options();
  options.allowed_hosts = std::vector<std::string>{"other.example"};
  const auto token = MakeClient(std::move(options)).AcquireToken(Attested());
  ASSERT_FALSE(token);
  EXPECT_EQ(token.error().code, ErrorCode::kEndpointNotAllowed);
}

TEST_F(FaultOutcomeTest, AnUnreachableImdsIsAskedByTheWholeSchedule) {
  auto options = Options();
  options.imds_base_url = "http://127.0.0.1:1";
  const auto token = MakeClient(std::move(options)).AcquireToken(Attested());
  ASSERT_FALSE(token);
  EXPECT_EQ(token.error().code, ErrorCode::kImdsUnreachable);
  EXPECT_EQ(token.error().attempts, 4);
  EXPECT_TRUE(token.error().retryable);
}

TEST_F(FaultOutcomeTest, AServerThatTheTrustAnchorsDoNotCoverIsRefused) {
  auto options = Options();
  options.tls.trust_anchors_pem.clear();
  options.attestor = nullptr;
  const auto token = MakeClient(std::move(options)).AcquireToken(Unattested());
  ASSERT_FALSE(token);
  EXPECT_EQ(token.error().code, ErrorCode::kTlsFailed) << token.error().ToString();
}

class OptionsTest : public FlowTest {};

TEST_F(OptionsTest, BadOptionsAreNamedWhenTheClientIsCreated) {
  auto odd_base = Options();
  odd_base.imds_base_url = "not a url";
  auto no_file = Options();
  no_file.tls.trust_anchors_file = "/nonexistent/anchors.pem";
  auto no_pem = Options();
  no_pem.tls.trust_anchors_pem = "this is not a certificate";
  auto no_calls = Options();
  no_calls.max_pending_calls = 0;
  for (auto* options : {&odd_base, &no_file, &no_pem, &no_calls}) {
    const auto client = ManagedIdentityClient::Create(*options);
    ASSERT_FALSE(client);
    EXPECT_EQ(client.error().code, ErrorCode::kInvalidRequest);
    EXPECT_FALSE(client.error().message.empty());
  }
}

}  // namespace
}  // namespace msiv2
