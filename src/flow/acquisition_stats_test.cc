// What an observer is told once of each acquisition.
#include "flow/acquisition_stats.h"

#include <gtest/gtest.h>

#include <vector>

#include "flow/testing/event_recorder.h"
#include "msiv2/testing/fake_clock.h"

namespace msiv2::flow {
namespace {

using std::chrono::seconds;

TEST(AcquisitionStats, ACountTellsHowTheAcquisitionEnded) {
  msiv2::testing::FakeClock clock;
  testing::EventRecorder recorder;
  AcquisitionStats stats(&recorder, clock, "source", "id");
  const Error error(ErrorCode::kTimeout, "x");
  const auto started = clock.MonotonicNow();
  clock.Advance(seconds(3));
  stats.Count(TokenType::kMtlsPop, started, nullptr);
  stats.Count(TokenType::kMtlsPop, started, &error);
  stats.Bypassing();
  stats.UsesKey(KeyStrength::kKeyGuard, KeyOrigin::kEmulated);
  stats.Remedying(1);
  stats.Count(TokenType::kMtlsPop, started, nullptr);
  stats.Count(TokenType::kMtlsPop, started, &error);
  const std::vector<MsiCount> counts = recorder.Counts();
  ASSERT_EQ(counts.size(), 4U);
  EXPECT_EQ(counts[0].outcome, CredentialOutcome::kSuccess);
  EXPECT_EQ(counts[0].key_strength, KeyStrength::kNone);
  EXPECT_FALSE(counts[0].bypass_cache);
  EXPECT_EQ(counts[1].outcome, CredentialOutcome::kNotFound);
  EXPECT_EQ(counts[2].outcome, CredentialOutcome::kRetrySucceeded);
  const MsiCount& last = counts[3];
  EXPECT_EQ(last.outcome, CredentialOutcome::kRetryFailed);
  EXPECT_EQ(last.source, "source");
  EXPECT_EQ(last.token_type, TokenType::kMtlsPop);
  EXPECT_TRUE(last.bypass_cache);
  EXPECT_EQ(last.key_strength, KeyStrength::kKeyGuard);
  EXPECT_EQ(last.key_origin, KeyOrigin::kEmulated);
  EXPECT_EQ(last.elapsed, seconds(3));
  EXPECT_EQ(last.error, &error);
  EXPECT_EQ(last.correlation_id, "id");
}

TEST(AcquisitionStats, WithoutAnObserverNothingIsCounted) {
  msiv2::testing::FakeClock clock;
  AcquisitionStats stats(nullptr, clock, "source", "id");
  stats.UsesKey(KeyStrength::kKeyGuard, KeyOrigin::kEmulated);
  stats.Count(TokenType::kMtlsPop, clock.MonotonicNow(), nullptr);
}

}  // namespace
}  // namespace msiv2::flow
