// msiv2 token and call against a real emulator in this process.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>

#include "cli/capture.h"
#include "cli/exit_codes.h"
#include "cli/testing/emulator_fixture.h"
#include "tests/support/encoded_start.h"

namespace msiv2::cli {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class CommandOnEmulator : public EmulatorFixture {
 protected:
  static Captured Token(const std::vector<std::string>& more) {
    std::vector<std::string> args = {"token", "--resource", "https://vault.azure.net", "--mtls-pop",
                                     "--attestation"};
    args.insert(args.end(), more.begin(), more.end());
    return OnEmulator(args);
  }
};

TEST_F(CommandOnEmulator, JsonHoldsATokenWhoseCnfIsTheCertificate) {
  const Captured run = Token({"--output", "json"});
  ASSERT_EQ(run.code, kOk) << run.err;
  EXPECT_THAT(run.err, IsEmpty());
  const auto json = nlohmann::json::parse(run.out);
  EXPECT_EQ(json.at("token_type"), "mtls_pop");
  EXPECT_EQ(json.at("resource"), "https://vault.azure.net");
  EXPECT_EQ(json.at("client_id"), emulator_->endpoints().client_id);
  EXPECT_EQ(json.at("tenant_id"), emulator_->endpoints().tenant_id);
  EXPECT_EQ(json.at("cnf").at("x5t#S256"), json.at("certificate").at("x5t#S256"));
  EXPECT_EQ(json.at("binding_verified"), true);
  EXPECT_EQ(json.at("strength"), "keyguard (emulated)");
  EXPECT_EQ(json.at("origin"), "emulated");
  EXPECT_EQ(json.at("attested"), true);
  EXPECT_EQ(json.at("source"), "network");
  EXPECT_THAT(json.at("certificate").at("pem").get<std::string>(),
              HasSubstr("-----BEGIN CERTIFICATE-----\n"));
}

TEST_F(CommandOnEmulator, UnattestedTokensAreBoundToTheHostsOwnKey) {
  const Captured run = OnEmulator({"token", "--resource", "https://vault.azure.net", "--mtls-pop",
                                   "--allow-unattested", "--output", "json"});
  ASSERT_EQ(run.code, kOk) << run.err;
  const auto json = nlohmann::json::parse(run.out);
  EXPECT_EQ(json.at("strength"), "software");
  EXPECT_EQ(json.at("origin"), "platform");
  EXPECT_EQ(json.at("attested"), false);
}

// No part of any JWT may appear: each starts with the encoding of `{"`.
TEST_F(CommandOnEmulator, TheTokenIsPrintedForJsonAndHeaderOnly) {
  for (const std::vector<std::string>& more :
       std::vector<std::vector<std::string>>{{}, {"--explain"}, {"--verbose"}, {"--explain", "--verbose"}}) {
    const Captured run = Token(more);
    ASSERT_EQ(run.code, kOk) << run.err;
    EXPECT_FALSE(HoldsJwt(run.out));
    EXPECT_FALSE(HoldsJwt(run.err));
  }
  const Captured json = Token({"--output", "json", "--explain", "--verbose"});
  const std::string token = nlohmann::json::parse(json.out).at("access_token");
  EXPECT_FALSE(HoldsJwt(json.err));
  EXPECT_THAT(json.err, Not(HasSubstr(token.substr(token.rfind('.')))));
  const Captured header = Token({"--output", "header"});
  EXPECT_THAT(header.out, testing::StartsWith("Authorization: mtls_pop eyJ"));
  EXPECT_FALSE(HoldsJwt(header.err));
}

// N11.
TEST_F(CommandOnEmulator, AHeaderWhoseKeyEndsWithTheCommandComesWithANotice) {
  const char* const notice = "bound to a key in memory, which ends with this command";
  EXPECT_THAT(Token({"--output", "header"}).err, HasSubstr(notice));
  const std::vector<std::string> token = {"token", "--resource", "https://vault.azure.net"};
  auto unattested = token;
  unattested.insert(unattested.end(), {"--mtls-pop", "--allow-unattested", "--output", "header"});
  EXPECT_THAT(OnEmulator(unattested).err, HasSubstr(notice));
  auto bearer = token;
  bearer.insert(bearer.end(), {"--output", "header"});
  EXPECT_THAT(OnEmulator(bearer).err, IsEmpty());
  EXPECT_THAT(RunCaptured({"token", "--help"}).out, HasSubstr("the key ends with the command"));
}

TEST_F(CommandOnEmulator, ExplainPrintsALineForEachOfTheSevenSteps) {
  const Captured run = Token({"--explain"});
  ASSERT_EQ(run.code, kOk) << run.err;
  for (const char* line : {"[1/7] metadata ", "[2/7] key ", "[3/7] csr ", "[4/7] attestation ",
                           "[5/7] credential ", "[6/7] certificate ", "[7/7] token "}) {
    EXPECT_THAT(run.err, HasSubstr(line));
  }
  EXPECT_THAT(run.err, Not(HasSubstr(emulator_->endpoints().client_id)));
  EXPECT_THAT(Token({"--verbose"}).err, HasSubstr(emulator_->endpoints().client_id));
}

TEST_F(CommandOnEmulator, AFailedStepIsNamedWithCauseAndCure) {
  Fault("imds.issuecredential status=400");
  const Captured run = Token({"--explain"});
  EXPECT_EQ(run.code, kRefused);
  EXPECT_THAT(run.out, IsEmpty());
  EXPECT_THAT(run.err, HasSubstr("FAILED credential_request_failed"));
  EXPECT_THAT(run.err, HasSubstr("step 5 (credential) failed: credential_request_failed"));
  EXPECT_THAT(run.err, HasSubstr("  cure   "));
}

TEST_F(CommandOnEmulator, AFailureIsJsonOnStdoutWhenJsonWasAskedFor) {
  Fault("imds.issuecredential status=400");
  const Captured run = Token({"--output", "json"});
  EXPECT_EQ(run.code, kRefused);
  EXPECT_THAT(run.err, IsEmpty());
  const auto error = nlohmann::json::parse(run.out).at("error");
  EXPECT_EQ(error.at("code"), "credential_request_failed");
  EXPECT_EQ(error.at("step_number"), 5);
  EXPECT_EQ(error.at("http_status"), 400);
  EXPECT_FALSE(error.at("correlation_id").get<std::string>().empty());
}

TEST_F(CommandOnEmulator, ATimeoutEndsAHangWithItsOwnExitCode) {
  Fault("imds.getplatformmetadata hang");
  const Captured run = Token({"--timeout", "0.2"});
  EXPECT_EQ(run.code, kTimedOut) << run.err;
}

TEST_F(CommandOnEmulator, GatingIsAWrongRequest) {
  const std::string resource = "https://vault.azure.net";
  EXPECT_EQ(OnEmulator({"token", "--resource", resource, "--attestation"}).code, kUsage);
  EXPECT_EQ(OnEmulator({"token", "--resource", resource, "--mtls-pop"}).code, kUsage);
  EXPECT_EQ(Token({"--request-over-mtls"}).code, kUsage);
}

TEST_F(CommandOnEmulator, CallPrintsTheAnswerOfTheResource) {
  const Captured run = OnEmulator({"call", "/hello?x=1", "--attestation", "-i", "--explain"});
  ASSERT_EQ(run.code, kOk) << run.err;
  EXPECT_THAT(run.out, testing::StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(run.out, HasSubstr("/hello"));
  EXPECT_THAT(run.out, HasSubstr("\n\n"));
  EXPECT_THAT(run.err, HasSubstr("[use] resource "));
  EXPECT_FALSE(HoldsJwt(run.err + run.out));
}

TEST_F(CommandOnEmulator, CallSendsMethodHeadersAndBodyFromStdin) {
  emulator_->ClearLog();
  const Captured run = OnEmulator({"call", emulator_->endpoints().resource + "/items", "-X", "PUT", "-H",
                                   "X-One: 1", "-H", "X-Two: 2", "--data-file", "-", "--attestation"},
                                  "the body");
  ASSERT_EQ(run.code, kOk) << run.err;
  const auto log = emulator_->Log();
  ASSERT_FALSE(log.empty());
  EXPECT_EQ(log.back().server, "resource");
  EXPECT_EQ(log.back().method, "PUT");
  EXPECT_EQ(log.back().path, "/items");
  EXPECT_TRUE(log.back().client_certificate);
}

TEST_F(CommandOnEmulator, CallWithABodyIsAPostAndFailTurnsAnErrorStatusIntoAnExitCode) {
  Fault("resource.* status=404");
  const Captured calm = OnEmulator({"call", "/none", "-d", "x", "--attestation"});
  EXPECT_EQ(calm.code, kOk) << calm.err;
  EXPECT_EQ(emulator_->Log().back().method, "POST");
  const Captured strict = OnEmulator({"call", "/none", "--fail", "--attestation"});
  EXPECT_EQ(strict.code, kResourceRefused);
  EXPECT_THAT(strict.err, HasSubstr("HTTP 404"));
}

TEST_F(CommandOnEmulator, CallWritesTheAnswerToAFile) {
  const std::string path =
      testing::TempDir() + "msiv2_call_answer_" +
      emulator_->endpoints().control.substr(emulator_->endpoints().control.rfind(':') + 1);
  const Captured run = OnEmulator({"call", "/hello", "--attestation", "-o", path});
  ASSERT_EQ(run.code, kOk) << run.err;
  EXPECT_THAT(run.out, IsEmpty());
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  EXPECT_THAT(content.str(), HasSubstr("hello"));
  std::remove(path.c_str());
  EXPECT_EQ(OnEmulator({"call", "/hello", "--attestation", "-o", "/does/not/exist"}).code, kOther);
}

TEST_F(CommandOnEmulator, CallAnswersAClaimsChallengeOnce) {
  Fault("resource.call answer=claims:acrs:c1");
  emulator_->ClearLog();
  const Captured run = OnEmulator({"call", "/hello", "-d", "body", "--attestation", "--explain", "--fail"});
  EXPECT_EQ(run.code, kOk) << run.err;
  EXPECT_THAT(run.out, HasSubstr("\"body_bytes\":4"));
  EXPECT_THAT(run.err, HasSubstr("HTTP 401"));
  EXPECT_THAT(run.err, HasSubstr("claims challenge: a new token"));
  EXPECT_THAT(run.err, HasSubstr("HTTP 200"));
  EXPECT_FALSE(HoldsJwt(run.err + run.out));
  const auto log = emulator_->Log();
  EXPECT_EQ(
      std::count_if(log.begin(), log.end(), [](const auto& entry) { return entry.server == "resource"; }), 2);
}

TEST_F(CommandOnEmulator, CallLeavesAClaimsChallengeAloneWhenTold) {
  Fault("resource.call answer=claims:acrs:c1");
  const Captured told = OnEmulator({"call", "/hello", "--attestation", "--fail", "--no-claims-retry"});
  EXPECT_EQ(told.code, kResourceRefused);
  EXPECT_THAT(told.err, HasSubstr("HTTP 401"));
  EXPECT_THAT(told.out, HasSubstr("InsufficientClaims"));
}

TEST_F(CommandOnEmulator, CallAnswersNoSecondChallenge) {
  Fault("resource.call answer=claims:acrs:c1 count=1");
  Fault("resource.call answer=claims:acrs:c2");
  emulator_->ClearLog();
  const Captured run = OnEmulator({"call", "/hello", "--attestation", "--fail"});
  EXPECT_EQ(run.code, kResourceRefused);
  const auto log = emulator_->Log();
  EXPECT_EQ(
      std::count_if(log.begin(), log.end(), [](const auto& entry) { return entry.server == "resource"; }), 2);
}

TEST_F(CommandOnEmulator, CallRefusesACallersOwnAuthorizationHeaderAndPlainHttp) {
  EXPECT_EQ(OnEmulator({"call", "/hello", "--attestation", "-H", "Authorization: Bearer x"}).code, kUsage);
  EXPECT_EQ(OnEmulator({"call", "http://a.example/", "--attestation"}).code, kUsage);
}

TEST_F(CommandOnEmulator, CallRefusesWhatCannotBeSentBeforeItAsksForATokenAndQuotesNoSecret) {
  const std::string plain = "http://127.0.0.1:1/?sig=hunter2";
  const std::string userinfo = "https://user:hunter2@127.0.0.1:1/";
  const std::string good = emulator_->endpoints().resource + "/?sig=hunter2";
  emulator_->ClearLog();
  for (const auto& args : std::vector<std::vector<std::string>>{
           {plain}, {userinfo}, {good, "-H", "Authorization: Bearer hunter2"}}) {
    std::vector<std::string> call = {"call", "--attestation", "--explain", "--verbose"};
    call.insert(call.end(), args.begin(), args.end());
    const Captured run = OnEmulator(call);
    EXPECT_EQ(run.code, kUsage) << args[0];
    EXPECT_THAT(run.err, HasSubstr("invalid_request")) << args[0];
    EXPECT_THAT(run.out + run.err, Not(HasSubstr("hunter2"))) << args[0];
  }
  for (const auto& entry : emulator_->Log()) {
    EXPECT_EQ(entry.server, "control") << "nothing may be asked for: " << entry.server << " " << entry.path;
  }
}

TEST_F(CommandOnEmulator, DemoGoesAsItMust) {
  const Captured run = OnEmulator({"demo"});
  EXPECT_EQ(run.code, kOk) << run.out << run.err;
  EXPECT_THAT(run.out, HasSubstr("[7/7] token"));
  EXPECT_THAT(run.out, HasSubstr("\"x5t#S256\""));
  EXPECT_THAT(run.out, HasSubstr("HTTP 200"));
  EXPECT_THAT(run.out, HasSubstr("HTTP 401: refused"));
  EXPECT_THAT(run.out, Not(HasSubstr("WRONG")));
  EXPECT_FALSE(HoldsJwt(run.out + run.err));
}

TEST_F(CommandOnEmulator, DemoFailsWhenTheResourceRefusesTheRightCaller) {
  Fault("resource.* status=500");
  const Captured run = OnEmulator({"demo"});
  EXPECT_EQ(run.code, kOther);
  EXPECT_THAT(run.out, HasSubstr("WRONG"));
}

/// SourceOfEmulator is each source that the built-in emulator plays for a command.
class SourceOfEmulator : public testing::TestWithParam<const char*> {};

// N12.
TEST_P(SourceOfEmulator, GivesABearerToken) {
  const std::string source = GetParam();
  const Captured run = RunCaptured({"--emulator", "token", "--source", source, "--resource",
                                    "https://vault.azure.net", "--output", "json"});
  ASSERT_EQ(run.code, kOk) << run.out << run.err;
  const auto json = nlohmann::json::parse(run.out);
  EXPECT_EQ(json.at("token_type"), "Bearer");
  const Captured found = RunCaptured({"--emulator", "sources", "--source", source, "--output", "json"});
  ASSERT_EQ(found.code, kOk) << found.err;
  ASSERT_FALSE(nlohmann::json::parse(found.out).empty());
  for (const auto& row : nlohmann::json::parse(found.out)) {
    EXPECT_EQ(row.at("chosen"), row.at("source") == source) << row;
    const bool same_name = row.at("name") == json.at("msi_source");
    EXPECT_EQ(row.at("chosen"), same_name) << row;
  }
}

INSTANTIATE_TEST_SUITE_P(Sources, SourceOfEmulator,
                         testing::Values("app-service", "app-service-2017", "cloud-shell", "imds",
                                         "machine-learning", "service-fabric", "workload"),
                         [](const auto& source) {
                           std::string name = source.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

// N12.
TEST_F(CommandOnEmulator, ASourceThatTheEmulatorDoesNotPlayIsRefusedWithWhatStartsIt) {
  const std::vector<std::string> token = {"token", "--source", "app-service", "--resource", "x"};
  const Captured running = OnEmulator(token);
  EXPECT_EQ(running.code, kUsage);
  EXPECT_THAT(running.err, HasSubstr("does not play app-service; start it with --source app-service"));
  const Captured arc = RunCaptured({"--emulator", "token", "--source", "arc", "--resource", "x"});
  EXPECT_EQ(arc.code, kUsage);
  EXPECT_THAT(arc.err, HasSubstr("msiv2 emulator --source arc --arc-folder"));
}

// N7.
TEST(CommandWithoutEmulator, AControlUrlWhereNothingListensIsAWrongRequest) {
  const Captured run =
      RunCaptured({"--emulator=http://127.0.0.1:1", "token", "--resource", "x", "--mtls-pop"});
  EXPECT_EQ(run.code, kUsage);
  EXPECT_THAT(run.err, HasSubstr("cause  no emulator answers at the control URL http://127.0.0.1:1: no "
                                 "connection could be opened; `msiv2 emulator` prints the URL"));
}

TEST(CommandWithoutEmulator, AnImdsBaseWhereNothingListensIsUnreachable) {
  const Captured run = RunCaptured({"token", "--resource", "https://vault.azure.net", "--mtls-pop",
                                    "--allow-unattested", "--imds-base", "http://127.0.0.1:1"});
  EXPECT_EQ(run.code, kImdsUnreachable) << run.err;
}

TEST(CommandWithoutEmulator, ABaseThatIsNotAUrlAndUnreadableTrustAnchorsAreRefused) {
  const std::vector<std::string> token = {"token", "--resource", "https://vault.azure.net", "--mtls-pop",
                                          "--allow-unattested"};
  auto with = [&token](const std::string& flag, const std::string& value) {
    auto args = token;
    args.insert(args.end(), {flag, value});
    return RunCaptured(args);
  };
  EXPECT_EQ(with("--imds-base", "not a url").code, kUsage);
  EXPECT_EQ(with("--trust-anchors", "/does/not/exist").code, kUsage);
}

TEST(CommandWithoutEmulator, ACancelledCommandHasItsOwnExitCode) {
  const CancellationSource source;
  source.Cancel();
  const Captured run = RunCaptured({"token", "--resource", "https://vault.azure.net", "--mtls-pop",
                                    "--allow-unattested", "--imds-base", "http://127.0.0.1:1"},
                                   "", false, source.token());
  EXPECT_EQ(run.code, kCanceled) << run.err;
}

}  // namespace
}  // namespace msiv2::cli
