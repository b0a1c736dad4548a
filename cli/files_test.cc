#include "cli/files.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "cli/capture.h"
#include "cli/exit_codes.h"

namespace msiv2::cli {
namespace {

class Files : public ::testing::Test {
 protected:
  Files()
      : folder_(std::filesystem::temp_directory_path() /
                (std::string("msiv2-cli-files-") +
                 ::testing::UnitTest::GetInstance()->current_test_info()->name())) {
    std::filesystem::create_directories(folder_);
  }
  ~Files() override { std::filesystem::remove_all(folder_); }

  std::string Path(const char* name) const { return (folder_ / name).string(); }

 private:
  const std::filesystem::path folder_;
};

TEST_F(Files, WhatIsWrittenIsReadAgain) {
  const std::string text = "one\r\ntwo" + std::string(1, '\0') + "\n";
  ASSERT_EQ(WriteOutputFile(Path("file"), text + text), "");
  ASSERT_EQ(WriteOutputFile(Path("file"), text), "") << "a shorter text replaces all of the longer one";
  const FileText read = ReadInputFile(Path("file"));
  ASSERT_TRUE(read.text) << read.cause;
  EXPECT_EQ(*read.text, text);
  ASSERT_EQ(WriteOutputFile(Path("empty"), ""), "");
  EXPECT_EQ(ReadInputFile(Path("empty")).text, "");
}

// A13.
TEST_F(Files, APathThatIsNotAFileIsRefusedWithItsCause) {
  for (const char* name : {"missing", "."}) {
    EXPECT_FALSE(ReadInputFile(Path(name)).text) << name;
    EXPECT_NE(ReadInputFile(Path(name)).cause, "") << name;
  }
  EXPECT_NE(WriteOutputFile(Path("."), "text"), "");
  EXPECT_NE(WriteOutputFile(Path("missing/file"), "text"), "");
}

// A13.
TEST_F(Files, AFileThatIsTooLargeIsRefused) {
  ASSERT_EQ(WriteOutputFile(Path("file"), ""), "");
  std::filesystem::resize_file(Path("file"), kMostFileBytes + 1);  // a hole, not bytes
  EXPECT_EQ(ReadInputFile(Path("file")).cause, "it is larger than 256 MiB");
}

// N12.
TEST_F(Files, AWrongRuleOfAFaultsFileIsNamedWithItsFileAndLine) {
  const std::string path = Path("rules");
  ASSERT_EQ(WriteOutputFile(path, "# a comment\n\nimds.token status=500\r\nimds.token answr=x\x1b\n"), "");
  const Captured run = RunCaptured({"emulator", "--until-stdin-closes", "--faults-file", path});
  EXPECT_EQ(run.code, kUsage);
  EXPECT_EQ(run.out, "");
  EXPECT_EQ(run.err.find('\x1b'), std::string::npos);
  const std::string cause = "cannot read " + path + ": line 4: Fault rule: 'answr' is not known";
  EXPECT_NE(run.err.find(cause), std::string::npos) << run.err;
}

}  // namespace
}  // namespace msiv2::cli
