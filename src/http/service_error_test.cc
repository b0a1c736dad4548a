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

// U4.
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
      {"  Service Unavailable\r\nmore", "", "Service Unavailable more", ""},
      {"{\"error\":", "", "{\"error\":", ""},
      {"[1]", "", "[1]", ""},
      {"<?xml version=\"1.0\"?>\n<Error><Code>InvalidHeaderValue</Code>\n<Message>bad</Message></Error>", "",
       "InvalidHeaderValue bad", ""},
      {R"({"error":{"code":"c","message":"<html><b>no</b></html>"}})", "c", "no", ""},
      {R"({"error_description":"two\nlines"})", "", "two lines", ""},
      {"{\"message\":\"a\\u001b[2Jb\"}", "", "a[2Jb", ""},
  };
  for (const Row& row : rows) {
    const ServiceError error = ParseServiceError(row.body);
    EXPECT_EQ(error.code, row.code) << row.body;
    EXPECT_EQ(error.description, row.description) << row.body;
    EXPECT_EQ(error.correlation_id, row.correlation_id) << row.body;
  }
}

// B4.
TEST(AadstsCodesTest, ReadsTheNumberAtTheStartOfTheDescriptionToo) {
  using Codes = std::vector<std::int64_t>;
  EXPECT_EQ(AadstsCodes({}, ""), Codes());
  EXPECT_EQ(AadstsCodes({}, "AADSTS1000610: the attestation has expired. Trace ID: x"), Codes({1000610}));
  EXPECT_EQ(AadstsCodes({7000222}, "AADSTS1000610: x"), Codes({7000222})) << "error_codes decide";
  // A resource whose name another party chose must not retire a certificate.
  EXPECT_EQ(AadstsCodes({500011}, "AADSTS500011: https://AADSTS1000901.example was not found"),
            Codes({500011}));
  EXPECT_EQ(AadstsCodes({}, "AADSTS500011: https://AADSTS1000901: was not found"), Codes({500011}));
  for (const char* other :
       {"AADSTS", "AADSTS0: x", "AADSTS-5: x", "AADSTSx", "AADSTS1000610x:", "AADSTS1000610",
        "XAADSTS1000610: x", " AADSTS1000610: x", "AADSTS99999999999999999999: x"}) {
    EXPECT_EQ(AadstsCodes({}, other), Codes()) << other;
  }
}

// B4. A service may send what it likes: each code counts once, and not without end.
TEST(AadstsCodesTest, KeepsEachCodeOnceAndSixteenAtMost) {
  using Codes = std::vector<std::int64_t>;
  EXPECT_EQ(AadstsCodes({700016, 50049, 700016, 700016}, ""), Codes({700016, 50049}));
  Codes many;
  for (std::int64_t code = 1; code <= 20000; ++code) many.push_back(code);
  const Codes kept = AadstsCodes(many, "");
  EXPECT_EQ(kept, Codes(many.begin(), many.begin() + 16));
}

// A text that is shown is cut and has its secrets hidden. The code comes from the text as received.
TEST(ServiceErrorBody, ReadsItsCodeFromTheWholeDescription) {
  KnownSecrets secrets;
  secrets.Add("AADSTS500011:");
  const auto error = ParseServiceError(R"({"error":"e","error_description":"AADSTS500011: no"})", secrets);
  EXPECT_EQ(error.aadsts, std::vector<std::int64_t>{500011});
  EXPECT_EQ(error.description.find("AADSTS500011:"), std::string::npos) << error.description;
}

TEST(ServiceErrorBody, HasTheCodesOfItsDescription) {
  const auto error =
      ParseServiceError(R"({"error":"invalid_resource","error_description":"AADSTS500011: no"})");
  EXPECT_EQ(error.aadsts, std::vector<std::int64_t>{500011});
}

// U9, U10.
TEST(ImdsHintTest, FitsTheReasonOfTheRefusal) {
  const auto hint = [](int status, const char* body) {
    return std::string(ImdsHint(status, ParseServiceError(body)));
  };
  EXPECT_EQ(hint(400, R"({"error":"invalid_resource","error_description":"AADSTS500011: The resource"})"),
            "; the tenant does not know the resource");
  EXPECT_EQ(
      hint(400,
           R"({"error":"invalid_request","error_description":"Multiple user assigned identities exist"})"),
      "; this host has several user-assigned identities, so name one");
  EXPECT_EQ(hint(400, R"({"error":"invalid_request","error_description":"Identity not found"})"),
            "; the identity is not assigned to this host");
  EXPECT_EQ(hint(400, ""), "; the identity may not be assigned to this host");
  EXPECT_EQ(hint(504, ""), "; a gateway before it got no answer");
  EXPECT_EQ(hint(403, R"({"error_description":"Identity not found"})"), "");
}

// U10.
TEST(ServiceErrorBody, SaysThatAnIdentityWasNotFoundInTheFormOfImdsOnly) {
  const auto not_found = [](int status, const char* body) {
    return IsIdentityNotFound(status, ParseServiceError(body));
  };
  EXPECT_TRUE(not_found(400, R"({"error":"invalid_request","error_description":"Identity not found"})"));
  EXPECT_TRUE(not_found(400, R"({"error":"identity_not_found","error_description":"x"})"));
  EXPECT_FALSE(not_found(404, R"({"error":"identity_not_found"})"));
  EXPECT_TRUE(not_found(400, R"({"error":"invalid_request","error_description":"identity NOT found."})"));
  for (const char* other :
       {R"({"error":"invalid_request","error_description":"bad"})",
        R"({"error":"invalid_resource","error_description":"AADSTS500011: 'Identity not found' is unknown"})",
        R"({"error":"invalid_request","error_description":"the resource 'identity not found' is unknown"})",
        R"({"error":"invalid_scope","error_description":"Identity not found"})",
        R"({"error":"identity_not_found"})", R"({"message":"Identity not found"})",
        R"({"error":{"code":"identity_not_found","message":"Identity not found"}})", "Identity not found",
        "<html>Identity not found</html>", ""}) {
    EXPECT_FALSE(not_found(400, other)) << other;
  }
}

// The forms in the reference's list, in addition to those above. Any other form is unexpected.
TEST(ServiceErrorBody, TellsWhetherItHasAKnownForm) {
  EXPECT_TRUE(
      ParseServiceError(R"({"error":{"code":"c","message":"m","innererror":{"trace":"t"}}})").is_known_form);
  EXPECT_TRUE(ParseServiceError(R"({"error":"c"})").is_known_form);
  EXPECT_TRUE(ParseServiceError(R"({"message":"m"})").is_known_form);
  EXPECT_TRUE(ParseServiceError(R"({"correlationId":"c"})").is_known_form);
  EXPECT_FALSE(ParseServiceError(R"({"notExpectedJson":"someValue"})").is_known_form);
  EXPECT_FALSE(ParseServiceError("notExpectedJson").is_known_form);
  EXPECT_FALSE(ParseServiceError("").is_known_form);
}

// A12.
TEST(ServiceErrorBody, HidesWhatTheRequestProvedItselfWith) {
  KnownSecrets secrets;
  secrets.Add("MyHeader-0123");
  const ServiceError error = ParseServiceError(
      R"({"error":"bad MYHEADER-0123","message":"TXlIZWFkZXItMDEyMw== \u004dyHeader\n-0123","correlationId":"MyHeader-0123"})",
      secrets);
  EXPECT_EQ(error.code, "bad [hidden]");
  EXPECT_EQ(error.description, "[hidden]");
  EXPECT_EQ(error.correlation_id, "[hidden]");
}

// A12. A decision that depends on a code must not depend on the text of a secret.
TEST(ServiceErrorBody, ACodeOfTheProtocolStaysWhateverTheSecretsAre) {
  KnownSecrets secrets;
  secrets.AddWord("client");
  secrets.AddWhole("invalid");
  secrets.Add("unauthorized_client");
  EXPECT_EQ(ShowErrorCode("invalid_client", secrets), "invalid_client");
  EXPECT_EQ(ShowErrorCode("unauthorized_client", secrets), "unauthorized_client");
  EXPECT_EQ(ShowErrorCode("invalid_thing", secrets), "[hidden]_thing");
}

TEST(ServiceErrorBody, GivesTheErrorCodesOfEntra) {
  const ServiceError error = ParseServiceError(R"({"error":"invalid_client","error_codes":[700016,"x"]})");
  EXPECT_EQ(error.aadsts, std::vector<std::int64_t>{700016});
}

}  // namespace
}  // namespace msiv2
