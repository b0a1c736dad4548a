// msiv2 version.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/crypto.h>

#include <nlohmann/json.hpp>
#include <regex>

#include "cli/build_info.h"
#include "cli/capture.h"
#include "cli/exit_codes.h"
#include "msiv2/version.h"

namespace msiv2::cli {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

/// IsOfForm returns true if the whole text matches the regular expression. The regular expressions of
/// GoogleTest lack most forms on Windows.
bool IsOfForm(const std::string& text, const char* form) { return std::regex_match(text, std::regex(form)); }

// N15.
TEST(VersionCommand, NamesTheBuildAndTheLibrariesOfThisProcess) {
  const Captured run = RunCaptured({"version", "--output", "json"});
  EXPECT_EQ(run.code, kOk);
  EXPECT_THAT(run.err, IsEmpty());
  const auto json = nlohmann::json::parse(run.out);
  EXPECT_EQ(json.size(), 6u);
  EXPECT_EQ(json.at("version"), Version());
  EXPECT_TRUE(IsOfForm(json.at("commit").get<std::string>(), "unknown|[0-9a-f]{12,40}(-dirty)?")) << json;
  EXPECT_TRUE(IsOfForm(json.at("compiler").get<std::string>(), "[A-Za-z]+ [0-9.]+")) << json;
  EXPECT_EQ(json.at("build_type"), MSIV2_BUILD_TYPE);
  EXPECT_EQ(json.at("openssl"), OpenSSL_version(OPENSSL_VERSION_STRING));
  EXPECT_TRUE(IsOfForm(json.at("curl").get<std::string>(), "[0-9]+\\.[0-9]+\\.[0-9]+.*")) << json;
}

// N15.
TEST(VersionCommand, SaysTheSameInText) {
  const BuildInfo build = ThisBuild();
  const Captured run = RunCaptured({"version"});
  EXPECT_EQ(run.code, kOk);
  EXPECT_EQ(run.out, "msiv2 " + build.version + "\n  commit      " + build.commit + "\n  compiler    " +
                         build.compiler + "\n  build type  " + build.build_type + "\n  OpenSSL     " +
                         build.openssl + "\n  curl        " + build.curl + "\n");
}

// N15.
TEST(VersionFlag, IsOneLineAndHasAShortForm) {
  for (const char* flag : {"--version", "-V"}) {
    EXPECT_EQ(RunCaptured({flag}).out, std::string("msiv2 ") + Version() + "\n") << flag;
  }
}

}  // namespace
}  // namespace msiv2::cli
