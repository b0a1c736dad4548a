#include "bench/soak/process_usage.h"

#include <gtest/gtest.h>

#include <fstream>

#include "bench/soak/child_process.h"
#include "bench/soak/emulator_service.h"
#include "bench/soak/neighbor_test_support.h"

namespace msiv2::soak {
namespace {

TEST(ProcessUsage, CountsAHandleMoreForAFileThatIsOpen) {
  const auto before = ReadProcessUsage(OwnProcessId());
  ASSERT_TRUE(before);
  if (before->handles == 0) GTEST_SKIP() << "Wine counts no handles";
  const std::ifstream file(OwnProgram());
  EXPECT_EQ(ReadProcessUsage(OwnProcessId())->handles, before->handles + 1);
  EXPECT_GT(before->resident_bytes, 0U);
}

TEST(ProcessUsage, OfAChildIsItsOwn) {
  ChildProcess child({Neighbor("msiv2_soak"), kServeEmulator});
  ASSERT_TRUE(child.SendLine("{}"));
  ASSERT_TRUE(child.ReceiveLine());
  const auto before = ReadProcessUsage(child.id());
  ASSERT_TRUE(before);
  EXPECT_GT(before->resident_bytes, 0U);
  const std::ifstream file(OwnProgram());
  EXPECT_EQ(ReadProcessUsage(child.id())->handles, before->handles) << "the file is open in this process";
}

TEST(ProcessUsage, OfAProcessThatDoesNotExistIsUnknown) { EXPECT_FALSE(ReadProcessUsage(0xFFFFFFF0)); }

}  // namespace
}  // namespace msiv2::soak
