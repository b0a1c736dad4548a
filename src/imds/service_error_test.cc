#include "imds/service_error.h"

#include <gtest/gtest.h>

namespace msiv2::imds {
namespace {

struct Row {
  const char* body;
  const char* code;
  const char* description;
  const char* correlation_id;
};

TEST(ServiceErrorBody, IsReadInEveryFormThatImdsUses) {
  const Row rows[] = {
      {R"({"error":"identity_not_found","error_description":"Managed Identity not found"})",
       "identity_not_found", "Managed Identity not found", ""},
      {R"({"error":"e","message":"m","correlationId":"c"})", "e", "m", "c"},
      {R"({"error":"e","error_description":"d","message":"m"})", "e", "d", ""},
      {R"({"error":{"code":"BadRequest","message":"nested"},"correlationId":"c"})", "BadRequest", "nested",
       "c"},
      {R"({"error":{"code":"BadRequest","message":"nested","correlationId":"inner"}})", "BadRequest",
       "nested", "inner"},
      {R"({"message":"only"})", "", "only", ""},
      {R"({"error":17,"message":[]})", "", "", ""},
      {R"({})", "", "", ""},
      {"", "", "", ""},
      {"  Service Unavailable\r\nmore", "", "Service Unavailable", ""},
      {"{\"error\":", "", "{\"error\":", ""},
      {"[1]", "", "[1]", ""},
      {R"({"error_description":"two\nlines"})", "", "two", ""},
      {"{\"message\":\"a\\u001b[2Jb\"}", "", "a?[2Jb", ""},
  };
  for (const Row& row : rows) {
    const ServiceError error = ParseServiceError(row.body);
    EXPECT_EQ(error.code, row.code) << row.body;
    EXPECT_EQ(error.description, row.description) << row.body;
    EXPECT_EQ(error.correlation_id, row.correlation_id) << row.body;
  }
}

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
