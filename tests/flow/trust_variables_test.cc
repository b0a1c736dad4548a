// SSL_CERT_FILE and SSL_CERT_DIR that add no certificate: in the error of a call and in what the doctor
// prints.
#include <gmock/gmock.h>
#include <stdlib.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/exit_codes.h"
#include "cli/run.h"
#include "tests/flow/flow_fixture.h"
#include "tests/support/temporary_folder.h"

namespace msiv2 {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class TrustVariablesTest : public FlowTest {
 protected:
  void TearDown() override {
    unsetenv("SSL_CERT_FILE");
    unsetenv("SSL_CERT_DIR");
    FlowTest::TearDown();
  }

  // Returns the error of a call that reaches the token endpoint of the emulator without trust in its
  // authority.
  Error ErrorOfACall() {
    ClientOptions options = Options();
    options.tls.trust_anchors_pem.clear();
    auto client = MakeClient(std::move(options));
    const auto token = client.AcquireToken(Attested());
    return token ? Error(ErrorCode::kMsiV2Error, "a token came back") : token.error();
  }

  // Runs the doctor for the token endpoint of the emulator, without trust in its authority.
  int Doctor(const std::string& form, std::string& output) {
    std::istringstream in;
    std::ostringstream out;
    const int code = cli::Run({"doctor", "--imds-base", emulator_->endpoints().imds,
                               "--token-endpoint=" + emulator_->endpoints().entra, "--output", form},
                              {in, out, out, false, Options().environment, {}});
    output = out.str();
    return code;
  }

  // The first of two certificates is damaged.
  std::string DamagedFile() const {
    const std::string good = emulator_->endpoints().ca_pem;
    std::string damaged = good;
    damaged[damaged.size() / 2] = '!';
    return folder_.Write("damaged.pem", damaged + good);
  }

  const testing::TemporaryFolder folder_;
};

TEST_F(TrustVariablesTest, AChangedFileIsSeenByTheNextClientOfAScope) {
  const std::string path = folder_.Write("anchors.pem", emulator_->endpoints().ca_pem);
  setenv("SSL_CERT_FILE", path.c_str(), 1);
  ClientOptions options = Options();
  options.environment = nullptr;
  options.cache_scope = MakeScope();
  options.tls.trust_anchors_pem.clear();
  auto first = MakeClient(options);
  const auto token = first.AcquireToken(Attested());
  ASSERT_TRUE(token) << token.error().ToString();
  auto same_file = MakeClient(options);
  EXPECT_TRUE(same_file.AcquireToken(Attested())->from_cache);
  folder_.Write("anchors.pem", "no certificate any more");
  auto next = MakeClient(options);
  const auto refused = next.AcquireToken(Attested());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kTlsFailed);
  EXPECT_TRUE(first.AcquireToken(Attested())->from_cache);
}

// U5.
TEST_F(TrustVariablesTest, TheErrorOfACallNamesTheVariableAndTheReason) {
  struct Row {
    const char* variable;
    std::string path;
    const char* reason;
  };
  for (const auto& [variable, path, reason] :
       {Row{"SSL_CERT_FILE", "/does/not/exist.pem", "cannot be read: No such file or directory"},
        Row{"SSL_CERT_FILE", folder_.path().string(), "cannot be read: it is not a regular file"},
        Row{"SSL_CERT_FILE", DamagedFile(), "is not used at all, because certificate 1 is damaged"},
        Row{"SSL_CERT_DIR", "/does/not/exist", "cannot be read: No such file or directory"},
        Row{"SSL_CERT_DIR", folder_.path().string(), "holds no certificate under a hashed name"}}) {
    setenv(variable, path.c_str(), 1);
    const Error error = ErrorOfACall();
    EXPECT_EQ(error.code, ErrorCode::kTlsFailed) << error.ToString();
    EXPECT_EQ(error.step, Step::kToken);
    EXPECT_THAT(error.message, HasSubstr(std::string(variable) + " names \"" + path + "\", which " + reason));
    unsetenv(variable);
  }
}

// U5.
TEST_F(TrustVariablesTest, TheDoctorNamesTheVariableAndTheReason) {
  const std::string path = DamagedFile();
  setenv("SSL_CERT_FILE", path.c_str(), 1);
  setenv("SSL_CERT_DIR", "/does/not/exist", 1);
  std::string text;
  EXPECT_EQ(Doctor("text", text), cli::kDoctorFailure);
  EXPECT_THAT(text,
              AllOf(HasSubstr("failure  trust_anchors   SSL_CERT_FILE names \"" + path + "\", which is not "),
                    HasSubstr("certificate 1 is damaged"), HasSubstr("; SSL_CERT_DIR names \"/does/not/"),
                    HasSubstr("cause  trust_anchors_unusable\n         cure   Name a readable file")));
  std::string json;
  EXPECT_EQ(Doctor("json", json), cli::kDoctorFailure);
  const auto diagnosis = nlohmann::json::parse(json);
  int found = 0;
  for (const auto& finding : diagnosis.at("findings")) {
    if (finding.at("check") == "trust_anchors") {
      EXPECT_EQ(finding.at("cause"), "trust_anchors_unusable");
      EXPECT_THAT(finding.at("text").get<std::string>(), StartsWith("SSL_CERT_FILE names \"" + path));
      EXPECT_THAT(finding.at("cure").get<std::string>(), HasSubstr("SSL_CERT_DIR"));
      ++found;
    }
    if (finding.at("check") == "token_endpoint") {
      EXPECT_EQ(finding.at("cause"), "tls_failed");
      EXPECT_THAT(finding.at("text").get<std::string>(), HasSubstr("SSL_CERT_FILE names"));
      ++found;
    }
  }
  EXPECT_EQ(found, 2);
}

}  // namespace
}  // namespace msiv2
