#include "bench/soak/emulator_process.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "bench/soak/neighbor_test_support.h"
#include "bench/soak/soak.h"

namespace msiv2::soak {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

TEST(EmulatorProcess, ServesUntilItIsClosed) {
  EmulatorProcess process(Neighbor("msiv2_soak"), SoakOptions());
  const std::string control = process.endpoints().control;
  EXPECT_TRUE(emulator::Attach(control));
  EXPECT_TRUE(process.Usage());
  process.AddFault("imds.* status=503");
  process.ClearFaults();
  process.RevokeCertificates();
  process.SetClockOffset(std::chrono::seconds(90));
  EXPECT_TRUE(process.TakeLog().empty());
  process.Close();
  EXPECT_FALSE(process.Failure());
  EXPECT_FALSE(emulator::Attach(control)) << "nothing is left of it";
  EXPECT_FALSE(process.Usage());
}

TEST(EmulatorProcess, ARequestThatItCannotDoIsAFailureAndTheLastRequest) {
  EmulatorProcess process(Neighbor("msiv2_soak"), SoakOptions());
  process.AddFault("imds.* nonsense=1");
  const auto failure = process.Failure();
  ASSERT_TRUE(failure);
  EXPECT_THAT(*failure, HasSubstr("could not do what it was asked for"));
  EXPECT_THAT(*failure, HasSubstr("nonsense"));
  process.AddFault("imds.* gibberish=1");
  EXPECT_EQ(process.Failure(), failure);
}

TEST(EmulatorProcess, AProgramThatIsMissingIsNamed) {
  EXPECT_THROW(EmulatorProcess(Neighbor("no_such_program"), SoakOptions()), std::exception);
}

// B13.
TEST(Soak, EndsWithAClearSentenceIfTheEmulatorProcessDoes) {
  SoakOptions options;
  options.duration = std::chrono::hours(1);
  options.threads = 2;
  options.identities = 1;
  options.longest_overrun = std::chrono::hours(1);
  std::ostringstream progress;
  const Report report = RunSoak(options, Neighbor("emulator_that_ends"), progress);
  EXPECT_FALSE(report.Passed());
  EXPECT_THAT(report.counts.first_violations, Contains("the emulator process ended with exit code 3"));
}

}  // namespace
}  // namespace msiv2::soak
