// msiv2 version.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/crypto.h>

#include <nlohmann/json.hpp>

#include "cli/build_info.h"
#include "cli/capture.h"
#include "cli/exit_codes.h"
#include "msiv2/version.h"

namespace msiv2::cli {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;

// N15.
TEST(VersionCommand, NamesTheBuildAndTheLibrariesOfThisProcess) {
  const Captured run = RunCaptured({"version", "--output", "json"});
  EXPECT_EQ(run.code, kOk);
  EXPECT_THAT(run.err, IsEmpty());
  const auto json = nlohmann::json::parse(run.out);
  EXPECT_EQ(json.size(), 6u);
  EXPECT_EQ(json.at("version"), Version());
  EXPECT_THAT(json.at("commit").get<std::string>(), MatchesRegex("unknown|[0-9a-f]{12,40}(-dirty)?"));
  EXPECT_THAT(json.at("compiler").get<std::string>(), MatchesRegex("[A-Za-z]+ [0-9.]+"));
  EXPECT_EQ(json.at("build_type"), MSIV2_BUILD_TYPE);
  EXPECT_EQ(json.at("openssl"), OpenSSL_version(OPENSSL_VERSION_STRING));
  EXPECT_THAT(json.at("curl").get<std::string>(), MatchesRegex("[0-9]+\\.[0-9]+\\.[0-9]+.*"));
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
