#include "imds/probe.h"

#include <gtest/gtest.h>

namespace msiv2::imds {
namespace {

ProbeCall Call() { return {"http://169.254.169.254", "0f0f0f0f-0000-4000-8000-000000000001", {}}; }

TEST(ImdsProbe, TheBytesOfTheThreeRequests) {
  const HttpRequest v2 = BuildV2Probe(Call());
  EXPECT_EQ(v2.method, "GET");
  EXPECT_EQ(v2.url, "http://169.254.169.254/metadata/identity/getplatformmetadata?cred-api-version=2.0");
  const HttpHeaders only_id = {{"x-ms-client-request-id", "0f0f0f0f-0000-4000-8000-000000000001"}};
  EXPECT_EQ(v2.headers, only_id) << "with a Metadata header it would not be a probe";
  const HttpRequest v1 = BuildV1Probe(Call());
  EXPECT_EQ(v1.url, "http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01");
  EXPECT_EQ(v1.headers, only_id);
  const HttpRequest compute = BuildComputeRequest(Call());
  EXPECT_EQ(compute.url, "http://169.254.169.254/metadata/instance/compute?api-version=2021-02-01");
  EXPECT_EQ(compute.headers.back(), (std::pair<std::string, std::string>("Metadata", "true")));
}

// G-21, G-35.
TEST(ImdsProbe, IsShortAndNeverProxied) {
  for (const HttpRequest& request :
       {BuildV2Probe(Call()), BuildV1Probe(Call()), BuildComputeRequest(Call())}) {
    EXPECT_FALSE(request.use_proxy);
    EXPECT_EQ(request.client_certificate, nullptr);
    EXPECT_EQ(request.connect_timeout, std::chrono::seconds(1));
    EXPECT_EQ(request.attempt_timeout, std::chrono::seconds(5));
  }
  ProbeCall hasty = Call();
  hasty.timeouts.attempt = std::chrono::seconds(2);
  EXPECT_EQ(BuildV2Probe(hasty).attempt_timeout, std::chrono::seconds(2));
}

TEST(ImdsProbe, Only400And404AreClear) {
  EXPECT_EQ(ReadProbe({400, {}, ""}), ProbeAnswer::kPresent);
  EXPECT_EQ(ReadProbe({404, {}, ""}), ProbeAnswer::kAbsent);
  for (const int status : {200, 204, 302, 401, 403, 405, 410, 429, 500, 503}) {
    EXPECT_EQ(ReadProbe({status, {}, ""}), ProbeAnswer::kUnclear) << status;
  }
}

TEST(ImdsProbe, AnUnclearAnswerKeepsItsStatusAndWords) {
  const Error busy = UnclearProbeError({503, {}, R"({"error":"busy","error_description":"wait a moment"})"});
  EXPECT_EQ(busy.code, ErrorCode::kManagedIdentityRequestFailed);
  EXPECT_EQ(busy.http_status, 503);
  EXPECT_TRUE(busy.retryable);
  EXPECT_NE(busy.message.find("wait a moment"), std::string::npos) << busy.message;
  for (const int status : {200, 302}) {
    const Error other = UnclearProbeError({status, {}, "<html>"});
    EXPECT_EQ(other.code, ErrorCode::kInvalidMetadata);
    EXPECT_EQ(other.http_status, status);
  }
}

HttpResponse Compute(std::string body) { return {200, {}, std::move(body)}; }

TEST(ImdsProbe, ComputeDataNameTheKindOfHost) {
  const auto trusted = ParseComputeResponse(
      Compute(R"({"osType":"windows","securityProfile":{"securityType":"trustedlaunch"}})"));
  ASSERT_TRUE(trusted);
  EXPECT_TRUE(trusted->windows);
  EXPECT_EQ(trusted->security, HostSecurity::kTrustedLaunch);
  const auto confidential = ParseComputeResponse(
      Compute(R"({"osType":"Linux","securityProfile":{"securityType":"ConfidentialVM"}})"));
  ASSERT_TRUE(confidential);
  EXPECT_FALSE(confidential->windows);
  EXPECT_EQ(confidential->security, HostSecurity::kConfidentialVm);
  for (const char* body : {R"({"osType":"Linux"})", R"({"osType":"Linux","securityProfile":{}})",
                           R"({"osType":"Linux","securityProfile":{"securityType":"Standard"}})",
                           R"({"osType":"Linux","securityProfile":"TrustedLaunch"})"}) {
    const auto standard = ParseComputeResponse(Compute(body));
    ASSERT_TRUE(standard) << body;
    EXPECT_EQ(standard->security, HostSecurity::kStandard) << body;
  }
}

TEST(ImdsProbe, AnswersWithoutComputeDataSayNothing) {
  EXPECT_FALSE(ParseComputeResponse({404, {}, R"({"osType":"Linux"})"}));
  for (const char* body : {"", "{}", "[]", "<html>", R"({"osType":7})"}) {
    EXPECT_FALSE(ParseComputeResponse(Compute(body))) << body;
  }
}

TEST(ImdsProbe, NamesAreThoseOfTheJsonOutput) {
  EXPECT_EQ(Name(ImdsVersion::kUnknown), "unknown");
  EXPECT_EQ(Name(ImdsVersion::kV2), "imds_v2");
  EXPECT_EQ(Name(ImdsVersion::kV1), "imds_v1");
  EXPECT_EQ(Name(ImdsVersion::kOther), "other");
  EXPECT_EQ(Name(HostSecurity::kUnknown), "unknown");
  EXPECT_EQ(Name(HostSecurity::kStandard), "standard");
  EXPECT_EQ(Name(HostSecurity::kTrustedLaunch), "trusted_launch");
  EXPECT_EQ(Name(HostSecurity::kConfidentialVm), "confidential_vm");
}

}  // namespace
}  // namespace msiv2::imds
