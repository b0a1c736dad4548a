// The command speaks of its own flags.
#include "cli/option_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <regex>
#include <sstream>

#include "cli/capture.h"
#include "cli/exit_codes.h"
#include "msiv2/error.h"

namespace msiv2::cli {
namespace {

using testing::HasSubstr;

// Names of options are of several words with underscores between them.
bool NamesAnOption(const std::string& text) {
  static const std::regex name("(^|[^a-z_])[a-z]+(_[a-z]+)+($|[^a-z_])");
  return std::regex_search(text, name);
}

// N5.
TEST(OptionWords, NoCureNamesAnOptionOfTheLibrary) {
  for (const ErrorInfo& row : ErrorTable()) {
    EXPECT_FALSE(NamesAnOption(CureIn(row.code, FlagOf))) << row.name << ": " << row.cure;
  }
  EXPECT_TRUE(NamesAnOption("Set mtls_proof_of_possession."));
}

// N5.
TEST(OptionWords, TheTableOfErrorsIsInFlags) {
  const std::string text = RunCaptured({"errors"}).out;
  EXPECT_THAT(text, HasSubstr("    Set --mtls-pop as well, or drop --attestation.\n"));
  EXPECT_THAT(text, HasSubstr("Wait for a call of this client to end.\n"));
  EXPECT_FALSE(std::regex_search(text, std::regex("allow_unattested|max_pending_calls")));
}

/// Wrong is a command line that the library refuses, and what the command says about it.
struct Wrong {
  std::vector<std::string> args;
  std::string cause;
};

void PrintTo(const Wrong& wrong, std::ostream* out) { *out << CaseName(wrong.args); }

class WrongRequests : public testing::TestWithParam<Wrong> {};

// N5.
TEST_P(WrongRequests, AreExplainedInFlags) {
  std::vector<std::string> args = {"token", "--resource", "https://vault.azure.net"};
  args.insert(args.end(), GetParam().args.begin(), GetParam().args.end());
  const Captured text = RunCaptured(args);
  EXPECT_EQ(text.code, kUsage);
  EXPECT_THAT(text.err, HasSubstr("  cause  " + GetParam().cause + "\n"));
  args.insert(args.end(), {"--output", "json"});
  const std::string answer = RunCaptured(args).out;
  EXPECT_THAT(answer, HasSubstr("\"message\": \"" + GetParam().cause + "\""));
  EXPECT_THAT(answer,
              HasSubstr("\"option\": \"" + GetParam().cause.substr(0, GetParam().cause.find(' ')) + "\""));
}

INSTANTIATE_TEST_SUITE_P(
    Options, WrongRequests,
    testing::Values(
        Wrong{{"--attestation"}, "--attestation was set without --mtls-pop"},
        Wrong{{"--mtls-pop"}, "--mtls-pop was set without --attestation"},
        Wrong{{"--request-over-mtls"}, "--request-over-mtls was set without --attestation"},
        Wrong{{"--mtls-pop", "--request-over-mtls"}, "--mtls-pop and --request-over-mtls exclude each other"},
        Wrong{{"--allow-unattested"}, "--allow-unattested does nothing without --mtls-pop"},
        Wrong{{"--minimum-strength", "software"}, "--minimum-strength does nothing without --mtls-pop"},
        Wrong{{"--mtls-pop", "--allow-unattested", "--claims", "{"}, "--claims is not a JSON object"},
        Wrong{{"--claims", "{"}, "--claims is not a JSON object"},
        // A bearer request has no attestation JWT.
        Wrong{{"--imds-base", "http://10.0.0.1"},
              "--imds-base ('http://10.0.0.1') would carry secrets and tokens over a network in plain http; "
              "use "
              "https"}));

// N5.
TEST(OptionWords, SourcesNameTheFlagOfAWorkloadIdentity) {
  const auto environment = [](const char* name) -> std::optional<std::string> {
    if (std::string(name) == "AZURE_FEDERATED_TOKEN_FILE") return "/token";
    return std::nullopt;
  };
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  const Console console{.in = in, .out = out, .err = err, .environment = environment};
  EXPECT_EQ(cli::Run({"sources"}, console), kOk);
  EXPECT_THAT(out.str(), HasSubstr("--workload-identity is not set"));
}

}  // namespace
}  // namespace msiv2::cli
