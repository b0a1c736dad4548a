// msiv2 doctor against the emulator, against faults and against a dead port.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/capture.h"
#include "cli/exit_codes.h"
#include "cli/testing/emulator_fixture.h"
#include "tests/support/encoded_start.h"

namespace msiv2::cli {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

class DoctorCommand : public EmulatorFixture {
 protected:
  static Captured Doctor(std::vector<std::string> more = {}) {
    more.insert(more.begin(), "doctor");
    return OnEmulator(more);
  }
  static json Of(const json& diagnosis, const std::string& check) {
    for (const json& finding : diagnosis.at("findings")) {
      if (finding.at("check") == check) return finding;
    }
    ADD_FAILURE() << "no check is called " << check;
    return {};
  }
};

TEST_F(DoctorCommand, JsonHasOneShapeForEveryFinding) {
  const Captured run = Doctor({"--output", "json"});
  const auto diagnosis = json::parse(run.out);
  EXPECT_EQ(diagnosis.size(), 2u);
  std::vector<std::string> checks;
  for (const json& finding : diagnosis.at("findings")) {
    EXPECT_EQ(finding.size(), 5u);
    checks.push_back(finding.at("check"));
    EXPECT_THAT(finding.at("severity").get<std::string>(),
                testing::AnyOf("ok", "skipped", "warning", "failure"));
    const bool wrong = finding.at("severity") == "warning" || finding.at("severity") == "failure";
    EXPECT_EQ(finding.at("cure").get<std::string>().empty(), !wrong) << finding;
    EXPECT_FALSE(finding.at("cause").get<std::string>().empty());
    EXPECT_FALSE(finding.at("text").get<std::string>().empty());
  }
  EXPECT_EQ(checks,
            (std::vector<std::string>{"environment", "bearer_source", "kill_switch", "store_switch", "imds",
                                      "clock", "identity", "keys", "stored_keys", "key_memory", "proxy",
                                      "trust_anchors", "allowed_hosts", "attestation", "token_endpoint"}));
  EXPECT_EQ(Of(diagnosis, "token_endpoint").at("severity"), "ok") << "the emulator's own is tried";
  EXPECT_THAT(Of(diagnosis, "keys").at("text").get<std::string>(), HasSubstr("(emulated)"));
}

TEST_F(DoctorCommand, AHealthyHostExitsWithItsWorstFinding) {
  const Captured run = Doctor({"--output", "json"});
  EXPECT_EQ(json::parse(run.out).at("worst"), "ok") << run.out;
  EXPECT_EQ(run.code, kOk);
}

TEST_F(DoctorCommand, AWarningAndAFailureHaveTheirOwnExitCodes) {
  Fault("imds.* status=503");
  EXPECT_EQ(Doctor().code, kDoctorWarning);
  emulator_->ClearFaults();
  Fault("imds.* reset");
  EXPECT_EQ(Doctor().code, kDoctorFailure);
}

TEST_F(DoctorCommand, TextHasCauseAndCureForWhatIsWrongOnly) {
  Fault("imds.* reset");
  const Captured run = Doctor();
  EXPECT_THAT(run.out, HasSubstr("failure  imds            "));
  EXPECT_THAT(run.out, HasSubstr("         cause  imds_unreachable\n         cure   "));
  EXPECT_THAT(run.out, HasSubstr("skipped  identity        "));
  EXPECT_THAT(run.out, HasSubstr("ok       kill_switch     "));
  EXPECT_THAT(run.out, HasSubstr(", failures 1, skipped 5\n"));
  EXPECT_THAT(run.err, testing::IsEmpty());
}

TEST_F(DoctorCommand, ADeadPortIsAFailureWithinSeconds) {
  const Captured run = RunCaptured({"doctor", "--imds-base", "http://127.0.0.1:1", "--output", "json"});
  EXPECT_EQ(run.code, kDoctorFailure);
  const auto diagnosis = json::parse(run.out);
  EXPECT_EQ(diagnosis.at("worst"), "failure");
  EXPECT_EQ(Of(diagnosis, "imds").at("cause"), "imds_unreachable");
  EXPECT_EQ(Of(diagnosis, "token_endpoint").at("cause"), "not_checked");
  EXPECT_EQ(Of(diagnosis, "attestation").at("cause"), "no_attestor");
}

TEST_F(DoctorCommand, TheTokenEndpointIsTriedWhenItIsNamed) {
  const Captured run = RunCaptured({"doctor", "--imds-base", emulator_->endpoints().imds,
                                    "--token-endpoint=https://127.0.0.1:1", "--output", "json"});
  EXPECT_EQ(Of(json::parse(run.out), "token_endpoint").at("cause"), "token_endpoint_unreachable");
  const Captured untrusted =
      RunCaptured({"doctor", "--imds-base", emulator_->endpoints().imds,
                   "--token-endpoint=" + emulator_->endpoints().entra, "--output", "json"});
  EXPECT_EQ(Of(json::parse(untrusted.out), "token_endpoint").at("cause"), "tls_failed")
      << "without --emulator its authority is not trusted";
}

TEST_F(DoctorCommand, AGivenTokenEndpointThatIsRefusedIsNotBlamedOnImds) {
  for (const char* given : {"https://10.0.0.1", "https://user:hunter2@10.0.0.1"}) {
    const Captured run = RunCaptured({"doctor", "--imds-base", "http://127.0.0.1:1",
                                      std::string("--token-endpoint=") + given, "--output", "json"});
    const json finding = Of(json::parse(run.out), "token_endpoint");
    EXPECT_EQ(finding.at("cause"), "endpoint_not_allowed");
    EXPECT_THAT(finding.at("text").get<std::string>(),
                HasSubstr("the given token endpoint 'https://10.0.0.1' is refused"));
    EXPECT_THAT(finding.at("text").get<std::string>() + finding.at("cure").get<std::string>(),
                Not(HasSubstr("IMDS")));
    EXPECT_THAT(run.out + run.err, Not(HasSubstr("hunter2")));
  }
}

TEST_F(DoctorCommand, ABareTokenEndpointIsTheDefaultOne) {
  // Without a transport no request is sent, but the endpoint check still appears.
  const Captured run = RunCaptured({"doctor", "--token-endpoint", "--trust-anchors", "/does/not/exist"});
  EXPECT_EQ(run.code, kDoctorFailure);
  EXPECT_THAT(run.out, HasSubstr("skipped  token_endpoint  no connection could be tried\n"));
}

TEST_F(DoctorCommand, NothingIsAskedForAndNoSecretIsPrinted) {
  emulator_->ClearLog();
  for (const char* output : {"text", "json"}) {
    const Captured run = Doctor({"--output", output});
    EXPECT_FALSE(HoldsJwt(run.out + run.err));
    EXPECT_THAT(run.out + run.err, Not(HasSubstr("-----BEGIN")));
  }
  const auto log = emulator_->Log();
  EXPECT_FALSE(log.empty());
  for (const auto& entry : log) {
    EXPECT_THAT(entry.path, Not(HasSubstr("issuecredential")));
    const bool token_path = entry.path.find("token") != std::string::npos;
    EXPECT_TRUE(!token_path || entry.status == 400) << "only the probe of MSI v1, which cannot yield a token";
    EXPECT_NE(entry.method, "POST") << entry.path;
    EXPECT_FALSE(entry.client_certificate);
    EXPECT_FALSE(entry.had_attestation_token);
  }
}

TEST_F(DoctorCommand, ATimeoutIsAnErrorAndNotADiagnosis) {
  Fault("imds.* hang");
  const Captured run = Doctor({"--timeout", "0.1"});
  EXPECT_EQ(run.code, kTimedOut);
  EXPECT_THAT(run.err, HasSubstr("timeout"));
}

}  // namespace
}  // namespace msiv2::cli
