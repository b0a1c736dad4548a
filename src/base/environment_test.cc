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

TEST(OtherSource, IsNamedByItsVariable) {
  EXPECT_EQ(OtherSourceVariable(Reader({})), std::nullopt);
  EXPECT_EQ(OtherSourceVariable(Reader({{"IDENTITY_ENDPOINT", "x"}})), std::nullopt);
  EXPECT_EQ(OtherSourceVariable(Reader({{"IDENTITY_ENDPOINT", "x"}, {"IDENTITY_HEADER", "y"}})),
            "IDENTITY_ENDPOINT");
  EXPECT_EQ(OtherSourceVariable(Reader({{"IDENTITY_ENDPOINT", "x"}, {"IMDS_ENDPOINT", "y"}})),
            "IDENTITY_ENDPOINT");
  EXPECT_EQ(OtherSourceVariable(Reader({{"IDENTITY_ENDPOINT", ""}, {"IDENTITY_HEADER", "y"}})), std::nullopt);
  EXPECT_EQ(OtherSourceVariable(Reader({{"MSI_ENDPOINT", "x"}})), "MSI_ENDPOINT");
}

}  // namespace
}  // namespace msiv2
