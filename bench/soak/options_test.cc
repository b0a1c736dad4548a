#include "bench/soak/options.h"

#include <gtest/gtest.h>

#include <vector>

namespace msiv2::soak {
namespace {

std::optional<SoakOptions> Parse(std::vector<const char*> arguments, int& exit_code) {
  arguments.insert(arguments.begin(), "msiv2_soak");
  return ParseSoakOptions(static_cast<int>(arguments.size()), arguments.data(), exit_code);
}

TEST(SoakOptions, AreTwoMinutesOfTextWhenNothingIsSaid) {
  int exit_code = -1;
  const auto options = Parse({}, exit_code);
  ASSERT_TRUE(options);
  EXPECT_EQ(options->duration, std::chrono::minutes(2));
  EXPECT_EQ(options->longest_overrun, std::chrono::seconds(1));
  EXPECT_TRUE(options->faults);
  EXPECT_FALSE(options->json);
  EXPECT_EQ(options->certificate_age, std::chrono::minutes(5));
}

TEST(SoakOptions, AreReadFromTheCommandLine) {
  int exit_code = -1;
  const auto options = Parse({"--hours", "1", "--minutes", "0.5", "--threads", "3", "--seed", "9",
                              "--identities", "2", "--largest-step", "1.5", "--longest-overrun", "0.5",
                              "--no-faults", "--output", "json", "--certificate-age", "12"},
                             exit_code);
  ASSERT_TRUE(options);
  EXPECT_EQ(options->duration, std::chrono::minutes(60) + std::chrono::seconds(30));
  EXPECT_EQ(options->threads, 3);
  EXPECT_EQ(options->seed, 9U);
  EXPECT_EQ(options->identities, 2);
  EXPECT_EQ(options->largest_step, std::chrono::seconds(90));
  EXPECT_EQ(options->longest_overrun, std::chrono::milliseconds(500));
  EXPECT_FALSE(options->faults);
  EXPECT_TRUE(options->json);
  EXPECT_EQ(options->certificate_age, std::chrono::hours(12));
}

TEST(SoakOptions, EndWithHelpOrARefusal) {
  ::testing::internal::CaptureStdout();
  int exit_code = -1;
  EXPECT_FALSE(Parse({"--help"}, exit_code));
  EXPECT_EQ(exit_code, 0);
  EXPECT_NE(::testing::internal::GetCapturedStdout().find("Examples:"), std::string::npos);
  ::testing::internal::CaptureStderr();
  for (const std::vector<const char*>& wrong : std::vector<std::vector<const char*>>{
           {"--threads", "0"}, {"--minutes", "-1"}, {"--output", "xml"}, {"--seed", "x"}, {"--bogus"}}) {
    EXPECT_FALSE(Parse(wrong, exit_code)) << wrong[0];
    EXPECT_EQ(exit_code, 2) << wrong[0];
  }
  ::testing::internal::GetCapturedStderr();
}

}  // namespace
}  // namespace msiv2::soak
