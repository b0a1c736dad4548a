// msiv2 call: its flags, and how it prints an answer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/call_output.h"
#include "cli/capture.h"
#include "cli/exit_codes.h"
#include "cli/testing/emulator_fixture.h"

namespace msiv2::cli {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

class CallCommand : public EmulatorFixture {
 protected:
  static Captured Call(const std::vector<std::string>& more) {
    std::vector<std::string> args = {"call", "/hello", "--attestation"};
    args.insert(args.end(), more.begin(), more.end());
    return OnEmulator(args);
  }
};

// N7. As with curl, the URL may follow a header.
TEST(HeaderFlag, TakesOneWordOnly) {
  const Captured run = RunCaptured({"call", "-H", "A: b", "http://a.example", "--attestation"});
  EXPECT_EQ(run.code, kUsage);
  EXPECT_THAT(run.err, HasSubstr("https"));
  EXPECT_THAT(RunCaptured({"call", "https://a.example", "-H", "A: b", "C: d"}).err, HasSubstr("C: d"));
}

// N7.
TEST_F(CallCommand, OutputIsAFormat) {
  const Captured run = Call({"--output", "json"});
  ASSERT_EQ(run.code, kOk) << run.err;
  const auto json = nlohmann::json::parse(run.out);
  EXPECT_EQ(json.at("status"), 200);
  EXPECT_THAT(json.at("body").get<std::string>(), HasSubstr("/hello"));
  EXPECT_EQ(json.at("body_bytes"), json.at("body").get<std::string>().size());
  EXPECT_FALSE(json.at("headers").empty());
  for (const Captured& text : {Call({"--output", "text"}), Call({})}) {
    EXPECT_EQ(nlohmann::json::parse(text.out).at("path"), "/hello") << "the body as it came";
  }
}

// N7.
TEST_F(CallCommand, AFailureIsJsonWhereJsonWasAskedFor) {
  ASSERT_TRUE(emulator_->AddFault("entra.token answer=aadsts-700016"));
  const Captured run = Call({"--output", "json"});
  EXPECT_EQ(run.code, kRefused);
  EXPECT_EQ(nlohmann::json::parse(run.out).at("error").at("code"), "token_request_failed");
}

// N7. As of token.
TEST(CallUsage, IsJsonWhereJsonWasAskedFor) {
  const auto error = [](const std::vector<std::string>& more) {
    std::vector<std::string> args = {"call", "https://a.example", "--output", "json"};
    args.insert(args.end(), more.begin(), more.end());
    const Captured run = RunCaptured(args);
    EXPECT_EQ(run.code, kUsage);
    EXPECT_THAT(run.err, IsEmpty());
    return nlohmann::json::parse(run.out).at("error");
  };
  const auto header = error({"--attestation", "-H", "no colon here"});
  EXPECT_EQ(header.at("code"), "invalid_request");
  EXPECT_THAT(header.at("message").get<std::string>(), HasSubstr("--header has no colon"));
  const auto file = error({"--attestation", "--data-file", "/does/not/exist"});
  EXPECT_EQ(file.at("code"), "invalid_request");
  EXPECT_THAT(file.at("message").get<std::string>(), HasSubstr("cannot read --data-file /does/not/exist: "));
  const auto attestation = error({});
  EXPECT_EQ(attestation.at("code"), "msi_v2_pop_requires_attestation");
  EXPECT_EQ(attestation.at("option"), "--attestation");
}

// N5. The caller did not set --mtls-pop.
TEST(CallWithoutAttestation, IsToldItsOwnFlagOnly) {
  const Captured run = RunCaptured({"call", "https://a.example"});
  EXPECT_EQ(run.code, kUsage);
  EXPECT_THAT(run.err, HasSubstr("msi_v2_pop_requires_attestation"));
  EXPECT_THAT(run.err, HasSubstr("always bound, and --attestation was not set"));
  EXPECT_THAT(run.err, Not(HasSubstr("--mtls-pop")));
}

TEST_F(CallCommand, ABodyMayLookLikeAFlag) {
  for (const std::string flag : {"--data=-i", "-d--fail"}) {
    const Captured run = Call({flag});
    EXPECT_EQ(run.code, kOk) << run.err;
  }
}

// N7.
TEST_F(CallCommand, AFileGivenAsFormatIsToldItsOwnFlag) {
  const Captured run = Call({"--output", "answer.json"});
  EXPECT_EQ(run.code, kUsage);
  EXPECT_THAT(run.err,
              StartsWith("msiv2 call: --output: answer.json is not a format, text or json; a file is "
                         "named with --output-file\n"));
}

// N7.
TEST_F(CallCommand, ADataFileThatCannotBeReadIsNamedWithItsReason) {
  const Captured run = Call({"--data-file", "/does/not/exist"});
  EXPECT_EQ(run.code, kUsage);
  const std::string named = "msiv2 call: cannot read --data-file /does/not/exist: ";
  EXPECT_THAT(run.err, StartsWith(named));
  EXPECT_GT(run.err.find('\n'), named.size()) << "the reason of the system";
}

// N7.
TEST_F(CallCommand, AHeaderThatCannotBeSentIsRefusedBeforeAnythingIsAskedFor) {
  emulator_->ClearLog();
  const Captured name = Call({"--header", "Bad Name: hunter2"});
  EXPECT_EQ(name.code, kUsage);
  EXPECT_THAT(name.err, HasSubstr("--header 'Bad Name' is not the name of a header"));
  EXPECT_THAT(name.err, Not(HasSubstr("hunter2")));
  const Captured value = Call({"--header", "X-One: hunter2\nX-Two: 2"});
  EXPECT_EQ(value.code, kUsage);
  EXPECT_THAT(value.err, HasSubstr("header X-One holds a character that cannot be sent"));
  EXPECT_THAT(value.err, Not(HasSubstr("hunter2")));
  EXPECT_EQ(Call({"-X", "GET /"}).code, kUsage);
  for (const auto& entry : emulator_->Log()) EXPECT_EQ(entry.server, "control") << entry.path;
}

TEST(CallOutput, JsonHasNoBodyThatIsNotText) {
  HttpResponse answer;
  answer.status = 200;
  answer.headers = {{"X-Twice", "1"}, {"X-Twice", "2"}};
  answer.body = "\xff\xfe";
  const auto json = nlohmann::json::parse(AnswerJson(answer));
  EXPECT_TRUE(json.at("body").is_null());
  EXPECT_EQ(json.at("body_bytes"), 2);
  EXPECT_EQ(json.at("headers").at(1).at("value"), "2");
}

TEST(CallOutput, TextIsTheBodyAndTheHeadOnRequest) {
  HttpResponse answer;
  answer.status = 404;
  answer.headers = {{"X-One", "1"}};
  answer.body = "none";
  EXPECT_EQ(AnswerText(answer, false), "none");
  EXPECT_EQ(AnswerText(answer, true), "HTTP/1.1 404\nX-One: 1\n\nnone");
  answer.headers = {{"X-One", "\x1b[2J1"}};
  EXPECT_THAT(AnswerText(answer, true), testing::Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace msiv2::cli
