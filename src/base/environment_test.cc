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

// A13.
TEST(KillSwitch, TakesOneOrTrueInAnyDress) {
  EXPECT_FALSE(ImdsV2Disabled(Reader({})));
  for (const char* on : {"1", "true", "TRUE", "True", " true", "true ", "\t1\r\n", " 1"}) {
    EXPECT_TRUE(ImdsV2Disabled(Reader({{"MSAL_MI_DISABLE_IMDS_V2", on}}))) << on;
  }
  for (const char* off : {"", "0", "false", "yes", "on", "2", "01", "11", "tr ue", "'true'", "1,"}) {
    EXPECT_FALSE(ImdsV2Disabled(Reader({{"MSAL_MI_DISABLE_IMDS_V2", off}}))) << off;
  }
}

// Factory_Disabled_ByEnvVar
// A13.
TEST(CertificateStoreSwitch, TakesOneOrTrueInAnyDress) {
  EXPECT_FALSE(CertificateStoreDisabled(Reader({})));
  for (const char* on : {"1", "true", "TRUE", "True", " true", "1\n"}) {
    EXPECT_TRUE(CertificateStoreDisabled(Reader({{"MSAL_MI_DISABLE_PERSISTENT_CERT_CACHE", on}}))) << on;
  }
  for (const char* off : {"", "0", "false", "yes"}) {
    EXPECT_FALSE(CertificateStoreDisabled(Reader({{"MSAL_MI_DISABLE_PERSISTENT_CERT_CACHE", off}}))) << off;
  }
}

// A13.
TEST(SwitchNotices, NameEachUnknownSwitchAndNeverItsValue) {
  for (const char* known : {"1", " TRUE ", "0", "False", "", "  ", "\tfalse\n"}) {
    const auto reader =
        Reader({{"MSAL_MI_DISABLE_IMDS_V2", known}, {"MSAL_MI_DISABLE_PERSISTENT_CERT_CACHE", known}});
    EXPECT_TRUE(SwitchNotices(reader).empty()) << known;
  }
  const auto notices = SwitchNotices(
      Reader({{"MSAL_MI_DISABLE_IMDS_V2", "hunter2"}, {"MSAL_MI_DISABLE_PERSISTENT_CERT_CACHE", "hunter3"}}));
  ASSERT_EQ(notices.size(), 2U);
  EXPECT_EQ(
      notices[0],
      "MSAL_MI_DISABLE_IMDS_V2 is neither 1 nor true nor 0 nor false, so MSI v2 stays on. Set it to 1 or 0, "
      "or unset it.");
  EXPECT_EQ(notices[1].find("MSAL_MI_DISABLE_PERSISTENT_CERT_CACHE"), 0U);
  EXPECT_EQ(notices[1].find("hunter"), std::string::npos) << notices[1];
}

}  // namespace
}  // namespace msiv2
