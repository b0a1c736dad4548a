// Tests every finding of the doctor, each from facts alone.
#include "doctor/checks.h"

#include <gtest/gtest.h>

#include <set>

namespace msiv2::doctor {
namespace {

using Kind = HttpFailure::Kind;
using std::chrono::seconds;

const ProviderDescription kMemory{"in-memory", KeyStrength::kSoftware, true};
const ProviderDescription kRealKeyGuard{"keyguard", KeyStrength::kKeyGuard, true};
const ProviderDescription kPlayedKeyGuard{"played", KeyStrength::kKeyGuard, false};

Sent Failed(Kind kind, int alert = -1) {
  HttpFailure failure;
  failure.kind = kind;
  failure.message = "scripted";
  failure.tls_alert = alert;
  return failure;
}

Sent Metadata(const std::string& attestation_endpoint = "https://weu.attest.azure.net") {
  return HttpResponse{200,
                      {{"Server", "IMDS/1"}},
                      R"({"clientId":"0a0a0a0a-1b1b-4c2c-8d3d-4e4e4e4e4e4e",)"
                      R"("tenantId":"11111111-2222-4333-8444-555555555555","cuId":{"vmId":"v"},)"
                      R"("attestationEndpoint":")" +
                          attestation_endpoint + "\"}"};
}

Sent Compute(const char* os, const char* type) {
  return HttpResponse{
      200,
      {},
      std::string(R"({"osType":")") + os + R"(","securityProfile":{"securityType":")" + type + "\"}}"};
}

// A host without any problem.
Facts Healthy() {
  Facts facts;
  facts.imds_base = "http://169.254.169.254";
  facts.host_knowledge = imds::HostKnowledge::kKnown;
  facts.providers = {kRealKeyGuard, kMemory};
  facts.stored_keys = {{"keyguard", {StoredKeyState::kUsable, "", 0}}};
  facts.has_attestor = true;
  facts.token_endpoint = "weu.mtlsauth.microsoft.com";
  facts.v2_probe = HttpResponse{400, {}, ""};
  facts.compute = Compute("Windows", "TrustedLaunch");
  facts.metadata = Metadata();
  facts.clock_ahead = seconds(0);
  facts.key_memory = MemoryProtection::kLocked;
  facts.attestation = HttpResponse{404, {}, ""};
  facts.token = HttpResponse{404, {}, ""};
  return facts;
}

void Expect(const Finding& finding, Severity severity, const std::string& cause,
            const std::string& part = {}) {
  EXPECT_EQ(Name(finding.severity), Name(severity)) << finding.check << ": " << finding.text;
  EXPECT_EQ(finding.cause, cause) << finding.text;
  EXPECT_NE(finding.text.find(part), std::string::npos) << finding.text;
  EXPECT_FALSE(finding.check.empty());
  EXPECT_FALSE(finding.text.empty());
  const bool wrong = severity == Severity::kWarning || severity == Severity::kFailure;
  EXPECT_EQ(finding.cure.empty(), !wrong) << "a cure for what is wrong, and for nothing else";
}

// G-46.
TEST(Doctor, AHealthyHostHasAFindingOfEachCheckAndNothingToSay) {
  const Diagnosis diagnosis{CheckAll(Healthy())};
  std::set<std::string> names;
  for (const Finding& finding : diagnosis.findings) {
    Expect(finding, Severity::kOk, "ok");
    names.insert(finding.check);
  }
  EXPECT_EQ(names,
            (std::set<std::string>{"environment", "bearer_source", "kill_switch", "store_switch", "imds",
                                   "clock", "identity", "keys", "stored_keys", "key_memory", "proxy",
                                   "trust_anchors", "allowed_hosts", "attestation", "token_endpoint"}));
  EXPECT_EQ(diagnosis.findings.size(), names.size());
  EXPECT_EQ(diagnosis.Worst(), Severity::kOk);
}

TEST(Doctor, WorstIsTheWorstAndWhatWasSkippedDoesNotCount) {
  Diagnosis diagnosis{{Ok("a", "b"), Skipped("c", "d")}};
  EXPECT_EQ(diagnosis.Worst(), Severity::kOk);
  diagnosis.findings.push_back({"e", Severity::kWarning, "f", "g", "h"});
  EXPECT_EQ(diagnosis.Worst(), Severity::kWarning);
  diagnosis.findings.insert(diagnosis.findings.begin(), {"e", Severity::kFailure, "f", "g", "h"});
  EXPECT_EQ(diagnosis.Worst(), Severity::kFailure);
}

TEST(Doctor, AnotherSourceOfTheIdentity) {
  Facts facts = Healthy();
  facts.other_source =
      Error(ErrorCode::kPopNotSupportedForEnvironment, "MSI_ENDPOINT is set, so the identity is another");
  Expect(CheckEnvironment(facts), Severity::kFailure, "mtls_pop_not_supported_for_environment",
         "MSI_ENDPOINT");
}

TEST(Doctor, TheSourceOfBearerTokens) {
  Facts facts = Healthy();
  facts.bearer = {"AppService", "IDENTITY_ENDPOINT and IDENTITY_HEADER are set", {}};
  Expect(CheckBearerSource(facts), Severity::kOk, "ok", "AppService: IDENTITY_ENDPOINT");
  facts.bearer.error = Error(ErrorCode::kInvalidManagedIdentityEndpoint, "IDENTITY_ENDPOINT is not a URL");
  Expect(CheckBearerSource(facts), Severity::kFailure, "invalid_managed_identity_endpoint", "is not a URL");
}

// F4.
TEST(Doctor, AnImdsThatDoesNotAnswerGivesNoBearerTokens) {
  Facts facts = Healthy();
  facts.bearer.is_imds = true;
  facts.host_knowledge = imds::HostKnowledge::kKnown;
  facts.metadata.reset();
  facts.v2_probe = Sent(HttpResponse{404, {}, ""});
  facts.v1_probe = Sent(HttpResponse{403, {{"Server", "nginx"}}, ""});
  Expect(CheckBearerSource(facts), Severity::kFailure, "imds_unreachable", "status 403 is not IMDS");
  for (const int status : {404, 503}) {
    facts.v1_probe = Sent(HttpResponse{status, {}, ""});
    Expect(CheckBearerSource(facts), Severity::kWarning, "imds_busy", std::to_string(status));
  }
  facts.v1_probe = Sent(HttpResponse{400, {{"Server", "IMDS/1"}}, ""});
  Expect(CheckBearerSource(facts), Severity::kOk, "ok");
}

TEST(Doctor, TheKillSwitch) {
  Facts facts = Healthy();
  facts.kill_switch = SwitchState::kOn;
  Expect(CheckKillSwitch(facts), Severity::kFailure, "imds_v2_disabled", "MSAL_MI_DISABLE_IMDS_V2");
  facts.kill_switch = SwitchState::kUnknown;
  Expect(CheckKillSwitch(facts), Severity::kWarning, "kill_switch_unrecognised", "stays on");
  facts.store_switch = SwitchState::kOn;
  Expect(CheckStoreSwitch(facts), Severity::kOk, "ok", "MSAL_MI_DISABLE_PERSISTENT_CERT_CACHE");
  facts.store_switch = SwitchState::kUnknown;
  Expect(CheckStoreSwitch(facts), Severity::kWarning, "store_switch_unrecognised", "PERSISTENT_CERT_CACHE");
}

TEST(Doctor, Proxies) {
  Facts facts = Healthy();
  facts.proxy = {.variable = "HTTPS_PROXY", .origin = "http://p:1", .has_exceptions = true};
  Expect(CheckProxy(facts), Severity::kWarning, "proxy_in_use", "HTTPS_PROXY");
  EXPECT_NE(CheckProxy(facts).text.find("NO_PROXY"), std::string::npos);
  EXPECT_NE(CheckProxy(facts).text.find("the proxy http://p:1, but"), std::string::npos);
  facts.proxy = {.variable = "all_proxy", .problem = "names a proxy that", .over_tls = true};
  Expect(CheckProxy(facts), Severity::kFailure, "proxy_over_tls", "all_proxy");
  facts.proxy.over_tls = false;
  Expect(CheckProxy(facts), Severity::kFailure, "proxy_unusable", "all_proxy names a proxy that");
}

TEST(Doctor, AllowedHosts) {
  Facts facts = Healthy();
  facts.rules.allowed_hosts = std::vector<std::string>{"*.attest.azure.net", "weu.mtlsauth.microsoft.com"};
  Expect(CheckAllowedHosts(facts), Severity::kOk, "ok", "2 hosts");
  facts.rules.allowed_hosts = std::vector<std::string>{"a.example", "https://hunter2", "b.example:hunter2"};
  const Finding unusable = CheckAllowedHosts(facts);
  Expect(unusable, Severity::kWarning, "allowed_hosts_unusable", "1 host is set");
  EXPECT_NE(unusable.text.find("match: 2, 3"), std::string::npos) << unusable.text;
  EXPECT_EQ(unusable.text.find("hunter2"), std::string::npos) << unusable.text;
  facts.rules.allowed_hosts = std::vector<std::string>{"a.example/"};
  Expect(CheckAllowedHosts(facts), Severity::kFailure, "allowed_hosts_empty", "match: 1");
  facts.rules.allowed_hosts = std::vector<std::string>{};
  Expect(CheckAllowedHosts(facts), Severity::kFailure, "allowed_hosts_empty");
}

TEST(Doctor, Keys) {
  Facts facts = Healthy();
  Expect(CheckKeys(facts), Severity::kOk, "ok", "keyguard by keyguard, software by in-memory");
  facts.compute = Compute("Linux", "TrustedLaunch");
  Expect(CheckKeys(facts), Severity::kFailure, "msi_v2_keyguard_unavailable", "not a Windows machine");
  facts.providers = {kMemory};
  Expect(CheckKeys(facts), Severity::kFailure, "msi_v2_keyguard_unavailable",
         "attested KeyGuard keys only today");
  facts.rules.imds_base_is_loopback = true;
  Expect(CheckKeys(facts), Severity::kWarning, "msi_v2_keyguard_unavailable");
  facts.providers = {kPlayedKeyGuard, kMemory};
  Expect(CheckKeys(facts), Severity::kOk, "ok", "keyguard by played (emulated)");
  facts.providers = {};
  Expect(CheckKeys(facts), Severity::kWarning, "msi_v2_keyguard_unavailable", "key providers: none");
}

TEST(Doctor, StoredKeys) {
  Facts facts = Healthy();
  facts.stored_keys.clear();
  Expect(CheckStoredKeys(facts), Severity::kOk, "ok", "keeps a key under a name");
  const StoredKey stale{StoredKeyState::kUnusable, "it does not sign: NTE_FAIL", 1};
  const StoredKey closed{StoredKeyState::kUnknown, "opening the keystore: no TPM", 2};
  facts.stored_keys = {{"keyguard", {StoredKeyState::kUsable, "", 0}}, {"platform-crypto", closed}};
  Expect(CheckStoredKeys(facts), Severity::kOk, "ok",
         "keyguard: a stored key that signs; platform-crypto: the stored key could not be looked at: opening "
         "the keystore: "
         "no TPM");
  facts.stored_keys = {{"keyguard", {StoredKeyState::kMissing, "NTE_BAD_KEYSET", 3}}};
  Expect(CheckStoredKeys(facts), Severity::kOk, "ok", "keyguard: no stored key yet");
  facts.stored_keys = {{"keyguard", stale}, {"platform-crypto", {StoredKeyState::kUsable, "", 0}}};
  Expect(CheckStoredKeys(facts), Severity::kWarning, "stored_key_not_usable",
         "keyguard: a stored key that cannot be used: it does not sign: NTE_FAIL");
  facts.stored_keys = {{"keyguard", closed}};
  Expect(CheckStoredKeys(facts), Severity::kWarning, "stored_key_not_usable", "could not be looked at");
  facts.providers = {kPlayedKeyGuard, kRealKeyGuard};
  Expect(CheckStoredKeys(facts), Severity::kOk, "ok", "keyguard: the stored key could not be looked at");
}

TEST(Doctor, KeyMemory) {
  Facts facts = Healthy();
  facts.key_memory = MemoryProtection::kUnlocked;
  Expect(CheckKeyMemory(facts), Severity::kWarning, "key_memory_unlocked", "swapped out");
  facts.key_memory = MemoryProtection::kApplication;
  Expect(CheckKeyMemory(facts), Severity::kWarning, "key_memory_of_application", "not known");
  facts.key_memory = MemoryProtection::kNone;
  Expect(CheckKeyMemory(facts), Severity::kWarning, "no_secure_heap", "ordinary memory");
  facts.key_memory.reset();
  Expect(CheckKeyMemory(facts), Severity::kSkipped, "not_checked", "own key providers");
}

TEST(Doctor, Imds) {
  Facts facts = Healthy();
  facts.v2_probe = Failed(Kind::kConnect);
  Expect(CheckImds(facts), Severity::kFailure, "imds_unreachable", "no connection to IMDS");
  facts.v2_probe = Failed(Kind::kTimeout);
  Expect(CheckImds(facts), Severity::kFailure, "imds_unreachable", "in time");
  facts.v2_probe = HttpResponse{503, {}, ""};
  Expect(CheckImds(facts), Severity::kWarning, "imds_busy", "503");
  facts.v2_probe = HttpResponse{200, {{"Server", "IMDS/1"}}, "<html>"};
  Expect(CheckImds(facts), Severity::kFailure, "invalid_metadata", "200");
  facts.v2_probe = HttpResponse{403, {{"Server", "IMDS/1"}}, ""};
  Expect(CheckImds(facts), Severity::kFailure, "managed_identity_request_failed", "403");
  facts.v2_probe.reset();
  Expect(CheckImds(facts), Severity::kSkipped, "not_checked");
  facts.imds_base_error = Error(ErrorCode::kInvalidRequest, "imds_base_url is not a URL");
  Expect(CheckImds(facts), Severity::kFailure, "invalid_request", "imds_base_url");
}

// F4.
TEST(Doctor, AnotherServiceAtTheAddressOfImds) {
  Facts facts = Healthy();
  facts.bearer = {"Imds", "no variable indicates it", {}};
  facts.bearer.is_imds = true;
  facts.v2_probe = HttpResponse{403, {{"Server", "nginx"}}, "no azure identity"};
  facts.metadata.reset();
  Expect(CheckImds(facts), Severity::kFailure, "imds_unreachable", "is not IMDS: no azure identity");
  Expect(CheckBearerSource(facts), Severity::kSkipped, "not_checked", "does not answer");
  facts.host_knowledge = imds::HostKnowledge::kUnknown;
  for (const int status : {200, 302, 400, 403, 404, 502, 503}) {
    facts.v2_probe = HttpResponse{status, {{"Server", "nginx"}}, ""};
    facts.v1_probe = HttpResponse{status, {{"Server", "nginx"}}, ""};
    Expect(CheckImds(facts), Severity::kFailure, "imds_unreachable", "is not IMDS");
    Expect(CheckBearerSource(facts), Severity::kFailure, "managed_identity_all_sources_unavailable");
  }
  facts.v2_probe = HttpResponse{404, {{"Server", "IMDS/1"}}, ""};  // the answer makes the host known
  facts.v1_probe = HttpResponse{400, {}, ""};
  Expect(CheckImds(facts), Severity::kFailure, "mtls_pop_token_not_supported_in_imds_v1");
  Expect(CheckBearerSource(facts), Severity::kOk, "ok");
}

TEST(Doctor, ImdsWithoutV2IsOldOrBusyOrNoImds) {
  Facts facts = Healthy();
  facts.v2_probe = HttpResponse{404, {}, ""};
  facts.v1_probe = HttpResponse{400, {}, ""};
  Expect(CheckImds(facts), Severity::kFailure, "mtls_pop_token_not_supported_in_imds_v1",
         "does not offer MSI v2");
  facts.v1_probe = HttpResponse{404, {{"Server", "IMDS/1"}}, ""};
  Expect(CheckImds(facts), Severity::kFailure, "invalid_metadata", "neither");
  facts.v1_probe =
      HttpResponse{404, {}, ""};  // of another service; a bound token meets the 404 of step 1 before
  Expect(CheckImds(facts), Severity::kFailure, "mtls_pop_token_not_supported_in_imds_v1");
  facts.v1_probe = HttpResponse{403, {{"Server", "IMDS/1"}}, ""};
  Expect(CheckImds(facts), Severity::kFailure, "managed_identity_request_failed", "403");
  facts.v1_probe = HttpResponse{503, {}, ""};
  Expect(CheckImds(facts), Severity::kFailure, "imds_busy", "503");
  facts.v1_probe = Failed(Kind::kTimeout);
  Expect(CheckImds(facts), Severity::kFailure, "imds_busy", "in time");
  EXPECT_NE(CheckImds(facts).cure.find("again"), std::string::npos);
  facts.v1_probe.reset();
  Expect(CheckImds(facts), Severity::kFailure, "imds_busy", "not asked");
}

TEST(Doctor, TheClockInBothDirections) {
  Facts facts = Healthy();
  for (const int sign : {1, -1}) {
    const char* way = sign > 0 ? "ahead of" : "behind";
    facts.clock_ahead = seconds(sign * 60);
    Expect(CheckClock(facts), Severity::kOk, "ok", way);
    facts.clock_ahead = seconds(sign * 61);
    Expect(CheckClock(facts), Severity::kWarning, "clock_skew", way);
    facts.clock_ahead = seconds(sign * 300);
    Expect(CheckClock(facts), Severity::kWarning, "clock_skew", "300 s");
    facts.clock_ahead = seconds(sign * 301);
    Expect(CheckClock(facts), Severity::kFailure, "clock_skew", "301 s");
  }
  facts.clock_ahead.reset();
  Expect(CheckClock(facts), Severity::kSkipped, "not_checked");
}

TEST(Doctor, Identity) {
  Facts facts = Healthy();
  Expect(CheckIdentity(facts), Severity::kOk, "ok", "0a0a0a0a-1b1b-4c2c-8d3d-4e4e4e4e4e4e");
  facts.metadata = HttpResponse{
      400, {{"Server", "IMDS/1"}}, R"({"error":"identity_not_found","error_description":"not assigned"})"};
  Expect(CheckIdentity(facts), Severity::kFailure, "identity_not_found", "not assigned");
  facts.metadata = HttpResponse{429, {}, ""};
  Expect(CheckIdentity(facts), Severity::kWarning, "imds_busy", "429");
  facts.metadata = HttpResponse{404, {}, ""};  // a moment after the probe found MSI v2
  Expect(CheckIdentity(facts), Severity::kWarning, "imds_busy", "404");
  facts.metadata = HttpResponse{200, {}, "{}"};
  Expect(CheckIdentity(facts), Severity::kFailure, "imds_unreachable", "is not IMDS");
  facts.metadata = Failed(Kind::kReset);
  Expect(CheckIdentity(facts), Severity::kFailure, "imds_unreachable");
  facts.metadata = Metadata();
  facts.identity = ManagedIdentityId::ClientId("99999999-1b1b-4c2c-8d3d-4e4e4e4e4e4e");
  Expect(CheckIdentity(facts), Severity::kFailure, "invalid_metadata", "asked for");
  facts.metadata.reset();
  Expect(CheckIdentity(facts), Severity::kSkipped, "not_checked");
}

// U5.
TEST(Doctor, TrustAnchors) {
  Facts facts = Healthy();
  facts.more_anchors = true;
  Expect(CheckTrustAnchors(facts), Severity::kOk, "ok", "given ones");
  facts.system_anchors = false;
  Expect(CheckTrustAnchors(facts), Severity::kOk, "ok", "the system has none");
  facts.more_anchors = false;
  Expect(CheckTrustAnchors(facts), Severity::kFailure, "no_trust_anchors", "no certificate authority");
  facts.trust_problems = {"SSL_CERT_FILE names \"/a\", which is empty",
                          "SSL_CERT_DIR names \"/b\", which is missing"};
  Expect(CheckTrustAnchors(facts), Severity::kFailure, "trust_anchors_unusable", "SSL_CERT_DIR names \"/b\"");
  facts.more_anchors = true;
  Expect(CheckTrustAnchors(facts), Severity::kWarning, "trust_anchors_unusable",
         "SSL_CERT_FILE names \"/a\"");
  facts.more_anchors = false;
  facts.system_anchors = true;
  Expect(CheckTrustAnchors(facts), Severity::kWarning, "trust_anchors_unusable",
         "which is empty; SSL_CERT_DIR");
  facts.trust_error = Error(ErrorCode::kInvalidRequest, "file anchors.pem: cannot be read");
  Expect(CheckTrustAnchors(facts), Severity::kFailure, "invalid_request", "anchors.pem");
  facts.own_transport = true;
  Expect(CheckTrustAnchors(facts), Severity::kSkipped, "not_checked");
}

TEST(Doctor, TheAttestationEndpoint) {
  Facts facts = Healthy();
  facts.attestation = Failed(Kind::kConnect);
  Expect(CheckAttestation(facts), Severity::kFailure, "attestation_endpoint_unreachable",
         "https://weu.attest.azure.net");
  facts.attestation = Failed(Kind::kTls);
  Expect(CheckAttestation(facts), Severity::kFailure, "tls_failed", "https://weu.attest.azure.net");
  facts.attestation.reset();
  Expect(CheckAttestation(facts), Severity::kSkipped, "not_checked");
  facts.metadata = Metadata("https://attest.example");
  Expect(CheckAttestation(facts), Severity::kFailure, "endpoint_not_allowed", "attest.example");
  facts.metadata = Metadata("");
  Expect(CheckAttestation(facts), Severity::kSkipped, "not_checked", "attestationEndpoint");
  facts.metadata = Failed(Kind::kConnect);
  Expect(CheckAttestation(facts), Severity::kSkipped, "not_checked");
  facts.has_attestor = false;
  Expect(CheckAttestation(facts), Severity::kWarning, "no_attestor");
}

TEST(Doctor, TheTokenEndpoint) {
  Facts facts = Healthy();
  facts.token = Failed(Kind::kConnect);
  Expect(CheckTokenEndpoint(facts), Severity::kFailure, "token_endpoint_unreachable",
         "weu.mtlsauth.microsoft.com");
  facts.token = Failed(Kind::kTls);
  Expect(CheckTokenEndpoint(facts), Severity::kFailure, "tls_failed");
  for (const int alert : {42, 116}) {
    facts.token = Failed(Kind::kTls, alert);
    Expect(CheckTokenEndpoint(facts), Severity::kOk, "ok", "asks for a client certificate");
  }
  facts.token = Failed(Kind::kTls, 40);
  Expect(CheckTokenEndpoint(facts), Severity::kWarning, "handshake_refused");
  facts.token = Failed(Kind::kTls, 70);
  Expect(CheckTokenEndpoint(facts), Severity::kFailure, "tls_failed", "protocol_version");
  facts.token.reset();
  Expect(CheckTokenEndpoint(facts), Severity::kSkipped, "not_checked");
  facts.token_endpoint = "https://user:hunter2@10.0.0.1";
  EXPECT_EQ(CheckTokenEndpoint(facts).text.find("hunter2"), std::string::npos);
  facts.token_endpoint = "10.0.0.1";
  const Finding address = CheckTokenEndpoint(facts);
  Expect(address, Severity::kFailure, "endpoint_not_allowed", "10.0.0.1");
  EXPECT_EQ((address.text + address.cure).find("IMDS"), std::string::npos)
      << "it was given: " << address.text << address.cure;
  facts.token_endpoint.clear();
  Expect(CheckTokenEndpoint(facts), Severity::kSkipped, "not_checked", "name one");
}

}  // namespace
}  // namespace msiv2::doctor
