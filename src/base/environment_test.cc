#include "base/environment.h"

#include <gtest/gtest.h>

#include <map>

namespace msiv2 {
namespace {

EnvironmentReader Reader(std::map<std::string, std::string> variables) {
  return [variables](const char* name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
}

TEST(ProcessEnvironmentTest, TellsUnsetFromEmpty) {
  EXPECT_FALSE(ProcessEnvironment()("MSIV2_TEST_THAT_NOBODY_SETS"));
  EXPECT_TRUE(ProcessEnvironment()("PATH"));
}

TEST(KillSwitch, TakesExactlyOneOrTrue) {
  EXPECT_FALSE(ImdsV2Disabled(Reader({})));
  for (const char* on : {"1", "true", "TRUE", "True"}) {
    EXPECT_TRUE(ImdsV2Disabled(Reader({{"MSAL_MI_DISABLE_IMDS_V2", on}}))) << on;
  }
  for (const char* off : {"", "0", "false", "yes", "on", "2", "01", "true ", " 1", "11"}) {
    EXPECT_FALSE(ImdsV2Disabled(Reader({{"MSAL_MI_DISABLE_IMDS_V2", off}}))) << off;
  }
}

// Factory_Disabled_ByEnvVar
TEST(CertificateStoreSwitch, TakesExactlyOneOrTrue) {
  EXPECT_FALSE(CertificateStoreDisabled(Reader({})));
  for (const char* on : {"1", "true", "TRUE", "True"}) {
    EXPECT_TRUE(CertificateStoreDisabled(Reader({{"MSAL_MI_DISABLE_PERSISTENT_CERT_CACHE", on}}))) << on;
  }
  for (const char* off : {"", "0", "false", "yes", "true "}) {
    EXPECT_FALSE(CertificateStoreDisabled(Reader({{"MSAL_MI_DISABLE_PERSISTENT_CERT_CACHE", off}}))) << off;
  }
}

}  // namespace
}  // namespace msiv2
