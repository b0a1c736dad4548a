#include "bench/soak/child_process.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <system_error>

#include "bench/soak/emulator_service.h"
#include "bench/soak/neighbor_test_support.h"

namespace msiv2::soak {
namespace {

TEST(ChildProcess, AnswersLineByLineAndEndsWhenItsInputDoes) {
  ChildProcess child({Neighbor("msiv2_soak"), kServeEmulator});
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(child.SendLine("nonsense"));
    const auto answer = child.ReceiveLine();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->rfind("{\"error\":", 0), 0U) << *answer;
  }
  EXPECT_NE(child.id(), OwnProcessId());
  EXPECT_EQ(child.Close(), 0);
  EXPECT_EQ(child.Close(), 0) << "a second time";
}

TEST(ChildProcess, ThatHasEndedNeitherWritesNorReadsAndHasAnExitCode) {
  ChildProcess child({Neighbor("msiv2_soak"), "no-such-argument"});
  while (child.ReceiveLine()) {
  }
  EXPECT_FALSE(child.SendLine("x"));
  EXPECT_EQ(child.Close(), 2);
}

TEST(ChildProcess, OfAProgramThatIsMissingIsAnErrorWithItsPath) {
  const std::string missing = Neighbor("no_such_program");
  try {
    const ChildProcess child({missing});
    FAIL() << "it was started";
  } catch (const std::system_error& problem) {
    EXPECT_NE(std::string(problem.what()).find(missing), std::string::npos) << problem.what();
  }
}

TEST(OwnProgram, IsAFileThatCanBeStartedAgain) { EXPECT_TRUE(std::filesystem::exists(OwnProgram())); }

}  // namespace
}  // namespace msiv2::soak
