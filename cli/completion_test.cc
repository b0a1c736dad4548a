#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/capture.h"

namespace msiv2::cli {
namespace {

using testing::HasSubstr;

class Completion : public testing::TestWithParam<std::string> {};

TEST_P(Completion, MentionsEveryCommandAndItsOptions) {
  const Captured run = RunCaptured({"completion", GetParam()});
  EXPECT_EQ(run.code, 0);
  for (const char* word : {"token",
                           "call",
                           "csr",
                           "demo",
                           "doctor",
                           "capabilities",
                           "token-endpoint",
                           "sources",
                           "workload-identity",
                           "service-fabric",
                           "selftest",
                           "previous-key",
                           "emulator",
                           "errors",
                           "completion",
                           "minimum-strength",
                           "data-file",
                           "vmss-id",
                           "faults-file",
                           "markdown",
                           "keyguard",
                           "renegotiation",
                           "bash zsh fish"}) {
    EXPECT_THAT(run.out, HasSubstr(word));
  }
}

INSTANTIATE_TEST_SUITE_P(Shells, Completion, testing::Values("bash", "zsh", "fish"),
                         [](const auto& shell) { return shell.param; });

TEST(CompletionScripts, FishKnowsFilesAndValues) {
  const std::string fish = RunCaptured({"completion", "fish"}).out;
  EXPECT_THAT(fish, HasSubstr("'__fish_seen_subcommand_from emulator' -l ca-out -r -F -d "));
  EXPECT_THAT(fish,
              HasSubstr("'__fish_seen_subcommand_from errors' -l output -x -a 'text json markdown' -d "));
  EXPECT_THAT(fish, HasSubstr("'__fish_seen_subcommand_from call' -l fail -s f -d "));
  EXPECT_THAT(fish, HasSubstr(" -l arc-folder -x -a '(__fish_complete_directories)' -d "));
  EXPECT_THAT(fish, HasSubstr(" -l source -x -a '(__fish_append , "));
}

TEST(CompletionScripts, ZshDescribesOptions) {
  const std::string zsh = RunCaptured({"completion", "zsh"}).out;
  EXPECT_EQ(zsh.rfind("#compdef msiv2\n", 0), 0u);
  EXPECT_THAT(zsh, HasSubstr("'--mtls-pop[Ask for a token that is bound to the key (mtls_pop)]'"));
  EXPECT_THAT(zsh, HasSubstr(":value:(none software hardware keyguard)'"));
  EXPECT_THAT(zsh, HasSubstr("'1:argument:(bash zsh fish)'"));
  EXPECT_THAT(zsh, HasSubstr("'--output=[What to print]:value:(text json)'"));
  EXPECT_THAT(zsh, HasSubstr("]:value: _values -s , value app-service "));
  EXPECT_THAT(zsh, HasSubstr("]:value:_files -/'"));
}

}  // namespace
}  // namespace msiv2::cli
