// Each row of the retry table for MSI v1: how many requests, and the waits between them.
#include "tests/flow/bearer_fixture.h"

namespace msiv2 {
namespace {

class BearerRetryTest : public BearerTest {
 protected:
  void AnswerTimes(int times, int status, HttpHeaders headers = {{"Server", "IMDS/1"}}) {
    for (int i = 0; i < times; ++i) http_->Answer(status, headers, "");
  }
  // Returns the waits in whole seconds: the rest is jitter, of at most 20 %.
  std::vector<int> Waits() const {
    std::vector<int> waits;
    for (const auto sleep : clock_->Sleeps()) waits.push_back(static_cast<int>(sleep / seconds(1)));
    return waits;
  }
};

TEST_F(BearerRetryTest, OtherSourcesAreAskedAgainThreeTimesAfterASecond) {
  for (const IdentitySource source : kOthers) {
    for (const int status : {404, 408, 429, 500, 503, 504}) {
      Enter(source);
      for (int acquisition = 1; acquisition <= 3; ++acquisition) {  // no state is carried over
        AnswerTimes(4, status);
        const auto result = Acquire();
        ExpectError(result, "managed_identity_request_failed");
        EXPECT_EQ(result.error().attempts, 4);
        EXPECT_TRUE(result.error().retryable);
        EXPECT_EQ(Requests(), 4U * static_cast<unsigned>(acquisition)) << Name(source) << " " << status;
      }
      EXPECT_EQ(clock_->Sleeps(), std::vector<milliseconds>(9, seconds(1)));
    }
  }
}

TEST_F(BearerRetryTest, OneFailureAndThenATokenAreTwoRequests) {
  for (const IdentitySource source : kOthers) {
    Enter(source);
    AnswerTimes(1, 500);
    Grant("at");
    ExpectToken(Acquire(), "at", From::kNetwork);
    EXPECT_EQ(Requests(), 2U);
    EXPECT_EQ(Waits(), std::vector<int>{1});
  }
}

// DefaultRetryPolicyTests L48, L105: the same for a user-assigned identity.
TEST_F(BearerRetryTest, AUserAssignedIdentityIsAskedForAgainToo) {
  identity_ = ManagedIdentityId::ClientId("11111111-2222-4333-8444-555555555555");
  for (const IdentitySource source : {IdentitySource::kAppService, IdentitySource::kAppService2017,
                                      IdentitySource::kMachineLearning, IdentitySource::kImds}) {
    Enter(source);
    AnswerTimes(1, 500);
    Grant("at");
    ExpectToken(Acquire(), "at", From::kNetwork);
    EXPECT_EQ(Requests(), 2U) << Name(source);
    Enter(source);
    AnswerTimes(4, 500);
    ExpectError(Acquire(), "managed_identity_request_failed");
    EXPECT_EQ(Requests(), 4U) << Name(source);
  }
  identity_ = ManagedIdentityId::ObjectId("11111111-2222-4333-8444-555555555555");
  Enter(IdentitySource::kServiceFabric);
  AnswerTimes(1, 500);
  Grant("at");
  ExpectToken(Acquire(), "at", From::kNetwork);
  EXPECT_EQ(Requests(), 2U);
}

TEST_F(BearerRetryTest, RetryAfterIsAMinimumInSecondsAndAsADate) {
  struct Row {
    const char* header;
    int wait;
  };
  // The clock starts at the first second of 2026.
  const Row rows[] = {{"3", 3},
                      {"0", 1},
                      {"Thu, 01 Jan 2026 00:00:03 GMT", 3},
                      {"Wed, 31 Dec 2025 23:59:00 GMT", 1},
                      {"soon", 1}};
  for (const IdentitySource source : kOthers) {
    for (const Row& row : rows) {
      Enter(source);
      AnswerTimes(1, 500, {{"Retry-After", row.header}});
      Grant("at");
      ExpectToken(Acquire(), "at", From::kNetwork);
      EXPECT_EQ(Waits(), std::vector<int>{row.wait}) << Name(source) << " " << row.header;
    }
  }
}

TEST_F(BearerRetryTest, WhatIsFinalIsAskedOnce) {
  for (const IdentitySource source : kAll) {
    for (const int status : {400, 403, 302}) {
      Enter(source);
      AnswerTimes(1, status, {{"Server", "IMDS/1"}});
      ExpectError(Acquire(), "managed_identity_request_failed");
      EXPECT_EQ(Requests(), 1U) << Name(source) << " " << status;
    }
  }
}

TEST_F(BearerRetryTest, WithoutRetriesEachIsAskedOnce) {
  retries_ = false;
  for (const IdentitySource source : kAll) {
    Enter(source);
    AnswerTimes(1, 500);
    ExpectError(Acquire(), "managed_identity_request_failed");
    EXPECT_EQ(Requests(), 1U) << Name(source);
  }
}

TEST_F(BearerRetryTest, ImdsIsAskedAgainByItsOwnTable) {
  struct Row {
    std::vector<int> statuses;  // then a token
    std::vector<int> waits;
  };
  const Row rows[] = {
      {{404, 404}, {1, 2}},
      {{503, 429, 408}, {1, 2, 4}},
      {{410, 410, 410, 410}, {10, 10, 10, 10}},
      {{500, 410, 500}, {1, 10, 4}},
  };
  for (const Row& row : rows) {
    Enter(IdentitySource::kImds);
    for (const int status : row.statuses) AnswerTimes(1, status);
    Grant("at");
    ExpectToken(Acquire(), "at", From::kNetwork);
    EXPECT_EQ(Waits(), row.waits);
    EXPECT_EQ(Requests(), row.statuses.size() + 1);
  }
}

TEST_F(BearerRetryTest, ImdsThatStaysGoneIsGivenUp) {
  struct Row {
    int status;
    std::size_t requests;
  };
  const Row rows[] = {{410, 8}, {504, 4}, {404, 4}, {400, 1}};
  for (const Row& row : rows) {
    Enter(IdentitySource::kImds);
    AnswerTimes(9, row.status, {{"Server", "IMDS/1"}});
    ExpectError(Acquire(), "managed_identity_request_failed");
    EXPECT_EQ(Requests(), row.requests) << row.status;
  }
}

TEST_F(BearerRetryTest, ATimeoutIsAskedAgain) {
  for (const IdentitySource source : kAll) {
    Enter(source);
    http_->Fail(HttpFailure::Kind::kTimeout);
    Grant("at");
    ExpectToken(Acquire(), "at", From::kNetwork);
    EXPECT_EQ(Waits(), std::vector<int>{1}) << Name(source);
  }
}

TEST_F(BearerRetryTest, ARetryThatDoesNotFitTheDeadlineIsNotWaitedFor) {
  Enter(IdentitySource::kAppService);
  AnswerTimes(1, 503, {{"Retry-After", "30"}});
  CallOptions call;
  call.timeout = seconds(20);
  ExpectError(Client().AcquireToken({.resource = "r"}, call), "managed_identity_request_failed");
  EXPECT_TRUE(clock_->Sleeps().empty());
}

}  // namespace
}  // namespace msiv2
