// The kill switch of MSI v2 in the environment of the process, which calls read ahead of the caches.
#include <stdlib.h>
#include <unistd.h>

#include <vector>

#include "tests/flow/flow_fixture.h"

namespace msiv2 {
namespace {

constexpr char kSwitch[] = "MSAL_MI_DISABLE_IMDS_V2";

class KillSwitchTest : public FlowTest {
 protected:
  KillSwitchTest() { ::unsetenv(kSwitch); }
  ~KillSwitchTest() override { ::unsetenv(kSwitch); }

  ManagedIdentityClient ClientOfTheProcess() {
    ClientOptions options = Options();
    options.environment = nullptr;
    return MakeClient(std::move(options));
  }

  // Calls several times: the first call after a change of the environment reads it, the others compare it.
  static void ExpectRefused(ManagedIdentityClient& client) {
    for (int i = 0; i < 3; ++i) {
      const auto refused = client.AcquireToken(Attested());
      ASSERT_FALSE(refused);
      EXPECT_EQ(refused.error().code, ErrorCode::kImdsV2Disabled);
    }
  }
  static void ExpectCached(ManagedIdentityClient& client) {
    for (int i = 0; i < 3; ++i) {
      const auto token = client.AcquireToken(Attested());
      ASSERT_TRUE(token) << token.error().ToString();
      EXPECT_TRUE(token->from_cache);
    }
  }
};

TEST_F(KillSwitchTest, EachChangeTakesEffectAtTheNextHit) {
  auto client = ClientOfTheProcess();
  ASSERT_TRUE(client.AcquireToken(Attested()));
  ExpectCached(client);
  ASSERT_EQ(::setenv(kSwitch, "1", 1), 0);
  ExpectRefused(client);
  ASSERT_EQ(::setenv(kSwitch, "0", 1), 0);
  ExpectCached(client);
  ASSERT_EQ(::setenv(kSwitch, "true", 1), 0);
  ExpectRefused(client);
  ASSERT_EQ(::unsetenv(kSwitch), 0);
  ExpectCached(client);
  char text[] = "MSAL_MI_DISABLE_IMDS_V2=1";
  ASSERT_EQ(::putenv(text), 0);
  ExpectRefused(client);
  ASSERT_EQ(::unsetenv(kSwitch), 0);
  ExpectCached(client);
}

// With an equal number of variables before and after.
TEST_F(KillSwitchTest, ItTakesThePlaceOfAnotherVariable) {
  ASSERT_EQ(::setenv("MSIV2_TEST_LAST", "1", 1), 0);
  auto client = ClientOfTheProcess();
  ASSERT_TRUE(client.AcquireToken(Attested()));
  ExpectCached(client);
  ASSERT_EQ(::unsetenv("MSIV2_TEST_LAST"), 0);
  ASSERT_EQ(::setenv(kSwitch, "1", 1), 0);
  ExpectRefused(client);
}

TEST_F(KillSwitchTest, AnotherEnvironmentOfTheProgramIsRead) {
  auto client = ClientOfTheProcess();
  ASSERT_TRUE(client.AcquireToken(Attested()));
  ExpectCached(client);
  char** const of_process = environ;
  char text[] = "MSAL_MI_DISABLE_IMDS_V2=1";
  std::vector<char*> entries{text, nullptr};
  environ = entries.data();
  ExpectRefused(client);
  environ = of_process;
  ExpectCached(client);
}

TEST_F(KillSwitchTest, AReaderOfTheCallersOwnIsAskedByEachHit) {
  ClientOptions options = Options();
  int asked = 0;
  options.environment = [&](const char* name) -> std::optional<std::string> {
    if (std::string(name) == kSwitch) ++asked;
    return std::nullopt;
  };
  auto client = MakeClient(std::move(options));
  ASSERT_TRUE(client.AcquireToken(Attested()));
  ExpectCached(client);
  const int before = asked;
  ExpectCached(client);
  EXPECT_EQ(asked, before + 3);
}

}  // namespace
}  // namespace msiv2
