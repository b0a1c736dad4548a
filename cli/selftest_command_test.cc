// msiv2 selftest on a system that is not Windows. Its rows are tested in src/selftest.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/capture.h"
#include "cli/exit_codes.h"

namespace msiv2::cli {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;

const std::vector<std::string> kRows = {
    "system", "ncrypt",      "named_lock", "keyguard",          "keyguard_sign",       "per_boot",
    "tpm",    "ncrypt_sign", "memory_key", "certificate_store", "attestation_library", "attestation",
    "token"};
const std::vector<std::string> kHardware = {"keyguard", "keyguard_sign", "per_boot",
                                            "tpm",      "attestation",   "token"};

TEST(SelfTestCommand, JsonHasEveryRowWithItsReason) {
  const Captured run = RunCaptured({"selftest", "--windows", "--output", "json"});
  const json report = json::parse(run.out);
  std::vector<std::string> names;
  for (const json& row : report.at("rows")) {
    EXPECT_EQ(row.size(), 3u);
    names.push_back(row.at("name"));
    EXPECT_FALSE(row.at("text").get<std::string>().empty());
  }
  EXPECT_EQ(names, kRows);
  EXPECT_EQ(report.at("passed").get<std::size_t>() + report.at("failed").get<std::size_t>() +
                report.at("skipped").get<std::size_t>(),
            kRows.size());
  EXPECT_EQ(run.code, report.at("failed") == 0 ? kOk : kSelfTestFailure);
}

// Neither this system nor Wine has the hardware.
TEST(SelfTestCommand, HardwareNeverPassesWhereThereIsNone) {
  const Captured run = RunCaptured({"selftest", "--windows", "--imds", "--imds-base", "http://127.0.0.1:1"});
  for (const std::string& row : kHardware) EXPECT_THAT(run.out, HasSubstr("SKIPPED  " + row + " "));
  EXPECT_THAT(run.out, HasSubstr("\npassed "));
  EXPECT_THAT(run.out, HasSubstr(", failed 0, "));
  EXPECT_EQ(run.code, kOk);
  EXPECT_THAT(run.err, IsEmpty());
}

}  // namespace
}  // namespace msiv2::cli
