#include "base/file_stamp.h"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>

namespace msiv2 {
namespace {

namespace fs = std::filesystem;

class FileStampTest : public ::testing::Test {
 protected:
  FileStampTest() { fs::create_directories(folder_); }
  ~FileStampTest() override { fs::remove_all(folder_); }

  std::string Write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return (folder_ / name).string();
  }
  // Moves the time of the last write forward, so that the test does not wait for the clock of the file
  // system.
  static void Touch(const std::string& path) {
    fs::last_write_time(path, fs::last_write_time(path) + std::chrono::seconds(2));
  }

  const fs::path folder_ =
      fs::temp_directory_path() /
      (std::string("msiv2-file-stamp-") + ::testing::UnitTest::GetInstance()->current_test_info()->name());
};

TEST_F(FileStampTest, IsTheSameWhileTheFileIsNotWritten) {
  const std::string path = Write("file", "text");
  EXPECT_NE(FileStamp(path), "");
  EXPECT_EQ(FileStamp(path), FileStamp(path));
}

TEST_F(FileStampTest, ChangesWithTheSize) {
  const std::string path = Write("file", "text");
  const std::string before = FileStamp(path);
  Write("file", "longer text");
  EXPECT_NE(FileStamp(path), before);
}

TEST_F(FileStampTest, ChangesWithTheTimeOfTheLastWrite) {
  const std::string path = Write("file", "text");
  const std::string before = FileStamp(path);
  Touch(path);
  EXPECT_NE(FileStamp(path), before);
}

TEST_F(FileStampTest, ChangesWithAnotherFileInItsPlace) {
  const std::string path = Write("file", "text");
  const std::string before = FileStamp(path);
  const std::string other = Write("other", "text");
  Touch(other);
  fs::rename(other, path);
  EXPECT_NE(FileStamp(path), before);
}

// On Windows the standard library cannot set the time of a folder. Entries are added until the clock of the
// file system moves on.
TEST_F(FileStampTest, ChangesForAFolderThatGetsAnEntry) {
  const std::string before = FileStamp(folder_.string());
  ASSERT_NE(before, "");
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  int entries = 0;
  while (FileStamp(folder_.string()) == before && std::chrono::steady_clock::now() < deadline) {
    Write("entry" + std::to_string(entries++), "");
  }
  EXPECT_GT(entries, 0);
  EXPECT_NE(FileStamp(folder_.string()), before);
}

TEST_F(FileStampTest, IsEmptyWhereThereIsNothing) {
  const std::string path = Write("file", "text");
  EXPECT_EQ(FileStamp((folder_ / "missing").string()), "");
  EXPECT_EQ(FileStamp(""), "");
  EXPECT_EQ(FileStamp(path + std::string(1, '\0') + "x"), "");
}

}  // namespace
}  // namespace msiv2
