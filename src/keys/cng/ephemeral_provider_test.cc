#include <gtest/gtest.h>

#include "keys/cng/testing/fake_host.h"

namespace msiv2::cng {
namespace {

using fake::Call;
using fake::FakeHost;

TEST(EphemeralProviderTest, TheKeyHasNoNameAndIsSoftware) {
  FakeHost host;
  const auto process = host.Process();
  const auto provider = MakeEphemeralCngProvider(fake::SourceOf(process));
  const auto key = provider->GetOrCreateKey();
  ASSERT_TRUE(key) << key.error().ToString();
  EXPECT_EQ(provider->ProviderName(), "cng");
  EXPECT_EQ(provider->BestStrength(), KeyStrength::kSoftware);
  EXPECT_EQ((*key)->Strength(), KeyStrength::kSoftware);
  EXPECT_EQ((*key)->Container(), std::nullopt);
  EXPECT_TRUE(fake::Signs(**key));
  EXPECT_EQ(process->Count(Call::kOpenKey), 0);
  EXPECT_EQ(host.machine->Find(kSoftwareKeystore, ""), nullptr);
}

TEST(EphemeralProviderTest, AKeystoreWithoutAnExportPolicyIsAccepted) {
  FakeHost host;
  const auto process = host.Process();
  int settings = 0;
  process->before = [&](Call call) {
    if (call == Call::kSetNumber && ++settings == 2) {
      process->FailNext(Call::kSetNumber, NCryptStatus::kNotSupported);
    }
  };
  EXPECT_TRUE(MakeEphemeralCngProvider(fake::SourceOf(process))->GetOrCreateKey());
  EXPECT_EQ(settings, 2);
}

TEST(EphemeralProviderTest, AFailureAtAnyCallLeavesNoHandleAndIsNotKept) {
  for (const Call call : {Call::kOpenProvider, Call::kCreateKey, Call::kSetNumber, Call::kFinalizeKey,
                          Call::kExportPublicKey}) {
    FakeHost host;
    const auto process = host.Process();
    process->FailNext(call, NCryptStatus::kFail);
    const auto provider = MakeEphemeralCngProvider(fake::SourceOf(process));
    const auto key = provider->GetOrCreateKey();
    ASSERT_FALSE(key);
    EXPECT_EQ(key.error().code, ErrorCode::kKeyCreationFailed);
    EXPECT_EQ(host.machine->Given(), host.machine->Freed());
    EXPECT_TRUE(provider->GetOrCreateKey());
  }
}

}  // namespace
}  // namespace msiv2::cng
