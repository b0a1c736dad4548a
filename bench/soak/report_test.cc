#include "bench/soak/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

namespace msiv2::soak {
namespace {

using ::testing::HasSubstr;

constexpr std::uint64_t kMebibyte = std::uint64_t{1} << 20;

Report WithUsage() {
  Report report;
  report.client = {ProcessUsage{kMebibyte, 5}, ProcessUsage{2 * kMebibyte, 20},
                   ProcessUsage{3 * kMebibyte, 30}, ProcessUsage{2 * kMebibyte, 6}};
  report.emulator = {ProcessUsage{4 * kMebibyte, 10}, ProcessUsage{5 * kMebibyte, 11},
                     ProcessUsage{6 * kMebibyte, 12}, std::nullopt};
  return report;
}

// B13.
TEST(SoakReport, TellsClientAndEmulatorApart) {
  std::ostringstream text;
  PrintText(text, WithUsage());
  EXPECT_THAT(text.str(),
              HasSubstr("client: RSS 1.0 MiB at the start, 2.0 MiB after the first round, 3.0 MiB "
                        "at the end, 2.0 MiB when all was closed\n"
                        "client: handles 5 at the start, 20 after the first round, 30 at the end, "
                        "6 when all was closed\n"
                        "emulator: RSS 4.0 MiB at the start, 5.0 MiB after the first round, 6.0 "
                        "MiB at the end\n"
                        "emulator: handles 10 at the start, 11 after the first round, 12 at the "
                        "end\n"));
}

TEST(SoakReport, HasBothProcessesInJson) {
  std::ostringstream text;
  PrintJson(text, WithUsage());
  const auto report = nlohmann::json::parse(text.str());
  EXPECT_EQ(report.at("client").at("at_end").at("resident_bytes"), 3 * kMebibyte);
  EXPECT_EQ(report.at("client").at("closed").at("handles"), 6);
  EXPECT_EQ(report.at("emulator").at("at_end").at("handles"), 12);
  EXPECT_TRUE(report.at("emulator").at("closed").is_null());
}

TEST(SoakReport, SaysWhatIsNotKnown) {
  std::ostringstream text;
  PrintText(text, Report());
  EXPECT_THAT(text.str(), HasSubstr("client: memory and handles are not known\n"));
  EXPECT_THAT(text.str(), HasSubstr("emulator: memory and handles are not known\n"));
  Report of_wine = WithUsage();
  of_wine.client.at_start->handles = 0;
  PrintText(text, of_wine);
  EXPECT_THAT(text.str(), HasSubstr("client: handles are not known\n"));
}

}  // namespace
}  // namespace msiv2::soak
