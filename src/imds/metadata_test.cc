#include "imds/metadata.h"

#include <gtest/gtest.h>

namespace msiv2::imds {
namespace {

constexpr char kClient[] = "6f1d0a3c-1111-4222-8333-0123456789ab";
constexpr char kTenant[] = "11111111-2222-4333-8444-555555555555";

ImdsCall Call(ManagedIdentityId identity = {}) {
  ImdsCall call;
  call.base = "http://169.254.169.254";
  call.identity = std::move(identity);
  call.request_id = "0f0e0d0c-0b0a-4908-8706-050403020100";
  return call;
}

std::string Body(const std::string& attestation = R"(,"attestationEndpoint":"x.attest.azure.net")") {
  return std::string(R"({"clientId":")") + kClient + R"(","tenantId":")" + kTenant +
         R"(","cuId":{"vmId":"aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee","vmssId":"vmss"})" + attestation + "}";
}

HttpResponse Answer(std::string body, std::string server = "IMDS/150.870.65.2153") {
  return {200, {{"server", std::move(server)}}, std::move(body)};
}

// G-21.
TEST(MetadataRequest, HasTheWireForm) {
  const HttpRequest request = BuildMetadataRequest(Call());
  EXPECT_EQ(request.method, "GET");
  EXPECT_EQ(request.url, "http://169.254.169.254/metadata/identity/getplatformmetadata?cred-api-version=2.0");
  const HttpHeaders headers = {{"Metadata", "true"},
                               {"x-ms-client-request-id", "0f0e0d0c-0b0a-4908-8706-050403020100"}};
  EXPECT_EQ(request.headers, headers);
  EXPECT_EQ(request.body, "");
  EXPECT_FALSE(request.use_proxy);
  EXPECT_EQ(request.client_certificate, nullptr);
  EXPECT_EQ(request.connect_timeout, std::chrono::seconds(1));
  EXPECT_EQ(request.attempt_timeout, std::chrono::seconds(30));
  EXPECT_EQ(request.max_body_bytes, 1048576u);
}

TEST(MetadataRequest, HasTheTimeoutsOfTheCall) {
  ImdsCall call = Call();
  call.timeouts.imds_connect = std::chrono::seconds(2);
  call.timeouts.attempt = std::chrono::seconds(3);
  const HttpRequest request = BuildMetadataRequest(call);
  EXPECT_EQ(request.connect_timeout, std::chrono::seconds(2));
  EXPECT_EQ(request.attempt_timeout, std::chrono::seconds(3));
}

// G-22.
TEST(MetadataRequest, NamesTheIdentityByOneSelector) {
  const std::string url = "http://169.254.169.254/metadata/identity/getplatformmetadata?cred-api-version=2.0";
  EXPECT_EQ(BuildMetadataRequest(Call(ManagedIdentityId::ClientId(kClient))).url,
            url + "&client_id=" + kClient);
  EXPECT_EQ(BuildMetadataRequest(Call(ManagedIdentityId::ObjectId(kTenant))).url,
            url + "&object_id=" + kTenant);
  EXPECT_EQ(BuildMetadataRequest(Call(ManagedIdentityId::ResourceId("/subscriptions/s&x=1/\xc3\xa9"))).url,
            url + "&mi_res_id=%2Fsubscriptions%2Fs%26x%3D1%2F%C3%A9");
}

TEST(MetadataAnswer, AMetadataAnswerIsRead) {
  const auto metadata = ParseMetadataResponse(Answer(Body()), {}, true);
  ASSERT_TRUE(metadata) << metadata.error().message;
  EXPECT_EQ(metadata->client_id, kClient);
  EXPECT_EQ(metadata->tenant_id, kTenant);
  EXPECT_EQ(metadata->cu_id.vm_id, "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee");
  EXPECT_EQ(metadata->cu_id.vmss_id, "vmss");
  EXPECT_EQ(metadata->attestation_endpoint, "x.attest.azure.net");
}

TEST(MetadataAnswer, MayLeaveOutTheAttestationEndpointWhenNotAttesting) {
  EXPECT_TRUE(ParseMetadataResponse(Answer(Body("")), {}, false));
  EXPECT_TRUE(ParseMetadataResponse(Answer(Body(R"(,"attestationEndpoint":null)")), {}, false));
  const auto refused = ParseMetadataResponse(Answer(Body("")), {}, true);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "attestationEndpoint is missing");
}

TEST(MetadataAnswer, ComesFromAServerThatNamesImds) {
  EXPECT_TRUE(ParseMetadataResponse(Answer(Body(), "Microsoft-imds/1"), {}, true));
  for (const HttpResponse& response :
       {Answer(Body(), "nginx"), Answer(Body(), ""), HttpResponse{200, {}, Body()}}) {
    const auto refused = ParseMetadataResponse(response, {}, true);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kInvalidMetadata);
    EXPECT_EQ(refused.error().http_status, 200);
    EXPECT_EQ(refused.error().message, "the answer's Server header does not name IMDS");
  }
}

// G-12, G-20.
// B3: also an id that no certificate request can carry.
TEST(MetadataAnswer, IsRefusedByTheNameOfTheWrongField) {
  const std::string ids = std::string(R"({"clientId":")") + kClient + R"(","tenantId":")" + kTenant + "\"";
  const std::pair<std::string, const char*> cases[] = {
      {"", "the answer is not a JSON object"},
      {"null", "the answer is not a JSON object"},
      {"[]", "the answer is not a JSON object"},
      {Body() + "x", "the answer is not a JSON object"},
      {"{}", "clientId is missing or no GUID"},
      {R"({"clientId":5})", "clientId is missing or no GUID"},
      {R"({"clientId":"{6f1d0a3c-1111-4222-8333-0123456789ab}"})", "clientId is missing or no GUID"},
      {R"({"clientId":"urn:uuid:6f1d0a3c-1111-4222-8333-0123456789ab"})", "clientId is missing or no GUID"},
      {std::string(R"({"clientId":")") + kClient + "\"}", "tenantId is missing or no GUID"},
      {std::string(R"({"clientId":")") + kClient + R"(","tenantId":"contoso.example"})",
       "tenantId is missing or no GUID"},
      {ids + "}", "cuId is missing, or has neither vmId nor vmssId"},
      {ids + R"(,"cuId":"x"})", "cuId is missing, or has neither vmId nor vmssId"},
      {ids + R"(,"cuId":{}})", "cuId is missing, or has neither vmId nor vmssId"},
      {ids + R"(,"cuId":{"vmId":"","vmssId":null}})", "cuId is missing, or has neither vmId nor vmssId"},
      {ids + R"(,"cuId":{"vmId":"a\u0007b"}})", "vmId holds a control character"},
      {ids + R"(,"cuId":{"vmId":")" + std::string(257, 'v') + "\"}}", "vmId is longer than 256 bytes"},
      {ids + R"(,"cuId":{"vmssId":")" + std::string(257, 'v') + "\"}}", "vmssId is longer than 256 bytes"},
      {ids + R"(,"cuId":{"vmId":"v","vmssId":"a\nb"}})", "vmssId holds a control character"},
      {ids + R"(,"cuId":{"vmId":"a\u007f"}})", "vmId holds a control character"},
      {ids + R"(,"cuId":{"vmId":"a\u0085b"}})", "vmId holds a control character"},
      {ids + R"(,"cuId":{"vmId":"\u0085b"}})", "vmId holds a control character"},
      {ids + R"(,"cuId":{"vmId":"a\u009f"}})", "vmId holds a control character"},
      {ids + R"(,"cuId":{"vmId":"v"},"attestationEndpoint":""})", "attestationEndpoint is missing"},
      {ids + R"(,"cuId":{"vmId":"v"},"attestationEndpoint":["a"]})", "attestationEndpoint is missing"},
  };
  for (const auto& [body, message] : cases) {
    const auto refused = ParseMetadataResponse(Answer(body), {}, true);
    ASSERT_FALSE(refused) << body;
    EXPECT_EQ(refused.error().code, ErrorCode::kInvalidMetadata);
    EXPECT_EQ(refused.error().step, Step::kMetadata);
    EXPECT_EQ(refused.error().message, message) << body;
    EXPECT_FALSE(refused.error().retryable);
  }
}

TEST(MetadataAnswer, MayNameTheHostInAnyPrintableText) {
  const std::string ids = std::string(R"({"clientId":")") + kClient + R"(","tenantId":")" + kTenant + "\"";
  const auto metadata =
      ParseMetadataResponse(Answer(ids + R"(,"cuId":{"vmId":"a\u00a0b ~\u00e9"}})"), {}, false);
  ASSERT_TRUE(metadata) << metadata.error().message;
  EXPECT_EQ(metadata->cu_id.vm_id,
            "a\xc2\xa0"
            "b ~\xc3\xa9");
}

TEST(MetadataAnswer, MayNameTheHostIn256Bytes) {
  const std::string ids = std::string(R"({"clientId":")") + kClient + R"(","tenantId":")" + kTenant + "\"";
  const std::string longest(256, 'v');
  const auto metadata =
      ParseMetadataResponse(Answer(ids + R"(,"cuId":{"vmId":")" + longest + R"("}})"), {}, false);
  ASSERT_TRUE(metadata) << metadata.error().message;
  EXPECT_EQ(metadata->cu_id.vm_id, longest);
}

// A10.
TEST(MetadataAnswer, AnAmbiguousMetadataAnswerIsRefused) {
  const std::string other = R"(,"clientId":"00000000-0000-4000-8000-00000000000c")";
  const std::pair<std::string, const char*> cases[] = {
      {Body() + '\0' + "{}", "the answer holds a NUL character"},
      {Body(other), "the answer names a member twice"},
      {Body(R"(,"cuId":{"vmId":"a","vmId":"b"})"), "the answer names a member twice"},
      {Body(R"(,"attestationEndpoint":"x.attest.azure.net\u0000.evil.example")"),
       "the answer holds a NUL character"},
  };
  for (const auto& [body, message] : cases) {
    const auto refused = ParseMetadataResponse(Answer(body), {}, true);
    ASSERT_FALSE(refused) << body;
    EXPECT_EQ(refused.error().code, ErrorCode::kInvalidMetadata);
    EXPECT_EQ(refused.error().message, message) << body;
  }
}

TEST(MetadataAnswer, EchoesTheClientIdThatWasAskedFor) {
  const auto upper = ManagedIdentityId::ClientId("6F1D0A3C-1111-4222-8333-0123456789AB");
  EXPECT_TRUE(ParseMetadataResponse(Answer(Body()), upper, true));
  const auto other = ManagedIdentityId::ClientId(kTenant);
  const auto refused = ParseMetadataResponse(Answer(Body()), other, true);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidMetadata);
  EXPECT_EQ(refused.error().message, "clientId is not that of the identity that was asked for");
  EXPECT_TRUE(ParseMetadataResponse(Answer(Body()), ManagedIdentityId::ObjectId(kTenant), true));
}

TEST(MetadataAnswer, A404MeansThatTheHostHasMsiV1Only) {
  const auto refused = ParseMetadataResponse({404, {}, "{}"}, {}, true);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kMtlsPopNotSupportedInImdsV1);
  EXPECT_EQ(refused.error().http_status, 404);
}

TEST(MetadataAnswer, AnAnswerWithAnotherStatusCarriesImdsOwnWords) {
  const auto refused = ParseMetadataResponse(
      {400, {}, R"({"error":"identity_not_found","error_description":"Managed Identity not found"})"}, {},
      true);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kIdentityNotFound);
  EXPECT_EQ(refused.error().kind, ErrorKind::kMsiV2);
  EXPECT_EQ(refused.error().service_error, "identity_not_found");
  EXPECT_EQ(refused.error().message,
            "IMDS answered getplatformmetadata with status 400; the identity is not assigned to this host: "
            "identity_not_found: Managed Identity not found");
  EXPECT_EQ(ParseMetadataResponse({400, {}, "{}"}, {}, true).error().code,
            ErrorCode::kManagedIdentityRequestFailed);
  EXPECT_FALSE(refused.error().retryable);
  EXPECT_TRUE(ParseMetadataResponse({503, {}, ""}, {}, true).error().retryable);
  EXPECT_EQ(ParseMetadataResponse({302, {{"Location", "http://x"}}, ""}, {}, true).error().http_status, 302);
}

}  // namespace
}  // namespace msiv2::imds
