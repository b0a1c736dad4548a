// What another user can put at a path that a flag names.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "cli/capture.h"
#include "cli/exit_codes.h"
#include "cli/files.h"
#include "tests/support/temporary_folder.h"

namespace msiv2::cli {
namespace {

using ::testing::HasSubstr;

class FileTraps : public ::testing::Test {
 protected:
  std::string Path(const char* name) const { return (folder_ / name).string(); }
  std::string Pipe() const {
    EXPECT_EQ(::mkfifo(Path("pipe").c_str(), 0600), 0);
    return Path("pipe");
  }
  std::string LinkTo(const std::string& target) const {
    std::filesystem::create_symlink(target, Path("link"));
    return Path("link");
  }

  msiv2::testing::TemporaryFolder folder_;
};

// A13.
TEST_F(FileTraps, NoLinkIsWrittenThrough) {
  const std::string victim = folder_.Write("victim", "keep");
  EXPECT_EQ(WriteOutputFile(LinkTo(victim), "text"), "it is a symbolic link");
  EXPECT_EQ(ReadInputFile(victim).text, "keep");
}

// A13.
TEST_F(FileTraps, NoLinkToAFileThatIsMissingMakesIt) {
  EXPECT_EQ(WriteOutputFile(LinkTo(Path("missing")), "text"), "it is a symbolic link");
  EXPECT_FALSE(std::filesystem::exists(Path("missing")));
}

// A13. Neither without a reader, for which it would wait, nor with a reader, which would get the text.
TEST_F(FileTraps, NoPipeIsWrittenTo) {
  const std::string pipe = Pipe();
  EXPECT_NE(WriteOutputFile(pipe, "text"), "");
  const int reader = ::open(pipe.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  ASSERT_GE(reader, 0);
  EXPECT_EQ(WriteOutputFile(pipe, "text"), "it is not a regular file");
  char byte = 0;
  EXPECT_LE(::read(reader, &byte, 1), 0);
  ::close(reader);
}

// A13.
TEST_F(FileTraps, NoPipeAndNoDeviceIsRead) {
  EXPECT_EQ(ReadInputFile(Pipe()).cause, "it is not a regular file");
  EXPECT_EQ(ReadInputFile("/dev/zero").cause, "it is not a regular file");
}

TEST_F(FileTraps, ANullDeviceIsWrittenTo) { EXPECT_EQ(WriteOutputFile("/dev/null", "text"), ""); }

// A13. The flags use these functions.
TEST_F(FileTraps, TheFlagsOfTheEmulatorFollowNoLinkAndWaitForNoPipe) {
  const std::string victim = folder_.Write("victim", "keep");
  const Captured linked = RunCaptured({"emulator", "--until-stdin-closes", "--ca-out", LinkTo(victim)});
  EXPECT_EQ(linked.code, kOther);
  EXPECT_THAT(linked.err, HasSubstr("cannot write " + Path("link") + ": it is a symbolic link"));
  EXPECT_EQ(ReadInputFile(victim).text, "keep");
  const std::string pipe = Pipe();
  EXPECT_EQ(RunCaptured({"emulator", "--until-stdin-closes", "--ca-out", pipe}).code, kOther);
  const Captured faults = RunCaptured({"emulator", "--until-stdin-closes", "--faults-file", pipe});
  EXPECT_EQ(faults.code, kUsage);
  EXPECT_THAT(faults.err, HasSubstr("cannot read " + pipe + ": it is not a regular file"));
}

// A13.
TEST_F(FileTraps, TheFlagsOfCallFollowNoLinkAndWaitForNoPipe) {
  const Captured data = RunCaptured({"--emulator", "call", "/hello", "--attestation", "--data-file", Pipe()});
  EXPECT_EQ(data.code, kUsage);
  EXPECT_THAT(data.err, HasSubstr("cannot read --data-file " + Path("pipe") + ": it is not a regular file"));
  const std::string victim = folder_.Write("victim", "keep");
  const Captured output =
      RunCaptured({"--emulator", "call", "/hello", "--attestation", "--output-file", LinkTo(victim)});
  EXPECT_EQ(output.code, kOther);
  EXPECT_THAT(output.err, HasSubstr("it is a symbolic link"));
  EXPECT_EQ(ReadInputFile(victim).text, "keep");
}

}  // namespace
}  // namespace msiv2::cli
