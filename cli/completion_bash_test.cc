// The completions of bash, typed at a terminal.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "cli/bash_session.h"
#include "tests/support/temporary_folder.h"

namespace msiv2::cli {
namespace {

class BashCompletion : public ::testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(folder_ / "outer" / "inner");
    folder_.Write("outer/inner/body.json", "{}");
    folder_.Write("a body.json", "{}");
  }

  msiv2::testing::TemporaryFolder folder_;
  std::unique_ptr<BashSession> bash_ = std::make_unique<BashSession>(MSIV2_COMMAND, folder_.path().string());
};

// N8.
TEST_F(BashCompletion, EntersFolders) {
  EXPECT_EQ(bash_->Type("msiv2 call --data-file out\tin\tbo\t"),
            "<call><--data-file><outer/inner/body.json>");
  EXPECT_EQ(bash_->Type("msiv2 call --data-file=out\tin\tbo\t"), "<call><--data-file=outer/inner/body.json>");
  EXPECT_EQ(bash_->Type("msiv2 emulator --arc-folder out\tin\t"), "<emulator><--arc-folder><outer/inner/>");
}

// N8.
TEST_F(BashCompletion, QuotesNamesWithBlanks) {
  EXPECT_EQ(bash_->Type("msiv2 call --data-file a\t"), "<call><--data-file><a body.json>");
  EXPECT_EQ(bash_->Type("msiv2 call --data-file 'a\t"), "<call><--data-file><a body.json>");
  EXPECT_EQ(bash_->Type("msiv2 call --data-file a\\ b\t"), "<call><--data-file><a body.json>");
}

// N8.
TEST_F(BashCompletion, OffersValuesAfterAnEqualsSign) {
  EXPECT_EQ(bash_->Type("msiv2 token --output=j\t"), "<token><--output=json>");
  EXPECT_EQ(bash_->Type("msiv2 token --output j\t"), "<token><--output><json>");
  EXPECT_EQ(bash_->Type("msiv2 csr --d\t"), "<csr><--der>");
}

// N8.
TEST_F(BashCompletion, OffersTheNextValueOfAList) {
  EXPECT_EQ(bash_->Type("msiv2 emulator --source imds,w\t"), "<emulator><--source><imds,workload>");
  EXPECT_EQ(bash_->Type("msiv2 emulator --source=imds,arc,w\t"), "<emulator><--source=imds,arc,workload>");
  EXPECT_EQ(bash_->Type("msiv2 token --source im\t"), "<token><--source><imds>");
}

TEST_F(BashCompletion, KnowsTheFlagsOfTheProgramAfterACommand) {
  EXPECT_EQ(bash_->Type("msiv2 token --emu\t"), "<token><--emulator>");
  EXPECT_EQ(bash_->Type("msiv2 help cap\t"), "<help><capabilities>");
}

}  // namespace
}  // namespace msiv2::cli
