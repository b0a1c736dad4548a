#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "selftest/machine_test_support.h"
#include "windows/testing/fake_named_locks.h"

namespace msiv2::selftest {
namespace {

using ::testing::HasSubstr;

TEST(SystemRowTest, ANewWindowsPassesWithItsVersion) {
  Machine machine;
  const RowAnswer answer = SystemRow(machine.Input());
  EXPECT_EQ(answer.outcome, SelfTestOutcome::kPass);
  EXPECT_EQ(answer.text, "Windows 10.0.26100");
  EXPECT_FALSE(answer.found.is_wine);
}

TEST(SystemRowTest, TheBuildDecidesNotTheNameOfTheRelease) {
  Machine machine;
  for (const auto& [build, outcome] :
       {std::pair{20348U, SelfTestOutcome::kPass}, std::pair{20347U, SelfTestOutcome::kSkipped}}) {
    machine.parts->system = [build = build] { return SystemFacts{10, 0, build, ""}; };
    EXPECT_EQ(SystemRow(machine.Input()).outcome, outcome) << build;
  }
  machine.parts->system = [] { return SystemFacts{6, 3, 30000, ""}; };
  EXPECT_EQ(SystemRow(machine.Input()).outcome, SelfTestOutcome::kSkipped);
}

TEST(SystemRowTest, WineIsSkippedHoweverNewItPoses) {
  Machine machine;
  machine.parts->system = [] { return SystemFacts{10, 0, 26100, "8.0"}; };
  const RowAnswer answer = SystemRow(machine.Input());
  EXPECT_EQ(answer.outcome, SelfTestOutcome::kSkipped);
  EXPECT_THAT(answer.text, HasSubstr("Wine 8.0"));
  EXPECT_TRUE(answer.found.is_wine);
}

TEST(SystemRowTest, AVersionThatCannotBeReadFails) {
  Machine machine;
  machine.parts->system = [] { return Result<SystemFacts>(Error(ErrorCode::kInvalidRequest, "no word")); };
  EXPECT_EQ(SystemRow(machine.Input()).outcome, SelfTestOutcome::kFail);
}

TEST(NCryptRowTest, PassesOrNamesWhatIsMissing) {
  Machine machine;
  EXPECT_EQ(NCryptRow(machine.Input()).outcome, SelfTestOutcome::kPass);
  machine.parts->ncrypt = [] {
    return Result<void>(Error(ErrorCode::kKeyCreationFailed, "no NCryptSignHash"));
  };
  const RowAnswer answer = NCryptRow(machine.Input());
  EXPECT_EQ(answer.outcome, SelfTestOutcome::kFail);
  EXPECT_EQ(answer.text, "no NCryptSignHash");
}

TEST(NamedLockRowTest, ALockThatKeepsOthersOutPasses) {
  Machine machine;
  const RowAnswer answer = NamedLockRow(machine.Input());
  EXPECT_EQ(answer.outcome, SelfTestOutcome::kPass) << answer.text;
}

TEST(NamedLockRowTest, ALockThatTwoCanHaveFails) {
  Machine machine;
  windows::fake::FakeNamedLocks generous;
  machine.parts->locks = &generous;
  const RowAnswer answer = NamedLockRow(machine.Input());
  EXPECT_EQ(answer.outcome, SelfTestOutcome::kFail);
  EXPECT_EQ(answer.text, "a lock that is held is owned to another thread");
  EXPECT_EQ(generous.Held(), 0);
}

TEST(NamedLockRowTest, ALockThatCannotBeHadOrReleasedFails) {
  Machine machine;
  windows::fake::FakeNamedLocks none(windows::LockGrant::kUnavailable);
  machine.parts->locks = &none;
  EXPECT_EQ(NamedLockRow(machine.Input()).text, "a new lock is unavailable");
  machine.locks.releases = false;
  machine.parts->locks = &machine.locks;
  const RowAnswer answer = NamedLockRow(machine.Input());
  EXPECT_EQ(answer.outcome, SelfTestOutcome::kFail);
  EXPECT_THAT(answer.text, HasSubstr("after its release the lock is busy"));
}

}  // namespace
}  // namespace msiv2::selftest
