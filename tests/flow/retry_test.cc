// The protocol's retry table through whole acquisitions. src/http/retry_test.cc tests the schedule itself.
#include "tests/flow/flow_fixture.h"

namespace msiv2 {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Records the delays when they are decided, before any of them is slept.
class DelayObserver final : public Observer {
 public:
  void OnEvent(const Event& event) noexcept override {
    std::lock_guard lock(mutex_);
    if (event.kind == Event::Kind::kRetry) delays_.push_back(event.delay);
  }
  std::vector<std::chrono::nanoseconds> Delays() const {
    std::lock_guard lock(mutex_);
    return delays_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::chrono::nanoseconds> delays_;
};

class RetryTest : public FlowTest {
 protected:
  ClientOptions Options() {
    ClientOptions options = FlowTest::Options();
    options.observer = delays_;
    return options;
  }
  // The protocol's own delays have a jitter of up to a fifth.
  static void ExpectJittered(std::chrono::nanoseconds delay, seconds base) {
    EXPECT_GE(delay, base);
    EXPECT_LE(delay, milliseconds(base) * 6 / 5);
  }

  std::shared_ptr<DelayObserver> delays_ = std::make_shared<DelayObserver>();
};

TEST_F(RetryTest, ARestartOfImdsIsRiddenOut) {
  Fault("imds.getplatformmetadata status=500 header=no-server count=3");
  Fault("imds.issuecredential status=500 header=no-server count=3");
  const auto token = MakeClient(Options()).AcquireToken(Attested());
  ASSERT_TRUE(token) << token.error().ToString();
  EXPECT_EQ(Requests("imds", "/getplatformmetadata"), 4);
  EXPECT_EQ(Requests("imds", "/issuecredential"), 4) << "each request has a budget of its own";
  const auto delays = delays_->Delays();
  ASSERT_EQ(delays.size(), 6U);
  for (std::size_t i = 0; i < delays.size(); ++i) ExpectJittered(delays[i], seconds(1 << (i % 3)));
  EXPECT_EQ(clock_->Sleeps().size(), 6U);
}

TEST_F(RetryTest, EachCallHasItsOwnBudget) {
  Fault("imds.getplatformmetadata status=503");
  auto client = MakeClient(Options());
  for (int call = 1; call <= 3; ++call) {
    ASSERT_FALSE(client.AcquireToken(Attested()));
    EXPECT_EQ(Requests("imds", "/getplatformmetadata"), 4 * call);
  }
}

TEST_F(RetryTest, RetryAfterIsAMinimumInSecondsAndAsADate) {
  Fault("imds.getplatformmetadata status=429 retry-after=30 count=1");
  Fault("imds.getplatformmetadata status=503 retry-after=date:20 count=1");
  Fault("imds.getplatformmetadata status=429 retry-after=1 count=1");
  // A date is by the services' clock, which does not jump with the client's.
  auto options = Options();
  emulator_->SetClockOffset(seconds(30));
  const auto token = MakeClient(options).AcquireToken(Attested());
  emulator_->SetClockOffset(seconds(0));
  ASSERT_TRUE(token) << token.error().ToString();
  const auto delays = delays_->Delays();
  ASSERT_EQ(delays.size(), 3U);
  EXPECT_EQ(delays[0], seconds(30));
  EXPECT_GT(delays[1], seconds(5)) << "20 s, less what the answer took";
  EXPECT_LE(delays[1], seconds(21));
  ExpectJittered(delays[2], seconds(4));
}

TEST_F(RetryTest, RetryAfterCountsToSixtySecondsAndOnlyWithinTheDeadline) {
  Fault("imds.getplatformmetadata status=429 retry-after=3600");
  const auto token = MakeClient(Options()).AcquireToken(Attested());
  ASSERT_FALSE(token);
  EXPECT_EQ(token.error().http_status, 429);
  EXPECT_TRUE(token.error().out_of_time)
      << "a second wait of a minute would end after the two minutes of the call";
  ASSERT_EQ(delays_->Delays().size(), 1U);
  EXPECT_EQ(delays_->Delays()[0], seconds(60));
}

TEST_F(RetryTest, TheTokenLegLeavesAnAnswerWithRetryAfterToTheCaller) {
  Fault("entra.token status=503 retry-after=1");
  const auto token = MakeClient(Options()).AcquireToken(Attested());
  ASSERT_FALSE(token);
  EXPECT_EQ(Requests("entra", "/token"), 1);
  EXPECT_TRUE(token.error().retryable);
}

struct HangingLeg {
  const char* rule;
  const char* server;
  const char* path;
};
void PrintTo(const HangingLeg& leg, std::ostream* out) { *out << leg.rule; }

class HangingLegTest : public RetryTest, public ::testing::WithParamInterface<HangingLeg> {};

// G-02.
TEST_P(HangingLegTest, TheFirstAttemptHangsAndTheSecondAnswers) {
  Fault(std::string(GetParam().rule) + " count=1");
  auto options = Options();
  options.timeouts.attempt = seconds(3);  // a hang takes real time, and so may an answer on a busy machine
  const auto token = MakeClient(options).AcquireToken(Attested());
  ASSERT_TRUE(token) << token.error().ToString();
  EXPECT_GE(Requests(GetParam().server, GetParam().path), 2);
}

INSTANTIATE_TEST_SUITE_P(
    HangingLegs, HangingLegTest,
    ::testing::Values(HangingLeg{"imds.getplatformmetadata hang", "imds", "/getplatformmetadata"},
                      HangingLeg{"imds.getplatformmetadata hang=body", "imds", "/getplatformmetadata"},
                      HangingLeg{"imds.issuecredential hang", "imds", "/issuecredential"},
                      HangingLeg{"entra.token hang", "entra", "/token"}));

struct LastAnswer {
  const char* operation;
  int status;
  bool retryable;
  int attempts;
};
void PrintTo(const LastAnswer& answer, std::ostream* out) {
  *out << answer.operation << "_" << answer.status;
}

class LastAnswerTest : public RetryTest, public ::testing::WithParamInterface<LastAnswer> {};

// G-13.
TEST_P(LastAnswerTest, SurfacesWithItsStatusAndWhetherARetryCanHelp) {
  const LastAnswer& expected = GetParam();
  Fault(std::string(expected.operation) + " status=" + std::to_string(expected.status));
  auto options = Options();
  options.timeouts.acquisition = std::chrono::minutes(10);
  const auto token = MakeClient(options).AcquireToken(Attested());
  ASSERT_FALSE(token);
  const Error& error = token.error();
  EXPECT_EQ(error.http_status, expected.status) << error.ToString();
  EXPECT_EQ(error.retryable, expected.retryable) << error.ToString();
  EXPECT_EQ(error.attempts, expected.attempts) << error.ToString();
}

constexpr LastAnswer kLastAnswers[] = {
    {"imds.getplatformmetadata", 400, false, 1},
    {"imds.getplatformmetadata", 403, false, 1},
    {"imds.getplatformmetadata", 408, true, 4},
    {"imds.getplatformmetadata", 410, true, 8},
    {"imds.getplatformmetadata", 429, true, 4},
    {"imds.getplatformmetadata", 500, true, 4},
    {"imds.getplatformmetadata", 502, true, 4},
    {"imds.getplatformmetadata", 503, true, 4},
    {"imds.getplatformmetadata", 504, true, 4},
    {"imds.getplatformmetadata", 599, true, 4},
    {"imds.issuecredential", 400, false, 1},
    {"imds.issuecredential", 404, true, 4},
    {"imds.issuecredential", 410, true, 8},
    {"imds.issuecredential", 429, true, 4},
    {"imds.issuecredential", 503, true, 4},
    {"entra.token", 400, false, 1},
    {"entra.token", 408, false, 1},
    {"entra.token", 429, true, 1},
    {"entra.token", 500, true, 2},
    {"entra.token", 503, true, 2},
};
INSTANTIATE_TEST_SUITE_P(LastAnswers, LastAnswerTest, ::testing::ValuesIn(kLastAnswers));

}  // namespace
}  // namespace msiv2
