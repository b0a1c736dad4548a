#include "flow/mint.h"

#include <gtest/gtest.h>

#include <future>
#include <memory>

#include "flow/testing/fake_ports.h"
#include "tests/support/fake_keys.h"

namespace msiv2::flow {
namespace {

// Returns how many keys a mint makes on a host whose IMDS does not answer.
int KeysOfAMint(bool v2_seen) {
  const auto provider = std::make_shared<msiv2::testing::FakeProvider>(KeyStrength::kSoftware);
  testing::FakePorts ports({{provider, /*built_in=*/false}});
  BoundTokenPlan plan;
  plan.imds_base = "http://169.254.169.254";
  if (v2_seen) ports.imds_bases.RememberV2(plan.imds_base);
  const CallContext call = ports.Call();
  const Trace trace(nullptr, ports.clock, "id");
  std::unique_ptr<MintLock> lock;
  EXPECT_FALSE(
      MintBinding({plan, *ports, trace, call, /*stats=*/nullptr}, {.mode = MintMode::kAny, .lock = lock}));
  std::promise<void> behind;  // what the mint has begun in the background
  EXPECT_TRUE(ports.executor.Post([&] { behind.set_value(); }));
  behind.get_future().wait();
  return provider->calls;
}

// B7.
TEST(MintBinding, MakesAKeyBeforeStepOneAnswersOnlyWhereMsiV2WasSeen) {
  EXPECT_EQ(KeysOfAMint(/*v2_seen=*/false), 0);
  EXPECT_EQ(KeysOfAMint(/*v2_seen=*/true), 1);
}

}  // namespace
}  // namespace msiv2::flow
