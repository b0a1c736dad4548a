#include "http/retry.h"

#include <gtest/gtest.h>

#include <span>
#include <vector>

#include "msiv2/testing/fake_clock.h"
#include "msiv2/testing/scripted_transport.h"

namespace msiv2 {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Kind = HttpFailure::Kind;

Attempt Status(int status, std::optional<seconds> retry_after = std::nullopt) {
  Attempt attempt;
  attempt.status = status;
  attempt.retry_after = retry_after;
  return attempt;
}

Attempt Failed(Kind kind) {
  Attempt attempt;
  attempt.failure = kind;
  return attempt;
}

// The same on a host that is not known to have IMDS.
Attempt Unknown(Attempt attempt) {
  attempt.host_known = false;
  return attempt;
}

constexpr int kStop = -1;

TEST(Jitter, IsAShareThatTheRandomSourceDraws) {
  EXPECT_EQ(DrawJitter(nullptr), 0) << "without a random source there is none";
  const auto drawn = [](std::uint8_t high, std::uint8_t low) {
    return DrawJitter([high, low](std::span<std::uint8_t> bytes) {
      ASSERT_EQ(bytes.size(), 2U);
      bytes[0] = high;
      bytes[1] = low;
    });
  };
  EXPECT_EQ(drawn(0, 0), 0);
  EXPECT_EQ(drawn(0xff, 0xff), 1);
  EXPECT_EQ(drawn(1, 2), 258 / 65535.0);
}

// Returns the delays in milliseconds for a sequence of attempts, with kStop for an attempt that is final.
std::vector<int> Delays(RetryLeg leg, const std::vector<Attempt>& attempts, double jitter = 0) {
  RetrySchedule schedule(leg, /*enabled=*/true);
  std::vector<int> delays;
  for (const Attempt& attempt : attempts) {
    const auto delay = schedule.Next(attempt, jitter);
    delays.push_back(delay ? static_cast<int>(delay->count()) : kStop);
  }
  return delays;
}

struct Row {
  const char* name;
  std::vector<Attempt> attempts;
  std::vector<int> delays;
};

// F8.
TEST(SourceSchedule, FollowsTheTableOfSources) {
  const Row rows[] = {
      {"three retries", {Status(500), Status(503), Status(504), Status(500)}, {1000, 1000, 1000, kStop}},
      {"404, 408, 429", {Status(404), Status(408), Status(429)}, {1000, 1000, 1000}},
      {"timeouts", {Failed(Kind::kTimeout), Failed(Kind::kTimeout)}, {1000, 1000}},
      {"Retry-After is a minimum", {Status(500, seconds(3)), Status(500, seconds(0))}, {3000, 1000}},
      {"400", {Status(400)}, {kStop}},
      {"401", {Status(401)}, {kStop}},
      {"410", {Status(410)}, {kStop}},
      {"502", {Status(502)}, {kStop}},
      {"200", {Status(200)}, {kStop}},
      {"no answer",
       {Failed(Kind::kConnect), Failed(Kind::kReset), Failed(Kind::kTruncated), Failed(Kind::kConnect)},
       {1000, 1000, 1000, kStop}},
      {"TLS", {Failed(Kind::kTls)}, {kStop}},
      {"malformed", {Failed(Kind::kMalformed)}, {kStop}},
      {"no descriptor", {Failed(Kind::kLocal)}, {kStop}},
  };
  for (const Row& row : rows) EXPECT_EQ(Delays(RetryLeg::kSource, row.attempts, 1.0), row.delays) << row.name;
}

// F8.
TEST(ImdsSchedule, FollowsTheTableOfImds) {
  const Attempt gone = Status(410);
  const Attempt unavailable = Status(503);
  const Attempt refused = Failed(Kind::kConnect);
  const Row rows[] = {
      {"three retries", {unavailable, unavailable, unavailable, unavailable}, {1000, 2000, 4000, kStop}},
      {"404", {Status(404), Status(404), Status(404), Status(404)}, {1000, 2000, 4000, kStop}},
      {"mixed", {Status(408), Status(429), Status(599), Status(500)}, {1000, 2000, 4000, kStop}},
      {"timeouts", {Failed(Kind::kTimeout), Failed(Kind::kTimeout)}, {1000, 2000}},
      {"410 first: seven",
       {gone, gone, gone, gone, gone, gone, gone, gone},
       {10000, 10000, 10000, 10000, 10000, 10000, 10000, kStop}},
      {"410 first, then 500: the count stays, the delay follows the current one",
       {gone, unavailable, gone, unavailable, unavailable, unavailable, unavailable, unavailable},
       {10000, 2000, 10000, 4000, 4000, 4000, 4000, kStop}},
      {"500 first, then 410", {unavailable, gone, gone, gone}, {1000, 10000, 10000, kStop}},
      {"a timeout is not an answer",
       {Failed(Kind::kTimeout), gone, gone, gone, gone},
       {1000, 10000, 10000, 10000, 10000}},
      {"no connection", {refused, refused, refused, refused}, {1000, 2000, 4000, kStop}},
      {"no connection is not an answer", {refused, gone, gone}, {1000, 10000, 10000}},
      {"answers, then no connection",
       {unavailable, refused, unavailable, refused},
       {1000, 2000, 4000, kStop}},
      {"reset", {Failed(Kind::kReset), Failed(Kind::kReset)}, {1000, 2000}},
      {"a body that was cut short", {Failed(Kind::kTruncated), Status(200)}, {1000, kStop}},
      {"no descriptor", {Failed(Kind::kLocal)}, {kStop}},
      {"Retry-After is a minimum", {Status(429, seconds(3)), Status(429, seconds(1))}, {3000, 2000}},
      {"Retry-After counts to 60 s", {Status(503, seconds(3600))}, {60000}},
      {"Retry-After with 410", {Status(410, seconds(5)), Status(410, seconds(20))}, {10000, 20000}},
      {"200", {Status(200)}, {kStop}},
      {"400", {Status(400)}, {kStop}},
      {"401 with Retry-After", {Status(401, seconds(1))}, {kStop}},
      {"302", {Status(302)}, {kStop}},
      {"TLS", {Failed(Kind::kTls)}, {kStop}},
      {"malformed", {Failed(Kind::kMalformed)}, {kStop}},
      {"too large", {Failed(Kind::kBodyTooLarge)}, {kStop}},
      {"deadline", {Failed(Kind::kDeadline)}, {kStop}},
      {"canceled", {Failed(Kind::kCanceled)}, {kStop}},
  };
  for (const Row& row : rows) EXPECT_EQ(Delays(RetryLeg::kImds, row.attempts), row.delays) << row.name;
}

// F4, F8.
TEST(ImdsSchedule, AHostThatIsNotKnownIsAskedOnceMoreAtOnceIfItIsSilent) {
  const Attempt refused = Unknown(Failed(Kind::kConnect));
  const Attempt cut = Unknown(Failed(Kind::kReset));
  const Attempt timeout = Unknown(Failed(Kind::kTimeout));
  const Row rows[] = {
      {"no connection", {refused, refused}, {0, kStop}},
      {"reset", {cut, refused}, {0, kStop}},
      {"a timeout by its schedule", {timeout, timeout, timeout, timeout}, {1000, 2000, 4000, kStop}},
      {"another service answers", {Unknown(Status(503))}, {kStop}},
      {"with 410", {Unknown(Status(410, seconds(1)))}, {kStop}},
      {"IMDS after a silence", {refused, Status(503), Status(503)}, {0, 1000, 2000}},
      {"a silence after IMDS", {Status(503), Failed(Kind::kConnect)}, {1000, 2000}},
      {"no descriptor", {Unknown(Failed(Kind::kLocal))}, {kStop}},
      {"malformed", {Unknown(Failed(Kind::kMalformed))}, {kStop}},
  };
  for (const RetryLeg leg : {RetryLeg::kImds, RetryLeg::kProbe}) {
    for (const Row& row : rows) EXPECT_EQ(Delays(leg, row.attempts), row.delays) << row.name;
  }
}

TEST(CredentialSchedule, ABodyThatWasCutShortIsFinal) {
  EXPECT_EQ(Delays(RetryLeg::kCredential, {Failed(Kind::kTruncated)}), std::vector<int>{kStop});
  const std::vector<Attempt> others = {Failed(Kind::kReset), Failed(Kind::kConnect), Status(503),
                                       Status(404)};
  EXPECT_EQ(Delays(RetryLeg::kCredential, others), (std::vector<int>{1000, 2000, 4000, kStop}));
}

// G-02 is the row of the timeout.
TEST(ProbeSchedule, IsThatOfImdsWithout404) {
  const Attempt unavailable = Status(503);
  const Attempt gone = Status(410);
  const Attempt refused = Failed(Kind::kConnect);
  const Row rows[] = {
      {"404 is an answer", {Status(404)}, {kStop}},
      {"404 after a busy spell", {unavailable, Status(404)}, {1000, kStop}},
      {"400 is an answer", {Status(400)}, {kStop}},
      {"three retries", {unavailable, Status(429), Status(408), unavailable}, {1000, 2000, 4000, kStop}},
      {"a timeout is tried again", {Failed(Kind::kTimeout), Status(400)}, {1000, kStop}},
      {"410 first", {gone, gone}, {10000, 10000}},
      {"no connection", {refused, refused}, {1000, 2000}},
  };
  for (const Row& row : rows) EXPECT_EQ(Delays(RetryLeg::kProbe, row.attempts), row.delays) << row.name;
}

TEST(ImdsSchedule, AddsUpToAFifthOfJitterToItsOwnDelaysOnly) {
  const std::vector<Attempt> attempts = {Status(503), Status(503), Status(410)};
  EXPECT_EQ(Delays(RetryLeg::kImds, attempts, 1.0), (std::vector<int>{1200, 2400, 10000}));
  EXPECT_EQ(Delays(RetryLeg::kImds, attempts, 0.5), (std::vector<int>{1100, 2200, 10000}));
  EXPECT_EQ(Delays(RetryLeg::kImds, attempts, 7.0), (std::vector<int>{1200, 2400, 10000})) << "clamped";
  EXPECT_EQ(Delays(RetryLeg::kImds, {Status(503, seconds(1))}, 1.0), std::vector<int>{1200});
  EXPECT_EQ(Delays(RetryLeg::kImds, {Status(503, seconds(5))}, 1.0), std::vector<int>{5000});
}

TEST(TokenSchedule, FollowsTheTableOfTokenRequests) {
  const Row rows[] = {
      {"5xx once", {Status(503), Status(503)}, {1000, kStop}},
      {"timeout once", {Failed(Kind::kTimeout), Status(500)}, {1000, kStop}},
      {"5xx with Retry-After", {Status(503, seconds(0))}, {kStop}},
      {"429", {Status(429)}, {kStop}},
      {"404", {Status(404)}, {kStop}},
      {"408", {Status(408)}, {kStop}},
      {"410", {Status(410)}, {kStop}},
      {"400", {Status(400)}, {kStop}},
      {"no connection", {Failed(Kind::kConnect)}, {kStop}},
      {"reset", {Failed(Kind::kReset)}, {kStop}},
      {"a body that was cut short", {Failed(Kind::kTruncated)}, {kStop}},
      {"TLS", {Failed(Kind::kTls)}, {kStop}},
  };
  for (const Row& row : rows) EXPECT_EQ(Delays(RetryLeg::kToken, row.attempts, 1.0), row.delays) << row.name;
}

TEST(Schedule, SwitchedOffMakesOneAttempt) {
  for (const RetryLeg leg : {RetryLeg::kImds, RetryLeg::kProbe, RetryLeg::kToken}) {
    RetrySchedule schedule(leg, /*enabled=*/false);
    EXPECT_EQ(schedule.Next(Status(503), 0), std::nullopt);
    EXPECT_EQ(schedule.Next(Failed(Kind::kConnect), 0), std::nullopt);
  }
}

class SendWithRetryTest : public ::testing::Test {
 protected:
  SendWithRetryTest() { context_.clock = &clock_; }

  Result<HttpResponse, HttpFailure> Send(RetryLeg leg = RetryLeg::kImds) {
    RetryContext retry;
    retry.enabled = enabled_;
    retry.on_retry = [this](const RetryNotice& notice) { notices_.push_back(notice); };
    retry.host_known = host_known_;
    HttpRequest request;
    request.url = "http://169.254.169.254/x";
    request.body = "same each time";
    Answered answered = SendWithRetry(transport_, request, leg, retry, context_);
    attempts_ = answered.attempts.made;
    out_of_time_ = answered.attempts.out_of_time;
    return std::move(answered.outcome);
  }

  testing::FakeClock clock_;
  testing::ScriptedTransport transport_;
  CallContext context_;
  bool enabled_ = true;
  std::function<bool(const Result<HttpResponse, HttpFailure>&)> host_known_;
  int attempts_ = 0;
  bool out_of_time_ = false;
  std::vector<RetryNotice> notices_;
};

TEST_F(SendWithRetryTest, SleepsAsTheScheduleSaysAndSendsTheSameRequest) {
  transport_.Answer(503);
  transport_.Fail(Kind::kTimeout);
  transport_.Answer(200, {}, "done");
  const auto outcome = Send();
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->body, "done");
  EXPECT_EQ(attempts_, 3);
  EXPECT_EQ(clock_.Sleeps(), (std::vector<milliseconds>{seconds(1), seconds(2)}));
  ASSERT_EQ(transport_.Requests().size(), 3u);
  EXPECT_EQ(transport_.Requests()[2].body, "same each time");
  ASSERT_EQ(notices_.size(), 2u);
  EXPECT_EQ(notices_[0].attempt, 1);
  EXPECT_EQ(notices_[0].delay, seconds(1));
  EXPECT_EQ(notices_[0].reason, "HTTP 503");
  EXPECT_EQ(notices_[1].reason, "timeout");
}

TEST_F(SendWithRetryTest, ReturnsTheLastAnswerWhenTheRetriesAreUsedUp) {
  for (int i = 0; i < 5; ++i) transport_.Answer(404, {}, std::to_string(i));
  const auto outcome = Send();
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->status, 404);
  EXPECT_EQ(outcome->body, "3");
  EXPECT_EQ(attempts_, 4);
  EXPECT_EQ(transport_.AnswersLeft(), 1u);
}

TEST_F(SendWithRetryTest, HonoursRetryAfterAsSecondsAndAsDate) {
  clock_.SetNow(std::chrono::sys_seconds(seconds(784111777)));
  transport_.Answer(429, {{"retry-after", "30"}});
  transport_.Answer(429, {{"Retry-After", "Sun, 06 Nov 1994 08:50:37 GMT"}});  // 60 s after the start
  transport_.Answer(429, {{"Retry-After", "nonsense"}});
  transport_.Answer(200);
  ASSERT_TRUE(Send());
  EXPECT_EQ(clock_.Sleeps(), (std::vector<milliseconds>{seconds(30), seconds(30), seconds(4)}));
}

TEST_F(SendWithRetryTest, TriesAFailedConnectionAgainWithoutSleepingOnAHostThatIsNotKnown) {
  host_known_ = [](const auto&) { return false; };
  transport_.Fail(Kind::kConnect);
  transport_.Fail(Kind::kConnect);
  const auto outcome = Send();
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().kind, Kind::kConnect);
  EXPECT_EQ(attempts_, 2);
  EXPECT_TRUE(clock_.Sleeps().empty());
}

TEST_F(SendWithRetryTest, MakesOneAttemptWhenSwitchedOff) {
  enabled_ = false;
  transport_.Answer(503);
  ASSERT_TRUE(Send());
  EXPECT_EQ(attempts_, 1);
  EXPECT_TRUE(notices_.empty());
}

TEST_F(SendWithRetryTest, ReturnsTheLastAnswerAtOnceWhenTheDelayDoesNotFitTheDeadline) {
  context_.deadline = clock_.MonotonicNow() + milliseconds(2500);
  transport_.Answer(503, {}, "first");
  transport_.Answer(503, {}, "second");  // a delay of 2 s would end 0.5 s after the deadline
  const auto outcome = Send();
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->body, "second");
  EXPECT_EQ(clock_.Sleeps(), std::vector<milliseconds>{seconds(1)});
  EXPECT_EQ(notices_.size(), 1u) << "no notice of a retry that does not happen";
  EXPECT_TRUE(out_of_time_);
}

TEST_F(SendWithRetryTest, DoesNotAskAgainAtTheDeadlineItself) {
  context_.deadline = clock_.MonotonicNow() + seconds(1);
  transport_.Answer(503);
  ASSERT_TRUE(Send());
  EXPECT_EQ(attempts_, 1);
}

TEST_F(SendWithRetryTest, ReportsThatTheCallHadEnded) {
  CancellationSource source;
  context_.cancellation = source.token();
  source.Cancel();
  const auto outcome = Send();
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().kind, Kind::kCanceled);
  EXPECT_EQ(attempts_, 1);
}

class CancelingClock : public testing::FakeClock {
 public:
  bool SleepUntil(std::chrono::steady_clock::time_point, const CancellationToken& cancellation) override {
    source.Cancel();
    return !cancellation.IsCanceled();
  }
  CancellationSource source;
};

TEST_F(SendWithRetryTest, EndsWithCanceledWhenCancelledDuringADelay) {
  CancelingClock clock;
  context_.clock = &clock;
  context_.cancellation = clock.source.token();
  transport_.Answer(503);
  transport_.Answer(200);
  const auto outcome = Send();
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().kind, Kind::kCanceled);
  EXPECT_EQ(attempts_, 1);
  EXPECT_EQ(transport_.AnswersLeft(), 1u);
}

TEST_F(SendWithRetryTest, DrawsJitterFromTheRandomSource) {
  transport_.Answer(503);
  transport_.Answer(200);
  RetryContext retry;
  retry.random = [](std::span<std::uint8_t> bytes) {
    for (auto& byte : bytes) byte = 0xff;
  };
  ASSERT_TRUE(SendWithRetry(transport_, HttpRequest{}, RetryLeg::kImds, retry, context_).outcome);
  EXPECT_EQ(clock_.Sleeps(), std::vector<milliseconds>{milliseconds(1200)});
}

}  // namespace
}  // namespace msiv2
