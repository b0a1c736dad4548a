#include "imds/credential.h"

#include <gtest/gtest.h>

namespace msiv2::imds {
namespace {

constexpr char kClient[] = "6f1d0a3c-1111-4222-8333-0123456789ab";
constexpr char kTenant[] = "11111111-2222-4333-8444-555555555555";
constexpr std::uint8_t kCsr[] = {0x30, 0x82, 0xfb, 0xff};  // `printf '\x30\x82\xfb\xff' | base64`: MIL7/w==

ImdsCall Call(ManagedIdentityId identity = {}) {
  ImdsCall call;
  call.base = "http://127.0.0.1:1338";
  call.identity = std::move(identity);
  call.request_id = "0f0e0d0c-0b0a-4908-8706-050403020100";
  return call;
}

PlatformMetadata Metadata() {
  PlatformMetadata metadata;
  metadata.client_id = kClient;
  metadata.tenant_id = kTenant;
  return metadata;
}

// A complete answer in which one member can be replaced or, with an empty value, omitted.
std::string Body(const std::string& name = "", const std::string& value = "") {
  const std::pair<const char*, const char*> members[] = {
      {"client_id", "\"6F1D0A3C-1111-4222-8333-0123456789AB\""},
      {"tenant_id", "\"11111111-2222-4333-8444-555555555555\""},
      {"certificate", "\"MIL7/w==\""},
      {"identity_type", "\"SAMI\""},
      {"mtls_authentication_endpoint", "\"mtlsauth.microsoft.com\""}};
  std::string body;
  for (const auto& [key, usual] : members) {
    const std::string text = key == name ? value : usual;
    if (text.empty()) continue;
    body += (body.empty() ? "{\"" : ",\"") + std::string(key) + "\":" + text;
  }
  return body + "}";
}

// G-21.
TEST(CredentialRequest, HasTheWireFormWithAttestation) {
  const SecretString token("aaa.bbb.ccc");
  const HttpRequest request = BuildCredentialRequest(Call(), kCsr, &token, false);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.url, "http://127.0.0.1:1338/metadata/identity/issuecredential?cred-api-version=2.0");
  const HttpHeaders headers = {{"Metadata", "true"},
                               {"x-ms-client-request-id", "0f0e0d0c-0b0a-4908-8706-050403020100"},
                               {"Content-Type", "application/json; charset=utf-8"}};
  EXPECT_EQ(request.headers, headers);
  EXPECT_EQ(request.body, R"({"csr":"MIL7/w==","attestation_token":"aaa.bbb.ccc"})");
  EXPECT_FALSE(request.use_proxy);
  EXPECT_EQ(request.client_certificate, nullptr);
  EXPECT_EQ(request.connect_timeout, std::chrono::seconds(1));
}

TEST(CredentialRequest, LeavesTheAttestationTokenOutWhenNotAttesting) {
  EXPECT_EQ(BuildCredentialRequest(Call(), kCsr, nullptr, false).body, R"({"csr":"MIL7/w=="})");
}

TEST(CredentialRequest, AnAttestingRequestNeverBecomesAnUnattestedOne) {
  const SecretString empty;
  EXPECT_NE(BuildCredentialRequest(Call(), kCsr, &empty, false).body.find("attestation_token"),
            std::string::npos);
}

// G-22.
TEST(CredentialRequest, NamesTheIdentityThenAsksToBypassTheCache) {
  const std::string url = "http://127.0.0.1:1338/metadata/identity/issuecredential?cred-api-version=2.0";
  EXPECT_EQ(BuildCredentialRequest(Call(), kCsr, nullptr, true).url, url + "&bypass_cache=true");
  EXPECT_EQ(BuildCredentialRequest(Call(ManagedIdentityId::ResourceId("/s/a b")), kCsr, nullptr, true).url,
            url + "&mi_res_id=%2Fs%2Fa%20b&bypass_cache=true");
}

TEST(CredentialAnswer, ACredentialAnswerIsRead) {
  const auto credential = ParseCredentialResponse({200, {}, Body()}, Metadata());
  ASSERT_TRUE(credential) << credential.error().message;
  EXPECT_EQ(credential->client_id, "6F1D0A3C-1111-4222-8333-0123456789AB");
  EXPECT_EQ(credential->tenant_id, kTenant);
  EXPECT_EQ(credential->certificate_der, std::vector<std::uint8_t>(std::begin(kCsr), std::end(kCsr)));
  EXPECT_EQ(credential->identity_type, "SAMI");
  EXPECT_EQ(credential->mtls_authentication_endpoint, "mtlsauth.microsoft.com");
}

TEST(CredentialAnswer, NeedsEveryField) {
  for (const char* name :
       {"client_id", "tenant_id", "certificate", "identity_type", "mtls_authentication_endpoint"}) {
    for (const char* value : {"", "\"\"", "null", "7", "{}"}) {
      const auto refused = ParseCredentialResponse({200, {}, Body(name, value)}, Metadata());
      ASSERT_FALSE(refused) << name << " " << value;
      EXPECT_EQ(refused.error().code, ErrorCode::kCredentialRequestFailed);
      EXPECT_EQ(refused.error().step, Step::kCredential);
      EXPECT_EQ(refused.error().message, std::string(name) + " is missing");
      EXPECT_EQ(refused.error().http_status, 200);
    }
  }
}

TEST(CredentialAnswer, NamesTheClientAndTenantOfTheMetadata) {
  const auto client =
      ParseCredentialResponse({200, {}, Body("client_id", std::string("\"") + kTenant + "\"")}, Metadata());
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error().message, "client_id is not the clientId of the platform metadata");
  const auto tenant =
      ParseCredentialResponse({200, {}, Body("tenant_id", std::string("\"") + kClient + "\"")}, Metadata());
  ASSERT_FALSE(tenant);
  EXPECT_EQ(tenant.error().code, ErrorCode::kCredentialRequestFailed);
  EXPECT_EQ(tenant.error().message, "tenant_id is not the tenantId of the platform metadata");
}

TEST(CredentialAnswer, HoldsTheCertificateInStrictBase64) {
  for (const char* value : {"\"MIL7/w\"", "\"MIL7/w=\"", "\"MIL7_w==\"", "\"MIL7\\n/w==\"", "\" MIL7/w==\"",
                            "\"-----BEGIN CERTIFICATE-----\"", "\"MIL7/x==\"", "\"====\""}) {
    const auto refused = ParseCredentialResponse({200, {}, Body("certificate", value)}, Metadata());
    ASSERT_FALSE(refused) << value;
    EXPECT_EQ(refused.error().code, ErrorCode::kInvalidCertificate) << value;
    EXPECT_EQ(refused.error().message, "the certificate is not strict base64");
  }
}

TEST(CredentialAnswer, AnAnswerWithAnotherStatusCarriesImdsOwnWords) {
  const auto refused = ParseCredentialResponse(
      {400, {}, R"({"error":"invalid_request","error_description":"CSR not accepted"})"}, Metadata());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kCredentialRequestFailed);
  EXPECT_EQ(refused.error().http_status, 400);
  EXPECT_EQ(refused.error().message,
            "IMDS answered issuecredential with status 400: invalid_request: CSR not accepted");
  EXPECT_FALSE(refused.error().retryable);
}

TEST(CredentialAnswer, A404IsAnOrdinaryFailure) {
  const auto refused = ParseCredentialResponse({404, {}, ""}, Metadata());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kCredentialRequestFailed);
  EXPECT_TRUE(refused.error().retryable);
}

// A10.
TEST(CredentialAnswer, AnAmbiguousCredentialAnswerIsRefused) {
  const std::string good = Body("client_id", std::string("\"") + kClient + "\"");
  ASSERT_TRUE(ParseCredentialResponse({200, {}, good}, Metadata()));
  const std::string open = good.substr(0, good.rfind('}'));
  const std::pair<std::string, const char*> cases[] = {
      {good + '\0', "the answer holds a NUL character"},
      {open + R"(,"mtls_authentication_endpoint":"https://other.example"})",
       "the answer names a member twice"},
      {open + R"(,"certificate":""})", "the answer names a member twice"},
      {open + R"(,"note":"a\u0000b"})", "the answer holds a NUL character"},
  };
  for (const auto& [body, message] : cases) {
    const auto refused = ParseCredentialResponse({200, {}, body}, Metadata());
    ASSERT_FALSE(refused) << body;
    EXPECT_EQ(refused.error().code, ErrorCode::kCredentialRequestFailed);
    EXPECT_EQ(refused.error().message, message) << body;
  }
}

// G-12.
TEST(CredentialAnswer, AnAnswerThatIsNotJsonIsRefused) {
  for (const char* body : {"", "null", "[]", "<html>", "{\"client_id\":\"\xff\"}"}) {
    const auto refused = ParseCredentialResponse({200, {}, body}, Metadata());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message, "the answer is not a JSON object");
  }
}

}  // namespace
}  // namespace msiv2::imds
