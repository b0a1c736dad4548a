// What the command says about itself, and how it refuses wrong flags.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

#include "cli/capture.h"
#include "cli/exit_codes.h"
#include "msiv2/version.h"

namespace msiv2::cli {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

const std::vector<std::string> kCommands = {"token",        "call",    "csr",      "demo",     "doctor",
                                            "capabilities", "sources", "selftest", "emulator", "errors",
                                            "completion",   "version", "help"};

TEST(Usage, HelpOfTheProgramNamesEveryCommandAndEveryExitCode) {
  const Captured run = RunCaptured({"--help"});
  EXPECT_EQ(run.code, kOk);
  EXPECT_THAT(run.err, IsEmpty());
  for (const std::string& command : kCommands) EXPECT_THAT(run.out, HasSubstr("  " + command + " "));
  for (int code = 0; code <= 11; ++code) {
    EXPECT_THAT(run.out, HasSubstr((code < 10 ? "\n  " : "\n ") + std::to_string(code) + "  "));
  }
}

TEST(Usage, HelpOfEveryCommandHasExamples) {
  for (const std::string& command : kCommands) {
    const Captured run = RunCaptured({command, "--help"});
    EXPECT_EQ(run.code, kOk) << command;
    EXPECT_THAT(run.out, HasSubstr("Examples:\n")) << command;
    EXPECT_THAT(run.out, HasSubstr("msiv2 ")) << command;
    EXPECT_THAT(run.err, IsEmpty()) << command;
  }
}

TEST(Usage, VersionIsTheSameBeforeAndAfterEveryCommand) {
  const std::string version = std::string("msiv2 ") + Version() + "\n";
  EXPECT_EQ(RunCaptured({"--version"}).out, version);
  for (const std::string& command : kCommands) {
    const Captured run = RunCaptured({command, "--version"});
    EXPECT_EQ(run.code, kOk) << command;
    EXPECT_EQ(run.out, version) << command;
  }
}

TEST(Usage, NoCommandPrintsTheHelpAsAnError) {
  const Captured run = RunCaptured({});
  EXPECT_EQ(run.code, kUsage);
  EXPECT_THAT(run.out, IsEmpty());
  EXPECT_THAT(run.err, HasSubstr("Usage:"));
}

TEST(Usage, UnknownCommandIsNamed) {
  const Captured run = RunCaptured({"tokn"});
  EXPECT_EQ(run.code, kUsage);
  EXPECT_THAT(run.out, IsEmpty());
  EXPECT_THAT(run.err, HasSubstr("there is no command"));
  EXPECT_THAT(run.err, HasSubstr("tokn"));
}

/// Refusal is a wrong command line and what the message must contain.
struct Refusal {
  std::vector<std::string> args;
  std::string message;
};

void PrintTo(const Refusal& refusal, std::ostream* out) { *out << CaseName(refusal.args); }

class Usages : public testing::TestWithParam<Refusal> {};

TEST_P(Usages, AreRefusedWithACause) {
  const Captured run = RunCaptured(GetParam().args);
  EXPECT_EQ(run.code, kUsage);
  EXPECT_THAT(run.out, IsEmpty());
  EXPECT_THAT(run.err, HasSubstr(GetParam().message));
}

const std::string kResource = "https://vault.azure.net";

INSTANTIATE_TEST_SUITE_P(
    Wrong, Usages,
    testing::Values(
        Refusal{{"token"}, "--resource is required"},
        Refusal{{"token", "--resource", kResource, "--bogus"}, "--bogus"},
        Refusal{{"token", "--resource", kResource, "--client-id", "a", "--object-id", "b"},
                "give one of the two"},
        Refusal{{"token", "--resource", kResource, "--client-id", "a", "--resource-id", "b"},
                "--resource-id"},
        Refusal{{"token", "--resource", kResource, "--object-id", "a", "--resource-id", "b"}, "--object-id"},
        Refusal{{"token", "--resource", kResource, "--minimum-strength", "strong"}, "--minimum-strength"},
        Refusal{{"token", "--resource", kResource, "--output", "xml"}, "--output"},
        Refusal{{"token", "--resource", kResource, "--timeout", "0"}, "--timeout"},
        Refusal{{"token", "--resource", kResource, "--timeout", "soon"}, "--timeout"},
        Refusal{{"call"}, "url is required"},
        Refusal{{"call", "https://a.example", "-d", "x", "--data-file", "y"}, "give one of the two"},
        Refusal{{"call", "https://a.example", "-H", "no colon here"}, "'Name: value'"},
        Refusal{{"call", "https://a.example", "--data-file", "/does/not/exist"}, "--data-file"},
        Refusal{{"call", "https://a.example", "--request-over-mtls"}, "--request-over-mtls"},
        Refusal{{"csr", "--der", "--pem"}, "give one of the two"},
        Refusal{{"csr"}, "--client-id is required"},
        Refusal{{"emulator", "--entra-asks", "never"}, "--entra-asks"},
        Refusal{{"emulator", "--imds-port", "65536"}, "--imds-port"},
        Refusal{{"emulator", "--certificate-lifetime", "-1"}, "--certificate-lifetime"},
        Refusal{{"emulator", "--source", "app-servce"}, "--source"},
        Refusal{{"emulator", "--source", "imds,app-servce"}, "--source"},
        Refusal{{"emulator", "--source", "imds,"}, "--source: 'imds,' has an empty entry"},
        Refusal{{"emulator", "--source", ",imds"}, "--source: ',imds' has an empty entry"},
        Refusal{{"emulator", "--source", "imds,,arc"}, "--source: 'imds,,arc' has an empty entry"},
        Refusal{{"emulator", "--source", ","}, "--source: ',' has an empty entry"},
        Refusal{{"emulator", "--source", ""}, "--source: '' has an empty entry"},
        Refusal{{"emulator", "--arc-folder", "/f"}, "--arc-folder does nothing without --source arc"},
        Refusal{{"emulator", "--arc-folder", "/f", "--source", "imds"}, "without --source arc"},
        Refusal{{"emulator", "--faults-file", "/does/not/exist"}, "cannot read /does/not/exist"},
        Refusal{{"doctor", "--output", "xml"}, "--output"},
        Refusal{{"doctor", "--resource", "r"}, "--resource"},
        Refusal{{"capabilities", "--output", "xml"}, "--output"},
        Refusal{{"selftest"}, "--windows is required"},
        Refusal{{"selftest", "--windows", "--output", "xml"}, "--output"},
        Refusal{{"selftest", "--windows", "--resource", kResource}, "--imds"},
        Refusal{{"selftest", "--windows", "--previous-key", "abc"}, "64 hex digits"},
        Refusal{{"selftest", "--windows", "--row-timeout", "0"}, "--row-timeout"},
        Refusal{{"--emulator", "selftest", "--windows"}, "leave out --emulator"},
        Refusal{{"errors", "--output", "xml"}, "--output"},
        Refusal{{"completion", "powershell"}, "powershell"}, Refusal{{"completion"}, "shell is required"}));

// U7. The message tells the value from a flag that is unknown.
TEST(Usage, NoIdOfAnIdentityMayBeBlank) {
  for (const std::vector<std::string>& command : {std::vector<std::string>{"token", "--resource", kResource},
                                                  {"call", "https://a.example"},
                                                  {"doctor"}}) {
    for (const std::string flag : {"--client-id", "--object-id", "--resource-id"}) {
      for (const std::string blank : {"", " ", "\t\r\n"}) {
        std::vector<std::string> args = command;
        args.insert(args.end(), {flag, blank});
        const Captured run = RunCaptured(args);
        EXPECT_EQ(run.code, kUsage) << command.front() << " " << flag;
        EXPECT_THAT(run.out, IsEmpty());
        EXPECT_THAT(run.err, HasSubstr(flag));
        EXPECT_THAT(run.err, HasSubstr("is empty; leave the flag out")) << command.front();
      }
    }
  }
}

// Returns the first line of what the command says to `args`, which it refuses.
std::string Refused(const std::vector<std::string>& args) {
  const Captured run = RunCaptured(args);
  EXPECT_EQ(run.code, kUsage);
  EXPECT_THAT(run.out, IsEmpty());
  return run.err.substr(0, run.err.find('\n'));
}

// N7.
TEST(Usage, ANumberThatDoesNotFitIsNamedWithItsLimits) {
  EXPECT_EQ(Refused({"emulator", "--token-lifetime", "0"}),
            "msiv2 emulator: --token-lifetime: 0 is not a whole number from 1 to 315360000");
  EXPECT_EQ(Refused({"emulator", "--certificate-lifetime", "99999999999"}),
            "msiv2 emulator: --certificate-lifetime: 99999999999 is not a whole number from 1 to 315360000");
  EXPECT_EQ(Refused({"emulator", "--imds-port", "65536"}),
            "msiv2 emulator: --imds-port: 65536 is not a whole number from 0 to 65535");
  EXPECT_EQ(Refused({"emulator", "--certificate-lifetime", "1.5"}),
            "msiv2 emulator: --certificate-lifetime: 1.5 is not a whole number from 1 to 315360000");
  EXPECT_EQ(Refused({"emulator", "--imds-port", "0100"}),
            "msiv2 emulator: --imds-port: 0100 is not a whole number from 0 to 65535");
  EXPECT_EQ(Refused({"emulator", "--control-port", "1e3"}),
            "msiv2 emulator: --control-port: 1e3 is not a whole number from 0 to 65535");
  EXPECT_EQ(Refused({"token", "--resource", kResource, "--timeout", "soon"}),
            "msiv2 token: --timeout: soon is not a number from 0.001 to 86400");
}

// N6. A request for a bound token must not become one for a bearer token.
TEST(Usage, AFlagIsNotTakenForTheValueOfTheFlagBeforeIt) {
  EXPECT_EQ(Refused({"token", "--resource", "--mtls-pop"}),
            "msiv2 token: --resource has no value: --mtls-pop looks like a flag");
  EXPECT_EQ(Refused({"token", "--resource", kResource, "--client-id", "--mtls-pop"}),
            "msiv2 token: --client-id has no value: --mtls-pop looks like a flag");
  EXPECT_EQ(Refused({"token", "--resource", "--emulator"}),
            "msiv2 token: --resource has no value: --emulator looks like a flag");
  EXPECT_EQ(Refused({"call", "https://a.example", "-H", "-i", "--attestation"}),
            "msiv2 call: --header has no value: -i looks like a flag");
  for (const std::string flag : {"--mtls-pop=true", "--emulator=http://127.0.0.1:1", "--mtls-popp", "-if"}) {
    EXPECT_EQ(Refused({"token", "--resource", flag}),
              "msiv2 token: --resource has no value: " + flag + " looks like a flag");
  }
  EXPECT_EQ(Refused({"token", "--resource"}), "msiv2 token: --resource has no value");
}

// N6. The value that is left over, or the other flag that is missing, follows from it.
TEST(Usage, AMissingValueIsSaidBeforeWhatFollowsFromIt) {
  EXPECT_EQ(Refused({"token", "--resource", "--client-id", "id"}),
            "msiv2 token: --resource has no value: --client-id looks like a flag");
  EXPECT_EQ(Refused({"token", "--client-id", "--resource", kResource}),
            "msiv2 token: --client-id has no value: --resource looks like a flag");
  EXPECT_EQ(Refused({"token", "--client-id", "--resource"}),
            "msiv2 token: --client-id has no value: --resource looks like a flag");
  EXPECT_EQ(Refused({"token", "--resource", kResource, "--timeout", "--mtls-pop"}),
            "msiv2 token: --timeout has no value: --mtls-pop looks like a flag");
  EXPECT_EQ(Refused({"token", "--resource", kResource, "--output", "--claims", "{}"}),
            "msiv2 token: --output has no value: --claims looks like a flag");
  EXPECT_EQ(Refused({"emulator", "--source", "--ca-out", "ca.pem"}),
            "msiv2 emulator: --source has no value: --ca-out looks like a flag");
  EXPECT_EQ(Refused({"call", "https://a.example", "-H"}), "msiv2 call: --header has no value");
}

// N7.
TEST(Usage, AFlagThatIsGivenTwiceIsNamed) {
  const Captured run = RunCaptured({"token", "--resource", "a", "--resource", "b"});
  EXPECT_EQ(run.code, kUsage);
  EXPECT_THAT(run.err, HasSubstr("msiv2 token: --resource is given more than once\n"));
}

// N7. The last one must not win without a word: it may ask for less than the first.
TEST(Usage, AFlagThatSaysTwoThingsIsRefused) {
  const std::string pop = "msiv2 token: --mtls-pop is given more than once, with different values";
  EXPECT_EQ(Refused({"token", "--resource", kResource, "--mtls-pop=true", "--mtls-pop=false"}), pop);
  EXPECT_EQ(Refused({"token", "--resource", kResource, "--mtls-pop=false", "--mtls-pop"}), pop);
  EXPECT_EQ(Refused({"token", "--resource", kResource, "--mtls-pop=maybe", "--mtls-pop"}), pop);
  EXPECT_EQ(Refused({"call", "https://a.example", "-f", "--fail=false"}),
            "msiv2 call: --fail is given more than once, with different values");
  const std::string emulator = "msiv2 demo: --emulator is given more than once, with different values";
  EXPECT_EQ(Refused({"--emulator=http://127.0.0.1:1", "--emulator", "demo"}), emulator);
  EXPECT_EQ(Refused({"--emulator", "demo", "--emulator=http://127.0.0.1:1"}), emulator);
}

// N7.
TEST(Usage, AFlagMayRepeatWhatItSays) {
  const Captured run = RunCaptured({"token", "--resource", kResource, "--mtls-pop", "--mtls-pop=true"});
  EXPECT_EQ(run.code, kUsage);
  EXPECT_THAT(run.err, HasSubstr("--mtls-pop was set without --attestation"));
}

// N7.
TEST(Usage, AnEmulatorWithoutItsUrlIsNotTheBuiltInOne) {
  for (const std::vector<std::string>& args :
       {std::vector<std::string>{"--emulator=", "demo"}, {"token", "--resource", kResource, "--emulator="}}) {
    const Captured run = RunCaptured(args);
    EXPECT_EQ(run.code, kUsage);
    EXPECT_THAT(run.out, IsEmpty());
    EXPECT_THAT(run.err, HasSubstr("--emulator= names no control URL"));
  }
}

TEST(Usage, NoFlagTakesAToken) {
  for (const std::string& command : kCommands) {
    const std::string help = RunCaptured({command, "--help"}).out;
    EXPECT_THAT(help, testing::Not(HasSubstr("--token "))) << command;
    EXPECT_THAT(help, testing::Not(HasSubstr("--access-token"))) << command;
  }
}

}  // namespace
}  // namespace msiv2::cli
