#include "imds/imds_error.h"

#include <gtest/gtest.h>

namespace msiv2::imds {
namespace {

TEST(Refusal, CarriesStatusAndImdsOwnWords) {
  const HttpResponse response{
      400, {}, R"({"error":"invalid_request","error_description":"bad CSR","correlationId":"42"})"};
  const Error error =
      RefusalError(ErrorCode::kCredentialRequestFailed, Step::kCredential, "issuecredential", response);
  EXPECT_EQ(
      error.message,
      "IMDS answered issuecredential with status 400: invalid_request: bad CSR (IMDS correlation id 42)");
  EXPECT_EQ(error.http_status, 400);
  EXPECT_EQ(error.service_error, "invalid_request");
  EXPECT_EQ(error.correlation_id, "") << "that is our own id, which the flow sets";
}

TEST(Refusal, SaysWhetherARetryCanHelp) {
  for (const int status : {404, 408, 410, 429, 500, 503, 599}) {
    EXPECT_TRUE(RefusalError(ErrorCode::kManagedIdentityRequestFailed, Step::kMetadata, "x", {status, {}, ""})
                    .retryable)
        << status;
  }
  for (const int status : {201, 302, 400, 401, 403, 405, 600}) {
    EXPECT_FALSE(
        RefusalError(ErrorCode::kManagedIdentityRequestFailed, Step::kMetadata, "x", {status, {}, ""})
            .retryable)
        << status;
  }
}

TEST(Refusal, NeverRepeatsAnEchoedAttestationToken) {
  const std::string jwt = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0." + std::string(300, 'A');
  const HttpResponse response{400, {}, "{\"error\":\"bad\",\"message\":\"cannot read " + jwt + "\"}"};
  const Error error = RefusalError(ErrorCode::kCredentialRequestFailed, Step::kCredential, "x", response);
  EXPECT_EQ(error.message.find("eyJ"), std::string::npos) << error.message;
}

}  // namespace
}  // namespace msiv2::imds
