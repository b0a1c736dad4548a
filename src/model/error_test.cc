#include "msiv2/error.h"

#include <gtest/gtest.h>

#include <set>

namespace msiv2 {
namespace {

// G-47.
TEST(ErrorTable, HasOneCompleteRowForEachCode) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < ErrorTable().size(); ++i) {
    const ErrorInfo& row = ErrorTable()[i];
    EXPECT_EQ(static_cast<std::size_t>(row.code), i);
    EXPECT_EQ(Describe(row.code).name, row.name);
    EXPECT_EQ(Name(row.code), row.name);
    EXPECT_TRUE(names.insert(row.name).second) << row.name << " is there twice";
    EXPECT_TRUE(row.cure.ends_with('.')) << row.name;
    EXPECT_EQ(row.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_"), std::string_view::npos);
  }
}

TEST(ErrorTable, HoldsTheNamesOfTheSpec) {
  const std::set<std::string_view> expected = {"msi_v2_error",
                                               "msi_v2_attestation_requires_pop",
                                               "msi_v2_keyguard_unavailable",
                                               "msi_v2_pop_requires_attestation",
                                               "invalid_request",
                                               "imds_v2_disabled",
                                               "mtls_pop_not_supported_for_environment",
                                               "mtls_pop_token_not_supported_in_imds_v1",
                                               "min_strength_not_met",
                                               "imds_unreachable",
                                               "managed_identity_request_failed",
                                               "invalid_metadata",
                                               "key_creation_failed",
                                               "key_sign_failed",
                                               "attestation_failed",
                                               "attestation_library_untrusted",
                                               "credential_request_failed",
                                               "invalid_certificate",
                                               "endpoint_not_allowed",
                                               "token_request_failed",
                                               "token_type_mismatch",
                                               "token_binding_mismatch",
                                               "tls_failed",
                                               "timeout",
                                               "canceled"};
  std::set<std::string_view> missing = expected;
  for (const ErrorInfo& row : ErrorTable()) missing.erase(row.name);
  EXPECT_TRUE(missing.empty()) << *missing.begin();
}

TEST(Error, TakesStepKindAndAdviceFromTheTable) {
  const Error error(ErrorCode::kImdsUnreachable, "no route");
  EXPECT_EQ(error.step, Step::kMetadata);
  EXPECT_EQ(error.kind, ErrorKind::kMsiV2);
  EXPECT_TRUE(error.retryable);
  EXPECT_EQ(error.Cure(), Describe(ErrorCode::kImdsUnreachable).cure);
  EXPECT_EQ(Error(ErrorCode::kTimeout, Step::kToken, "x").step, Step::kToken);
}

TEST(Error, PrintsOneLine) {
  Error error(ErrorCode::kTokenRequestFailed, "Entra refused");
  error.http_status = 400;
  error.attempts = 2;
  error.correlation_id = "id";
  EXPECT_EQ(error.ToString(),
            "step 7 (token): token_request_failed: Entra refused [HTTP 400] [after 2 attempts] "
            "[correlation id id]. " +
                std::string(error.Cure()));
  const Error plain(ErrorCode::kInvalidRequest, "empty");
  EXPECT_EQ(plain.ToString(), "invalid_request: empty. " + std::string(plain.Cure()));
}

// G-47.
TEST(Error, IsThrownAsTheExceptionOfItsKind) {
  EXPECT_THROW(ThrowError(Error(ErrorCode::kInvalidRequest, "x")), ClientException);
  EXPECT_THROW(ThrowError(Error(ErrorCode::kImdsUnreachable, "x")), MsiV2Exception);
  EXPECT_THROW(ThrowError(Error(ErrorCode::kResourceRequestFailed, "x")), ServiceException);
  try {
    ThrowError(Error(ErrorCode::kTimeout, Step::kKey, "slow"));
  } catch (const ManagedIdentityException& caught) {
    EXPECT_EQ(caught.error().code, ErrorCode::kTimeout);
    EXPECT_EQ(std::string(caught.what()), caught.error().ToString());
  }
}

TEST(Step, StepsAndKindsHaveNames) {
  EXPECT_EQ(Name(Step::kRequest), "request");
  EXPECT_EQ(Name(Step::kMetadata), "metadata");
  EXPECT_EQ(Name(Step::kKey), "key");
  EXPECT_EQ(Name(Step::kCsr), "csr");
  EXPECT_EQ(Name(Step::kAttestation), "attestation");
  EXPECT_EQ(Name(Step::kCredential), "credential");
  EXPECT_EQ(Name(Step::kCertificate), "certificate");
  EXPECT_EQ(Name(Step::kToken), "token");
  EXPECT_EQ(Name(Step::kResource), "resource");
  EXPECT_EQ(Name(ErrorKind::kClient), "ClientException");
  EXPECT_EQ(Name(ErrorKind::kMsiV2), "MsiV2Exception");
  EXPECT_EQ(Name(ErrorKind::kService), "ServiceException");
}

}  // namespace
}  // namespace msiv2
