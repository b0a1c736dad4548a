// What is asked of IMDS, in which order, and for how long the answers hold.
#include "flow/host_probe.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <optional>
#include <span>
#include <thread>

#include "msiv2/testing/fake_clock.h"
#include "msiv2/testing/scripted_transport.h"
#include "tests/support/asked_clock.h"

namespace msiv2::flow {
namespace {

using imds::ProbeAnswer;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using Kind = HttpFailure::Kind;

constexpr char kBase[] = "http://169.254.169.254";
constexpr char kWindows[] = R"({"osType":"Windows","securityProfile":{"securityType":"TrustedLaunch"}})";

const RandomSource kNoRandom = [](std::span<std::uint8_t> bytes) {
  std::fill(bytes.begin(), bytes.end(), std::uint8_t{0});
};

class HostProbeTest : public ::testing::Test {
 protected:
  HostProbeTest() { call_.clock = &clock_; }

  HostAnswers Ask() {
    const auto answers = probe_.Ask({{kBase, named_}, {}, retries_}, call_);
    EXPECT_TRUE(answers) << answers.error().ToString();
    return answers.value_or(HostAnswers{});
  }
  // The paths asked since the last time, without their queries.
  std::vector<std::string> Paths() {
    std::vector<std::string> paths;
    const auto requests = http_.Requests();
    for (; seen_ < requests.size(); ++seen_) {
      const std::string path = requests[seen_].url.substr(sizeof kBase - 1);
      paths.push_back(path.substr(path.rfind('/', path.find('?')) + 1, path.find('?') - path.rfind('/') - 1));
    }
    return paths;
  }

  msiv2::testing::FakeClock clock_;
  msiv2::testing::ScriptedTransport http_;
  ImdsBases bases_;
  bool named_ = true;
  HostProbe probe_{http_, clock_, kNoRandom, bases_};
  CallContext call_;
  bool retries_ = true;
  std::size_t seen_ = 0;
};

using Asked = std::vector<std::string>;

TEST_F(HostProbeTest, V2IsAskedFirstAndIsEnough) {
  http_.Answer(400);
  http_.Answer(200, {}, kWindows);
  const HostAnswers answers = Ask();
  EXPECT_EQ(answers.v2, ProbeAnswer::kPresent);
  ASSERT_TRUE(answers.compute);
  EXPECT_EQ(answers.compute->security, HostSecurity::kTrustedLaunch);
  EXPECT_EQ(Paths(), (Asked{"getplatformmetadata", "compute"}));
}

// G-32.
TEST_F(HostProbeTest, V1OnlyIsConfirmedOnceAndFinal) {
  http_.Answer(404);
  http_.Answer(400);
  http_.Answer(200, {}, kWindows);
  EXPECT_EQ(Ask().v2, ProbeAnswer::kAbsent);
  EXPECT_EQ(Paths(), (Asked{"getplatformmetadata", "token", "compute"}));
  EXPECT_TRUE(clock_.Sleeps().empty()) << "a probe's 404 is not asked again";
  clock_.Advance(std::chrono::hours(24 * 30));
  http_.Answer(400);
  EXPECT_EQ(Ask().v2, ProbeAnswer::kAbsent);
  EXPECT_EQ(Paths(), Asked{"token"});
  bases_.RememberV2(kBase);  // step 1 got an answer after all
  http_.Answer(400);
  EXPECT_EQ(Ask().v2, ProbeAnswer::kPresent);
}

TEST_F(HostProbeTest, V2IsAskedForAgainAtOnceWhereStepOneFoundIt) {
  http_.Answer(404);
  http_.Answer(400);
  http_.Answer(200, {}, kWindows);
  EXPECT_EQ(Ask().v2, ProbeAnswer::kAbsent);
  bases_.RememberV2(kBase);
  http_.Answer(400);
  EXPECT_EQ(Ask().v2, ProbeAnswer::kPresent);
}

TEST_F(HostProbeTest, WhatStepOneFoundOutIsNotAskedAgain) {
  bases_.RememberV1Only(kBase);
  http_.Answer(400);
  EXPECT_EQ(Ask().v1, ProbeAnswer::kPresent);
  EXPECT_EQ(Paths(), (Asked{"token", "compute"}));
}

TEST_F(HostProbeTest, V2HoldsForFiveMinutes) {
  http_.Answer(400);
  http_.Answer(200, {}, kWindows);
  Ask();
  Paths();
  clock_.Advance(minutes(5) - seconds(1));
  EXPECT_EQ(Ask().v2, ProbeAnswer::kPresent);
  EXPECT_EQ(Paths(), Asked{});
  clock_.Advance(seconds(1));
  http_.Answer(400);
  EXPECT_EQ(Ask().v2, ProbeAnswer::kPresent);
  EXPECT_EQ(Paths(), Asked{"getplatformmetadata"}) << "the kind of host is known for good";
}

TEST_F(HostProbeTest, AResetOnAnUnknownHostIsNoSilenceSoV1IsAsked) {
  named_ = false;
  http_.Fail(Kind::kReset);
  http_.Fail(Kind::kReset);
  http_.Answer(400, {{"Server", "IMDS/1"}});
  const HostAnswers answers = Ask();
  EXPECT_EQ(answers.v2, ProbeAnswer::kUnclear);
  EXPECT_EQ(answers.v1, ProbeAnswer::kPresent);
  EXPECT_FALSE(answers.has_no_imds);
  EXPECT_EQ(Paths(), (Asked{"getplatformmetadata", "getplatformmetadata", "token", "compute"}));
}

TEST_F(HostProbeTest, AResetOnAKnownHostIsNotFollowedByAnotherSchedule) {
  http_.Fail(Kind::kReset);
  retries_ = false;
  EXPECT_EQ(Ask().v1, ProbeAnswer::kUnclear);
  EXPECT_EQ(Paths(), Asked{"getplatformmetadata"});
}

// G-35.
TEST_F(HostProbeTest, AFailureIsAskedAgainAfterThirtySeconds) {
  named_ = false;
  http_.Fail(Kind::kConnect);
  http_.Fail(Kind::kConnect);
  const HostAnswers down = Ask();
  EXPECT_EQ(down.v2, ProbeAnswer::kUnclear);
  ASSERT_TRUE(down.v2_failure);
  EXPECT_EQ(down.v2_failure->code, ErrorCode::kImdsUnreachable);
  EXPECT_TRUE(down.has_no_imds);
  EXPECT_EQ(Paths(), (Asked{"getplatformmetadata", "getplatformmetadata"}))
      << "nothing else if there is no connection";
  clock_.Advance(seconds(30) - milliseconds(1));
  EXPECT_TRUE(Ask().v2_failure);
  EXPECT_EQ(Paths(), Asked{});
  clock_.Advance(milliseconds(1));
  http_.Answer(400, {{"Server", "IMDS/1"}});
  http_.Answer(200, {}, kWindows);
  EXPECT_EQ(Ask().v2, ProbeAnswer::kPresent);
}

// G-35.
TEST_F(HostProbeTest, ATimeoutIsNeverKept) {
  retries_ = false;
  http_.Fail(Kind::kTimeout);
  EXPECT_TRUE(Ask().v2_failure);
  http_.Answer(400);
  http_.Fail(Kind::kTimeout);  // compute
  EXPECT_EQ(Ask().v2, ProbeAnswer::kPresent);
  http_.Answer(200, {}, kWindows);
  EXPECT_TRUE(Ask().compute);
  EXPECT_EQ(Paths(), (Asked{"getplatformmetadata", "getplatformmetadata", "compute", "compute"}));
}

// F4. Both probes are asked, and no other service is taken for an IMDS that is busy.
TEST_F(HostProbeTest, AnotherServiceIsNoImdsOfAHostThatIsNotKnown) {
  named_ = false;
  http_.Answer(403, {{"Server", "nginx"}});
  http_.Answer(404, {{"Server", "nginx"}});
  http_.Answer(404);  // compute
  const HostAnswers answers = Ask();
  EXPECT_TRUE(answers.has_no_imds);
  ASSERT_TRUE(answers.v2_failure);
  EXPECT_EQ(answers.v2_failure->code, ErrorCode::kImdsUnreachable);
  EXPECT_FALSE(answers.v2_failure->retryable);
  EXPECT_TRUE(clock_.Sleeps().empty());
  EXPECT_FALSE(bases_.OffersV1Only(kBase)) << "the 404 of another service";
}

TEST_F(HostProbeTest, ImdsIsThereIfOneOfTheProbesReachesIt) {
  named_ = false;
  http_.Answer(403, {{"Server", "nginx"}});
  http_.Answer(400, {{"Server", "IMDS/1"}});
  http_.Answer(404);  // compute
  EXPECT_FALSE(Ask().has_no_imds);
}

TEST_F(HostProbeTest, AFailureThatSaysNothingOfTheHostIsItself) {
  retries_ = false;
  http_.Fail(Kind::kTls);
  const HostAnswers answers = Ask();
  ASSERT_TRUE(answers.v2_failure);
  EXPECT_EQ(answers.v2_failure->code, ErrorCode::kTlsFailed);
  EXPECT_FALSE(answers.has_no_imds);
}

TEST_F(HostProbeTest, AnAnswerOfImdsIsRemembered) {
  named_ = false;
  http_.Answer(400, {{"Server", "IMDS/1"}});
  http_.Answer(200, {}, kWindows);
  const HostAnswers answers = Ask();
  EXPECT_FALSE(answers.has_no_imds);
  EXPECT_TRUE(bases_.HasAnswered(kBase));
  EXPECT_TRUE(bases_.OffersV2(kBase)) << "so a key is created while step 1 is on the wire";
}

TEST_F(HostProbeTest, AnOddAnswerIsAFailureWithItsStatusAndV1IsStillAsked) {
  retries_ = false;
  http_.Answer(200, {{"Server", "IMDS/1"}}, "<html>");
  http_.Answer(400);
  http_.Answer(500);
  const HostAnswers answers = Ask();
  ASSERT_TRUE(answers.v2_failure);
  EXPECT_EQ(answers.v2_failure->code, ErrorCode::kInvalidMetadata);
  EXPECT_EQ(answers.v1, ProbeAnswer::kPresent);
  EXPECT_FALSE(answers.compute);
  EXPECT_EQ(Paths(), (Asked{"getplatformmetadata", "token", "compute"}));
}

TEST_F(HostProbeTest, ABusyImdsIsRiddenOut) {
  http_.Answer(503);
  http_.Answer(500);
  http_.Answer(400);
  http_.Answer(200, {}, kWindows);
  EXPECT_EQ(Ask().v2, ProbeAnswer::kPresent);
  EXPECT_EQ(clock_.Sleeps(), (std::vector<milliseconds>{seconds(1), seconds(2)}));
}

TEST_F(HostProbeTest, TheCallersDeadlineIsAnErrorAndNothingIsKept) {
  call_.deadline = clock_.MonotonicNow();
  const auto late = probe_.Ask({{kBase, named_}, {}, true}, call_);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::kTimeout);
  call_.deadline = std::chrono::steady_clock::time_point::max();
  http_.Answer(400);
  http_.Answer(200, {}, kWindows);
  EXPECT_EQ(Ask().v2, ProbeAnswer::kPresent);
}

TEST_F(HostProbeTest, ComputeMetadataIsAskedForOnceAndTheAnswersAreGoodWithoutIt) {
  http_.Answer(400);
  http_.Answer(503);
  EXPECT_EQ(Ask().v2, ProbeAnswer::kPresent);
  EXPECT_EQ(Paths(), (Asked{"getplatformmetadata", "compute"}));
  EXPECT_TRUE(clock_.Sleeps().empty());
  clock_.Advance(seconds(30));
  http_.Fail(Kind::kDeadline);
  const HostAnswers answers = Ask();
  EXPECT_EQ(answers.v2, ProbeAnswer::kPresent) << "known; the caller's time ended over a detail";
  EXPECT_FALSE(answers.compute);
  http_.Fail(Kind::kCanceled);
  EXPECT_EQ(probe_.Ask({{kBase, named_}, {}, true}, call_).error().code, ErrorCode::kCanceled);
}

TEST_F(HostProbeTest, AFailureThatACallHadNoTimeToAskAgainForIsNotKept) {
  call_.deadline = clock_.MonotonicNow() + milliseconds(500);
  http_.Answer(503);
  http_.Answer(400);  // v1
  http_.Answer(200, {}, kWindows);
  const HostAnswers hasty = Ask();
  EXPECT_EQ(hasty.v2, ProbeAnswer::kUnclear);
  ASSERT_TRUE(hasty.v2_failure);
  EXPECT_EQ(hasty.v2_failure->http_status, 503);
  Paths();
  call_.deadline = std::chrono::steady_clock::time_point::max();
  http_.Answer(400);
  EXPECT_EQ(Ask().v2, ProbeAnswer::kPresent);
  EXPECT_EQ(Paths(), Asked{"getplatformmetadata"}) << "compute was kept";
}

// Holds up the first compute request until it is released, and ends it by the caller's deadline.
class HeldTransport final : public HttpTransport {
 public:
  explicit HeldTransport(HttpTransport& then) : then_(then) {}
  Result<HttpResponse, HttpFailure> Send(const HttpRequest& request, const CallContext& context) override {
    const bool compute = request.url.find("/compute") != std::string::npos;
    if (!compute || held_.exchange(true)) return then_.Send(request, context);
    while (!released) std::this_thread::yield();
    HttpFailure failure;
    failure.kind = Kind::kDeadline;
    return failure;
  }
  bool held() const { return held_; }
  std::atomic<bool> released{false};

 private:
  HttpTransport& then_;
  std::atomic<bool> held_{false};
};

TEST_F(HostProbeTest, WhatAHastyCallLeavesOutAPatientOneAsksFor) {
  HeldTransport held(http_);
  HostProbe probe(held, clock_, kNoRandom, bases_);
  http_.Answer(400);
  http_.Answer(200, {}, kWindows);
  std::optional<Result<HostAnswers>> hasty;
  std::thread leader([&] { hasty = probe.Ask({{kBase, named_}, {}, true}, call_); });
  while (!held.held()) std::this_thread::yield();
  std::optional<Result<HostAnswers>> patient;
  msiv2::testing::AskedClock asked(clock_);
  std::thread waiter([&] {
    CallContext call = call_;
    call.clock = &asked;
    patient = probe.Ask({{kBase, named_}, {}, true}, call);
  });
  while (!asked.was_asked) std::this_thread::yield();  // the waiter is in the leader's flight
  held.released = true;
  leader.join();
  waiter.join();
  ASSERT_TRUE(*patient && *hasty);
  EXPECT_TRUE((*patient)->compute);
  EXPECT_EQ((*hasty)->v2, ProbeAnswer::kPresent);
  EXPECT_FALSE((*hasty)->compute);
}

TEST_F(HostProbeTest, EachBaseHasItsOwnAnswers) {
  http_.Answer(404);
  http_.Answer(400);
  http_.Answer(200, {}, kWindows);
  Ask();
  http_.Answer(400);
  http_.Answer(200, {}, kWindows);
  const auto other = probe_.Ask({{"http://127.0.0.1:80", named_}, {}, true}, call_);
  ASSERT_TRUE(other);
  EXPECT_EQ(other->v2, ProbeAnswer::kPresent);
}

}  // namespace
}  // namespace msiv2::flow
