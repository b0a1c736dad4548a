#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "cli/capture.h"
#include "cli/exit_codes.h"
#include "cli/option_words.h"
#include "emulator/emulator.h"
#include "msiv2/error.h"

namespace msiv2::cli {
namespace {

// G-48.
TEST(ErrorsCommand, MarkdownIsWhatTheDocumentationHolds) {
  std::ifstream file(std::string(MSIV2_SOURCE_DIR) + "/docs/errors.md", std::ios::binary);
  std::ostringstream committed;
  committed << file.rdbuf();
  EXPECT_EQ(RunCaptured({"errors", "--output", "markdown"}).out, committed.str())
      << "make it again: msiv2 errors --output markdown > docs/errors.md";
}

TEST(ErrorsCommand, EveryOutputHasARowForEveryCode) {
  const std::string text = RunCaptured({"errors"}).out;
  const auto rows = nlohmann::json::parse(RunCaptured({"errors", "--output", "json"}).out);
  ASSERT_EQ(rows.size(), ErrorTable().size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const ErrorInfo& info = ErrorTable()[i];
    EXPECT_EQ(rows[i].at("code"), info.name);
    EXPECT_EQ(rows[i].at("cure"), CureIn(info.code, FlagOf));
    EXPECT_EQ(rows[i].at("retryable"), info.retryable);
    EXPECT_THAT(text, testing::HasSubstr(std::string(info.name) + "\n"));
  }
}

// N9. The page names each code whose errors differ from the column, with what the column says of it.
TEST(ErrorsCommand, TheRetryColumnIsADefaultAndThePageSaysWhereErrorsDiffer) {
  const std::string page = RunCaptured({"errors", "--output", "markdown"}).out;
  const auto emulator = emulator::Emulator::Start();
  ASSERT_TRUE(emulator) << emulator.error().ToString();
  const std::pair<const char*, ErrorCode> cases[] = {
      {"imds.getplatformmetadata status=503", ErrorCode::kManagedIdentityRequestFailed},
      {"imds.getplatformmetadata body=truncated", ErrorCode::kInvalidMetadata},
      {"imds.issuecredential status=503", ErrorCode::kCredentialRequestFailed},
      {"entra.token status=503", ErrorCode::kTokenRequestFailed},
  };
  for (const auto& [fault, code] : cases) {
    (*emulator)->ClearFaults();
    ASSERT_TRUE((*emulator)->AddFault(fault)) << fault;
    const Captured run = RunCaptured({"--emulator=" + (*emulator)->endpoints().control, "token", "--resource",
                                      "https://vault.azure.net", "--mtls-pop", "--attestation",
                                      "--no-retries", "--output", "json"});
    const auto error = nlohmann::json::parse(run.out).at("error");
    ASSERT_EQ(error.at("code"), Describe(code).name) << fault;
    EXPECT_NE(error.at("retryable"), Describe(code).retryable) << fault;
    EXPECT_THAT(page, testing::HasSubstr("\n| `" + std::string(Describe(code).name) + "` | no | yes "))
        << fault;
  }
}

TEST(ExitCodes, FollowTheKindOfFailure) {
  const auto code = [](ErrorCode error) { return ExitCodeFor(Error(error, "")); };
  EXPECT_EQ(code(ErrorCode::kInvalidRequest), 2);
  EXPECT_EQ(code(ErrorCode::kAttestationRequiresPop), 2);
  EXPECT_EQ(code(ErrorCode::kPopRequiresAttestation), 2);
  EXPECT_EQ(code(ErrorCode::kImdsUnreachable), 3);
  EXPECT_EQ(code(ErrorCode::kManagedIdentityRequestFailed), 4);
  EXPECT_EQ(code(ErrorCode::kKeyguardUnavailable), 4);
  EXPECT_EQ(code(ErrorCode::kImdsV2Disabled), 4);
  EXPECT_EQ(code(ErrorCode::kPopNotSupportedForEnvironment), 4) << "another host would take the request";
  EXPECT_EQ(code(ErrorCode::kAttestationFailed), 4);
  EXPECT_EQ(code(ErrorCode::kTokenRequestFailed), 4);
  EXPECT_EQ(code(ErrorCode::kTlsFailed), 5);
  EXPECT_EQ(code(ErrorCode::kInvalidCertificate), 5);
  EXPECT_EQ(code(ErrorCode::kTimeout), 6);
  EXPECT_EQ(code(ErrorCode::kCanceled), 7);
  EXPECT_EQ(code(ErrorCode::kResourceRequestFailed), 1);
}

}  // namespace
}  // namespace msiv2::cli
