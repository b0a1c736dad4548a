// The msiv2 program as a process: signals, pipes and the openssl tool.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <nlohmann/json.hpp>

#include "cli/child_process.h"
#include "cli/exit_codes.h"
#include "tests/support/encoded_start.h"

namespace msiv2::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string kProgram = MSIV2_COMMAND;
const std::string kCsr = kProgram +
                         " csr --client-id 0a0a0a0a-1b1b-4c2c-8d3d-4e4e4e4e4e4e"
                         " --tenant-id 11111111-2222-4333-8444-555555555555"
                         " --vm-id aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee";

TEST(Process, OpensslVerifiesTheCsr) {
  const ShellResult run = Shell(kCsr + " | openssl req -verify -noout 2>&1");
  EXPECT_EQ(run.code, 0);
  EXPECT_THAT(run.out, HasSubstr("OK"));
}

TEST(Process, OpensslReadsTheFieldsOfTheCsrFromDer) {
  const ShellResult run = Shell(kCsr + " --der | openssl asn1parse -inform DER");
  EXPECT_EQ(run.code, 0);
  EXPECT_THAT(run.out, HasSubstr("IA5STRING         :11111111-2222-4333-8444-555555555555"));
  EXPECT_THAT(run.out, HasSubstr("PRINTABLESTRING   :0a0a0a0a-1b1b-4c2c-8d3d-4e4e4e4e4e4e"));
  EXPECT_THAT(run.out, HasSubstr("1.3.6.1.4.1.311.90.2.10"));
  EXPECT_THAT(run.out, HasSubstr(R"(UTF8STRING        :{"vmId":"aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"})"));
}

TEST(Process, BashLoadsTheCompletionAndCompletes) {
  const std::string complete =
      "bash -c 'source <(" + kProgram +
      " completion bash) || exit 1;"
      " COMP_WORDS=(msiv2 --emulator token --minimum-strength key); COMP_CWORD=4; _msiv2; echo "
      "\"${COMPREPLY[*]}\";"
      " COMP_WORDS=(msiv2 tok); COMP_CWORD=1; _msiv2; echo \"${COMPREPLY[*]}\";"
      " COMP_WORDS=(msiv2 call --data-); COMP_CWORD=2; _msiv2; echo \"${COMPREPLY[*]}\"'";
  const ShellResult run = Shell(complete);
  EXPECT_EQ(run.code, 0);
  EXPECT_EQ(run.out, "keyguard\ntoken\n--data-file\n");
}

TEST(Process, OutputThatCannotBeWrittenIsAnError) {
  EXPECT_EQ(Shell(kProgram + " errors > /dev/full 2> /dev/null").code, kOther);
}

TEST(Process, EmulatorPrintsTheVariablesOfItsSources) {
  const ShellResult run =
      Shell("echo | " + kProgram +
            " emulator --until-stdin-closes --source app-service,imds --source cloud-shell 2>&1");
  EXPECT_EQ(run.code, kOk);
  const auto begin = run.out.find("{\"imds\"");
  ASSERT_NE(begin, std::string::npos) << run.out;
  const auto endpoints = nlohmann::json::parse(run.out.substr(begin, run.out.find('\n', begin) - begin));
  ASSERT_EQ(endpoints.at("environment").size(), 3u);
  for (const auto& [source, variables] : endpoints.at("environment").items()) {
    EXPECT_THAT(run.out, HasSubstr("As " + source + ","));
    for (const auto& [name, value] : variables.items()) {
      EXPECT_THAT(run.out, HasSubstr("\nexport " + name + "=" + value.get<std::string>() + "\n"));
    }
  }
}

TEST(Process, EmulatorPrintsItsEndpointsServesAndEndsOnSigterm) {
  for (const int signal : {SIGTERM, SIGINT}) {
    ChildProcess emulator({kProgram, "emulator"});
    const auto endpoints = nlohmann::json::parse(emulator.ReadLine(), nullptr, false);
    ASSERT_TRUE(endpoints.is_object());
    const std::string control = endpoints.at("control");
    const ShellResult token =
        Shell(kProgram + " --emulator=" + control +
              " token --resource https://vault.azure.net --mtls-pop --attestation --explain 2>&1");
    EXPECT_EQ(token.code, kOk) << token.out;
    EXPECT_THAT(token.out, HasSubstr("mtls_pop"));
    EXPECT_FALSE(HoldsJwt(token.out));
    emulator.Signal(signal);
    EXPECT_EQ(emulator.Wait(), kOk);
  }
}

TEST(Process, EmulatorEndsWhenStdinCloses) {
  ChildProcess emulator({kProgram, "emulator", "--until-stdin-closes"});
  ASSERT_FALSE(emulator.ReadLine().empty());
  emulator.CloseInput();
  EXPECT_EQ(emulator.Wait(), kOk);
}

TEST(Process, SigtermWinsOverAnOpenStdin) {
  ChildProcess emulator({kProgram, "emulator", "--until-stdin-closes"});
  ASSERT_FALSE(emulator.ReadLine().empty());
  emulator.Signal(SIGTERM);
  EXPECT_EQ(emulator.Wait(), kOk);
}

TEST(Process, SigintCancelsAnAcquisitionThatHangs) {
  ChildProcess emulator({kProgram, "emulator", "--fault", "imds.getplatformmetadata hang"});
  const auto endpoints = nlohmann::json::parse(emulator.ReadLine(), nullptr, false);
  ASSERT_TRUE(endpoints.is_object());
  ChildProcess token(
      {"/bin/sh", "-c",
       "exec " + kProgram + " --emulator=" + endpoints.at("control").get<std::string>() +
           " token --resource https://vault.azure.net --mtls-pop --attestation --verbose 2>&1"});
  while (true) {  // the request is on its way once the step has started
    const std::string line = token.ReadLine();
    ASSERT_FALSE(line.empty());
    if (line.find("[1/7] metadata") == 0 && line.find("started") != std::string::npos) break;
  }
  token.Signal(SIGINT);
  EXPECT_EQ(token.Wait(), kCanceled);
}

}  // namespace
}  // namespace msiv2::cli
