#include "http/service_error.h"

#include <gtest/gtest.h>

namespace msiv2 {
namespace {

struct Row {
  const char* body;
  const char* code;
  const char* description;
  const char* correlation_id;
};

TEST(ServiceErrorBody, IsReadInEveryFormThatServicesUse) {
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
      {R"({"StatusCode":400,"Message":"of old","CorrelationId":"c"})", "", "of old", "c"},
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

// The shapes of the reference's list, beside those above. What is not one of them has an unexpected form.
TEST(ServiceErrorBody, TellsWhetherItHasAKnownForm) {
  EXPECT_TRUE(
      ParseServiceError(R"({"error":{"code":"c","message":"m","innererror":{"trace":"t"}}})").is_known_form);
  EXPECT_TRUE(ParseServiceError(R"({"correlationId":"c"})").is_known_form);
  EXPECT_FALSE(ParseServiceError(R"({"notExpectedJson":"someValue"})").is_known_form);
  EXPECT_FALSE(ParseServiceError("notExpectedJson").is_known_form);
  EXPECT_FALSE(ParseServiceError("").is_known_form);
}

TEST(ServiceErrorBody, GivesTheErrorCodesOfEntra) {
  const ServiceError error = ParseServiceError(R"({"error":"invalid_client","error_codes":[700016,"x"]})");
  EXPECT_EQ(error.aadsts, std::vector<std::int64_t>{700016});
}

}  // namespace
}  // namespace msiv2
