// Words that nothing takes, and what the command proposes.
#include "cli/did_you_mean.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

#include "cli/capture.h"
#include "cli/exit_codes.h"

namespace msiv2::cli {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

const std::vector<std::string> kWords = {"--resource", "--resource-id", "--output", "--client-id", "-o"};

TEST(ClosestWord, HasOneMistakeForEachThreeLetters) {
  EXPECT_EQ(Closest("--resorce", kWords), "--resource");     // one left out
  EXPECT_EQ(Closest("--outpput", kWords), "--output");       // one too many
  EXPECT_EQ(Closest("--oufput", kWords), "--output");        // another one
  EXPECT_EQ(Closest("--cleint-id", kWords), "--client-id");  // two swapped
  EXPECT_EQ(Closest("-output", kWords), "--output");
  EXPECT_EQ(Closest("--bogus", kWords), std::nullopt);
  EXPECT_EQ(Closest("--oxtpxt", kWords), "--output");
  EXPECT_EQ(Closest("--oxxpxt", kWords), std::nullopt);
}

TEST(ClosestWord, IsTheFirstOfThoseThatBeginWithIt) {
  EXPECT_EQ(Closest("--res", kWords), "--resource");
  EXPECT_EQ(Closest("--resource-i", kWords), "--resource-id");
}

TEST(ClosestWord, IsNotMadeUpForAnotherSingleLetter) { EXPECT_EQ(Closest("-x", kWords), std::nullopt); }

/// Misspelling is a command line and the message about it.
struct Misspelling {
  std::vector<std::string> args;
  std::string message;
};

void PrintTo(const Misspelling& misspelling, std::ostream* out) { *out << CaseName(misspelling.args); }

class Misspellings : public testing::TestWithParam<Misspelling> {};

// N6.
TEST_P(Misspellings, AreNamedWithWhatFits) {
  const Captured run = RunCaptured(GetParam().args);
  EXPECT_EQ(run.code, kUsage);
  EXPECT_THAT(run.out, IsEmpty());
  EXPECT_THAT(run.err, StartsWith(GetParam().message + "\nTry: "));
}

INSTANTIATE_TEST_SUITE_P(
    Words, Misspellings,
    testing::Values(
        Misspelling{{"token", "--resorce", "x"},
                    "msiv2 token: --resorce is unknown; did you mean --resource?"},
        Misspelling{{"token", "--resorce=hunter2"},
                    "msiv2 token: --resorce is unknown; did you mean --resource?"},
        Misspelling{{"token", "--resorce", "x", "--output", "xml"},
                    "msiv2 token: --resorce is unknown; did you mean --resource?"},
        Misspelling{{"token", "--emulater", "--resource", "x"},
                    "msiv2 token: --emulater is unknown; did you mean --emulator?"},
        Misspelling{{"--emulater", "token", "--resource", "x"},
                    "msiv2 token: --emulater is unknown; did you mean --emulator?"},
        Misspelling{{"--resource", "x", "token"},
                    "msiv2 token: --resource comes after the command: msiv2 token --resource"},
        Misspelling{{"token", "--resource", "x", "--vm-id", "y"},
                    "msiv2 token: --vm-id is unknown to msiv2 token; it is a flag of csr"},
        Misspelling{{"--resource", "x"},
                    "msiv2: --resource is unknown to msiv2; it is a flag of token, call, selftest"},
        Misspelling{{"token", "--resource", "x", "--zzz"}, "msiv2 token: --zzz is unknown"},
        Misspelling{{"token", "--resource", "x", "-zhunter2"}, "msiv2 token: -z is unknown"},
        Misspelling{{"tokn"}, "msiv2: there is no command tokn; did you mean token?"},
        Misspelling{{"tokn", "--resource", "x"}, "msiv2: there is no command tokn; did you mean token?"},
        Misspelling{{"frobnicate"}, "msiv2: there is no command frobnicate"},
        Misspelling{{"help", "capabilites"},
                    "msiv2: there is no command capabilites; did you mean capabilities?"},
        Misspelling{{"tokn", "--help"}, "msiv2: there is no command tokn; did you mean token?"},
        Misspelling{{"errors", "csr"}, "msiv2 errors: csr is not expected here"}));

// N6.
TEST(HelpCommand, IsTheHelpOfTheProgramOrOfACommand) {
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{}, {"errors"}, {"emulator"}, {"help"}}) {
    std::vector<std::string> command = words;
    command.insert(command.begin(), "help");
    std::vector<std::string> flag = words;
    flag.emplace_back("--help");
    const Captured run = RunCaptured(command);
    EXPECT_EQ(run.code, kOk);
    EXPECT_THAT(run.err, IsEmpty());
    EXPECT_THAT(run.out, HasSubstr("Usage: msiv2"));
    EXPECT_EQ(run.out, RunCaptured(flag).out);
  }
}

}  // namespace
}  // namespace msiv2::cli
