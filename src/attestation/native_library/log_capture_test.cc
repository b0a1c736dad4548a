#include "attestation/native_library/log_capture.h"

#include <gtest/gtest.h>

#include <vector>

namespace msiv2::attestation {
namespace {

std::string Redacted(const std::string& text) { return RedactLog(text.c_str(), 300); }

TEST(RedactLogTest, WordsNumbersAndNamesStay) {
  for (const std::string& text : {std::string("HTTP request failed with status 403, retry 2 of 3"),
                                  std::string("ERRORATTESTATIONPARAMETERSVALIDATIONFAILED (-9)"),
                                  std::string("PolicyEvaluationError dbxvalidated=false"),
                                  std::string("host weu.attest.azure.net:443")}) {
    EXPECT_EQ(Redacted(text), text);
  }
}

TEST(RedactLogTest, SecretsAndIdentifiersDoNot) {
  EXPECT_EQ(Redacted("token eyJhbGciOiJSUzI1NiJ9.eyJleHAiOjF9.c2ln ends"), "token [left out]");
  EXPECT_EQ(Redacted("x=\"eyJ"), "x=\"[left out]");
  EXPECT_EQ(Redacted("vm 11111111-2222-4333-8444-555555555555 said no"), "vm [left out] said no");
  EXPECT_EQ(Redacted("hash 00112233445566778899aabbccddeeff."), "hash [left out]");
  EXPECT_EQ(Redacted("key " + std::string(200, 'A') + " end"), "key [left out] end");
  EXPECT_EQ(Redacted("a b64 MIIBCgKCAQEA5/2+3Zb8Qw== end"), "a b64 [left out] end");
  EXPECT_EQ(Redacted("/subscriptions/1234/resourceGroups/x"), "[left out]");
  EXPECT_EQ(Redacted("proxy http://me:S3cr3t@host:1 failed"), "proxy http://[hidden]@host:1 failed");
}

TEST(RedactLogTest, HostileTextIsCutAndMadePrintable) {
  EXPECT_EQ(RedactLog(nullptr, 10), "");
  EXPECT_EQ(RedactLog("", 10), "");
  EXPECT_EQ(Redacted("a\r\nb\x1b[31m\xff"), "a??b?[31m?");
  EXPECT_EQ(RedactLog("one two three four", 7), "one two...");
  const std::vector<char> endless(400, 'x');  // no NUL at its end
  EXPECT_EQ(RedactLog(endless.data(), 300), "[left out]");
}

TEST(RedactLogTest, ATokenThatTheCutGoesThroughIsLeftOut) {
  const std::string text = std::string(290, ' ') + "eyJhbGciOiJSUzI1NiJ9.eyJleHAiOjF9.c2ln";
  EXPECT_EQ(Redacted(text).find("eyJ"), std::string::npos);
  EXPECT_EQ(RedactLog((std::string(7, ' ') + "eyJhbGciOiJ").c_str(), 9).find("hbG"), std::string::npos);
}

class LogCaptureTest : public ::testing::Test {
 protected:
  void Log(int level, const char* message, const char* tag = "tag", const char* function = "Func") {
    capture_.Info()->log(capture_.Info()->context, tag, level, function, 7, message);
  }
  LogCapture capture_;
};

TEST_F(LogCaptureTest, TheLastErrorGoesAheadOfTheLastWarning) {
  EXPECT_EQ(capture_.LastWords(), "");
  Log(1, "a warning");
  EXPECT_EQ(capture_.LastWords(), "[tag] Func:7 a warning");
  Log(0, "an error");
  Log(0, "another");
  Log(1, "a later warning");
  EXPECT_EQ(capture_.LastWords(), "[tag] Func:7 another");
  capture_.Clear();
  EXPECT_EQ(capture_.LastWords(), "");
}

TEST_F(LogCaptureTest, InformationAndUnknownLevelsAreNotKept) {
  for (const int level : {2, 3, 4, -1, 1000}) Log(level, "words");
  EXPECT_EQ(capture_.LastWords(), "");
}

TEST_F(LogCaptureTest, NullsAreTaken) {
  Log(0, nullptr, nullptr, nullptr);
  EXPECT_EQ(capture_.LastWords(), "[] :7 ");
  capture_.Info()->log(nullptr, nullptr, 0, nullptr, 0, nullptr);
}

TEST_F(LogCaptureTest, EveryPartIsRedacted) {
  const char jwt[] = "eyJhbGciOiJSUzI1NiJ9.eyJleHAiOjF9.c2ln";
  Log(0, jwt, jwt, jwt);
  EXPECT_EQ(capture_.LastWords(), "[[left out]] [left out]:7 [left out]");
}

}  // namespace
}  // namespace msiv2::attestation
