// Many concurrent callers: one mint for each identity, one fetch for each token, and no caller blocks
// another.
#include <atomic>
#include <thread>

#include "tests/flow/flow_fixture.h"

namespace msiv2 {
namespace {

class ConcurrencyTest : public FlowTest {};

TEST_F(ConcurrencyTest, ColdCallersOfOneTokenShareOneMintAndOneFetch) {
  auto client = MakeClient(Options());
  std::vector<std::thread> callers;
  std::atomic<int> served{0};
  for (int i = 0; i < 32; ++i) {
    callers.emplace_back([&] {
      if (client.AcquireToken(Attested())) ++served;
    });
  }
  for (auto& caller : callers) caller.join();
  EXPECT_EQ(served, 32);
  EXPECT_EQ(Requests("imds", "/issuecredential"), 1);
  EXPECT_EQ(Requests("entra", "/token"), 1);
}

// G-41.
TEST_F(ConcurrencyTest, ColdCallersOfDifferentResourcesShareOneMint) {
  auto client = MakeClient(Options());
  std::vector<std::future<Result<TokenResult>>> pending;
  for (int i = 0; i < 8; ++i) {
    pending.push_back(client.AcquireTokenAsync(Attested("https://r" + std::to_string(i) + ".example")));
  }
  for (auto& token : pending) EXPECT_TRUE(token.get());
  EXPECT_EQ(Requests("imds", "/issuecredential"), 1);
  EXPECT_EQ(Requests("entra", "/token"), 8);
}

TEST_F(ConcurrencyTest, AWaiterTakesTheWorkOverWhenTheFirstCallerCancels) {
  Fault("imds.getplatformmetadata hang count=1");
  auto client = MakeClient(Options());
  const CancellationSource first_caller;
  auto first = client.AcquireTokenAsync(Attested(), {.cancellation = first_caller.token()});
  AwaitFault();
  auto second = client.AcquireTokenAsync(Attested());
  first_caller.Cancel();
  const auto canceled = first.get();
  ASSERT_FALSE(canceled);
  EXPECT_EQ(canceled.error().code, ErrorCode::kCanceled);
  const auto token = second.get();
  EXPECT_TRUE(token) << token.error().ToString();
}

TEST_F(ConcurrencyTest, DestroyingTheClientCancelsItsPendingCalls) {
  Fault("imds.getplatformmetadata hang");
  std::future<Result<TokenResult>> pending;
  {
    auto client = MakeClient(Options());
    pending = client.AcquireTokenAsync(Attested());
    AwaitFault();
  }
  const auto token = pending.get();
  ASSERT_FALSE(token);
  EXPECT_EQ(token.error().code, ErrorCode::kCanceled);
}

TEST_F(ConcurrencyTest, MoreThanTheMostPendingCallsIsBusyAtOnce) {
  Fault("imds.getplatformmetadata hang");
  auto options = Options();
  options.max_pending_calls = 1;
  auto client = MakeClient(std::move(options));
  const CancellationSource caller;
  auto pending = client.AcquireTokenAsync(Attested(), {.cancellation = caller.token()});
  AwaitFault();
  const auto refused = client.AcquireTokenAsync(Attested()).get();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kBusy);
  EXPECT_TRUE(refused.error().retryable);
  caller.Cancel();
  EXPECT_FALSE(pending.get());
  emulator_->ClearFaults();
  EXPECT_TRUE(client.AcquireTokenAsync(Attested()).get());
}

}  // namespace
}  // namespace msiv2
