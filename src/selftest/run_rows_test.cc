#include "selftest/run_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

#include "base/wait.h"
#include "selftest/machine_test_support.h"
#include "selftest/run_row.h"
#include "x509/spki.h"

namespace msiv2::selftest {
namespace {

using ::testing::HasSubstr;

const SelfTestRow& Of(const SelfTestReport& report, std::string_view name) {
  for (const SelfTestRow& row : report.rows) {
    if (row.name == name) return row;
  }
  throw std::out_of_range(std::string(name));
}

/// Gate blocks a caller of Pass until the gate is opened.
class Gate {
 public:
  void Pass() {
    std::unique_lock lock(mutex_);
    opened_.wait(lock, [&] { return is_open_; });
    has_passed_ = true;
    opened_.notify_all();
  }
  /// Open releases the caller that waits, and waits until it has left.
  void Open() {
    std::unique_lock lock(mutex_);
    is_open_ = true;
    opened_.notify_all();
    opened_.wait(lock, [&] { return has_passed_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable opened_;
  bool is_open_ = false;
  bool has_passed_ = false;
};

TEST(RunRowsTest, AWorkingMachineHasNoFailureAndTellsItsKey) {
  Machine machine;
  std::vector<std::string> told;
  const auto report =
      RunRows(machine.parts, machine.Context(), [&](const SelfTestRow& row) { told.push_back(row.name); });
  ASSERT_TRUE(report);
  EXPECT_EQ(report->Count(SelfTestOutcome::kFail), 0U);
  EXPECT_EQ(report->Count(SelfTestOutcome::kPass), 9U);
  EXPECT_EQ(report->Count(SelfTestOutcome::kSkipped), 4U) << "per_boot, library, attestation, token";
  EXPECT_EQ(report->keyguard_key, x509::SpkiSha256Hex(machine.keyguard->PublicKey()));
  ASSERT_EQ(told.size(), report->rows.size());
  for (std::size_t i = 0; i < told.size(); ++i) EXPECT_EQ(told[i], report->rows[i].name);
}

TEST(RunRowsTest, WhatThrowsOrHangsDoesNotStopTheOthers) {
  Machine machine;
  const auto gate = std::make_shared<Gate>();
  machine.parts->row_limit = std::chrono::milliseconds(2000);
  machine.parts->system = []() -> Result<SystemFacts> { throw std::runtime_error("odd\nweather"); };
  machine.parts->ncrypt = [gate]() -> Result<void> {
    gate->Pass();
    return {};
  };
  const auto report = RunRows(machine.parts, machine.Context(), {});
  gate->Open();
  ASSERT_TRUE(report);
  EXPECT_EQ(Of(*report, "system").outcome, SelfTestOutcome::kFail);
  EXPECT_EQ(Of(*report, "system").text, "it threw: odd weather");
  EXPECT_EQ(Of(*report, "ncrypt").outcome, SelfTestOutcome::kFail);
  EXPECT_THAT(Of(*report, "ncrypt").text, HasSubstr("2000 ms"));
  EXPECT_EQ(Of(*report, "keyguard").outcome, SelfTestOutcome::kPass);
}

TEST(RunRowsTest, ACancelledCallIsAnErrorAlsoWhileARowHangs) {
  Machine machine;
  const auto gate = std::make_shared<Gate>();
  const CancellationSource source;
  machine.parts->system = [gate, source]() -> Result<SystemFacts> {
    source.Cancel();
    gate->Pass();
    return SystemFacts{};
  };
  CallContext context = machine.Context();
  context.cancellation = source.token();
  const auto report = RunRows(machine.parts, context, {});
  gate->Open();
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, ErrorCode::kCanceled);
}

TEST(RunRowsTest, APassedDeadlineIsAnError) {
  Machine machine;
  CallContext context = machine.Context();
  context.deadline = machine.parts->clock->MonotonicNow();
  const auto report = RunRows(machine.parts, context, {});
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, ErrorCode::kTimeout);
}

TEST(SkipRowsTest, EveryRowHasTheReason) {
  const SelfTestReport report = SkipRows("this is not a Windows system", {});
  EXPECT_EQ(report.rows.size(), 13U);
  EXPECT_EQ(report.Count(SelfTestOutcome::kSkipped), 13U);
  for (const SelfTestRow& row : report.rows) EXPECT_EQ(row.text, "this is not a Windows system");
  EXPECT_EQ(Name(SelfTestOutcome::kPass), "PASS");
  EXPECT_EQ(Name(SelfTestOutcome::kFail), "FAIL");
  EXPECT_EQ(Name(SelfTestOutcome::kSkipped), "SKIPPED");
}

}  // namespace
}  // namespace msiv2::selftest
