// What an observer is told of an acquisition, word by word.
#include "flow/trace.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "flow/testing/event_recorder.h"
#include "msiv2/testing/fake_clock.h"

namespace msiv2::flow {
namespace {

using EventKind = Event::Kind;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::Told;

class TraceTest : public ::testing::Test {
 protected:
  msiv2::testing::FakeClock clock_;
  testing::EventRecorder recorder_;
  const Trace trace_{&recorder_, clock_, "id"};
};

TEST_F(TraceTest, AStepIsAnEventAtEachEnd) {
  const auto started = trace_.Started(Step::kMetadata, "host:80");
  clock_.Advance(seconds(3));
  trace_.Ended(Step::kMetadata, "host:80", started, {"what came back", "client 1"});
  ASSERT_EQ(recorder_.Events().size(), 2U);
  EXPECT_EQ(recorder_.Events()[0].event.kind, EventKind::kStepStarted);
  const Told ended = recorder_.Events()[1];
  EXPECT_EQ(ended.event.kind, EventKind::kStepEnded);
  EXPECT_EQ(ended.event.step, Step::kMetadata);
  EXPECT_EQ(ended.event.elapsed, seconds(3));
  EXPECT_EQ(ended.event.error, nullptr);
  EXPECT_EQ(ended.where, "host:80");
  EXPECT_EQ(ended.detail, "what came back");
  EXPECT_EQ(ended.identifiers, "client 1");
  EXPECT_EQ(ended.correlation_id, "id");
}

TEST_F(TraceTest, AFailedStepGivesItsErrorAStepAndAnId) {
  Error error(ErrorCode::kTimeout, "x");
  const auto started = trace_.Started(Step::kMetadata, "host");
  clock_.Advance(seconds(3));
  trace_.Failed(Step::kMetadata, "host", started, error);
  EXPECT_EQ(error.step, Step::kMetadata);
  EXPECT_EQ(error.correlation_id, "id");
  ASSERT_EQ(recorder_.Events().size(), 2U);
  EXPECT_EQ(recorder_.Events()[1].event.kind, EventKind::kStepEnded);
  EXPECT_EQ(recorder_.Events()[1].event.elapsed, seconds(3));
  EXPECT_EQ(recorder_.Events()[1].event.error, &error);
  error.correlation_id = "that of the service";
  trace_.Failed(Step::kMetadata, "host", started, error);
  EXPECT_EQ(error.correlation_id, "that of the service");
}

TEST_F(TraceTest, ARemedyAndARotationAreEvents) {
  const Error error(ErrorCode::kTokenRequestFailed, "x");
  trace_.Remedying(2, seconds(1), error);
  trace_.Rotated(7, "x5t");
  ASSERT_EQ(recorder_.Events().size(), 2U);
  const Told remedy = recorder_.Events()[0];
  EXPECT_EQ(remedy.event.kind, EventKind::kRemediation);
  EXPECT_EQ(remedy.event.attempt, 2);
  EXPECT_EQ(remedy.event.delay, seconds(1));
  EXPECT_EQ(remedy.event.error, &error);
  EXPECT_EQ(remedy.detail, "token_request_failed");
  const Told rotation = recorder_.Events()[1];
  EXPECT_EQ(rotation.event.kind, EventKind::kRotation);
  EXPECT_EQ(rotation.event.tokens, 7U);
  EXPECT_EQ(rotation.detail, "a new certificate is current, with 7 tokens");
  EXPECT_EQ(rotation.identifiers, "x5t#S256 x5t");
}

TEST_F(TraceTest, AHitAndAMissNameTheCacheAndItsStep) {
  const std::pair<CacheKind, Step> rows[] = {{CacheKind::kToken, Step::kToken},
                                             {CacheKind::kCertificate, Step::kCertificate},
                                             {CacheKind::kAttestation, Step::kAttestation}};
  for (const auto& [cache, step] : rows) {
    trace_.Hit(cache, "it was there");
    trace_.Miss(cache, MissReason::kOff);
    const Told hit = recorder_.Events().end()[-2];
    EXPECT_EQ(hit.event.kind, EventKind::kCacheHit);
    EXPECT_EQ(hit.event.step, step);
    EXPECT_EQ(hit.event.cache, cache);
    EXPECT_EQ(hit.detail, "it was there");
    const Told miss = recorder_.Events().back();
    EXPECT_EQ(miss.event.kind, EventKind::kCacheMiss);
    EXPECT_EQ(miss.event.step, step);
    EXPECT_EQ(miss.event.cache, cache);
    EXPECT_EQ(miss.event.miss, MissReason::kOff);
  }
}

TEST_F(TraceTest, EveryReasonOfAMissHasItsWords) {
  const std::pair<MissReason, const char*> rows[] = {
      {MissReason::kAbsent, "no suitable entry is cached"},
      {MissReason::kEnded, "the cached entry has expired"},
      {MissReason::kDue, "the cached entry is due for renewal"},
      {MissReason::kForced, "a fresh token was asked for"},
      {MissReason::kClaims, "a claims challenge asks for a new certificate"},
      {MissReason::kNoCertificate, "no certificate is current"},
      {MissReason::kReplaced, "another certificate is requested"},
      {MissReason::kOff, "the token cache is off"}};
  for (const auto& [reason, words] : rows) {
    trace_.Miss(CacheKind::kToken, reason);
    EXPECT_EQ(recorder_.Events().back().detail, words);
  }
}

TEST_F(TraceTest, ARenewalIsAnEventAtEachEnd) {
  trace_.Renewal(Step::kToken, std::nullopt);
  EXPECT_EQ(recorder_.Events().back().event.kind, EventKind::kRenewalStarted);
  const std::pair<RenewalOutcome, const char*> rows[] = {
      {RenewalOutcome::kDone, "done"},
      {RenewalOutcome::kFailed, "failed; tried again later"},
      {RenewalOutcome::kTooEarly, "nothing new yet"},
      {RenewalOutcome::kUnused, "not in use"}};
  for (const auto& [outcome, words] : rows) {
    trace_.Renewal(Step::kToken, outcome);
    EXPECT_EQ(recorder_.Events().back().event.kind, EventKind::kRenewalEnded);
    EXPECT_EQ(recorder_.Events().back().event.renewal, outcome);
    EXPECT_EQ(recorder_.Events().back().detail, words);
  }
}

TEST_F(TraceTest, WithoutAnObserverNothingIsTold) {
  const Trace silent(nullptr, clock_, "id");
  const Error error(ErrorCode::kTimeout, "x");
  silent.Hit(CacheKind::kToken, "x");
  silent.Remedying(1, seconds(0), error);
  EXPECT_TRUE(recorder_.Events().empty());
}

TEST(InMinutesTest, LeavesOutTheSeconds) { EXPECT_EQ(InMinutes(minutes(59) + seconds(59)), "59 min"); }

}  // namespace
}  // namespace msiv2::flow
