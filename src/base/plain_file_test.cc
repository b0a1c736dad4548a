#include "base/plain_file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace msiv2 {
namespace {

// These tests run on every system, so they do not use TemporaryFolder.
class PlainFile : public ::testing::Test {
 protected:
  PlainFile()
      : folder_(std::filesystem::temp_directory_path() /
                (std::string("msiv2-plain-file-") +
                 ::testing::UnitTest::GetInstance()->current_test_info()->name())) {
    std::filesystem::create_directories(folder_);
  }
  ~PlainFile() override { std::filesystem::remove_all(folder_); }

  std::string Path(const std::string& name) const { return (folder_ / name).string(); }
  std::string Write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return Path(name);
  }

 private:
  const std::filesystem::path folder_;
};

TEST_F(PlainFile, IsReadUpToTheGivenSize) {
  const std::string text = "one\r\ntwo" + std::string(1, '\0') + "three";
  const std::string path = Write("file", text);
  const auto whole = ReadPlainFile(path, 1000);
  ASSERT_TRUE(whole.bytes) << whole.cause;
  EXPECT_EQ(whole.bytes->Reveal(), text);
  EXPECT_EQ(ReadPlainFile(path, 3).bytes->Reveal(), "one");
  EXPECT_EQ(ReadPlainFile(Write("empty", ""), 3).bytes->Reveal(), "");
}

TEST_F(PlainFile, LargerThanTheLeastRoomIsReadWhole) {
  const std::string text(300000, 'x');
  EXPECT_EQ(ReadPlainFile(Write("file", text), 1000000).bytes->Reveal(), text);
}

TEST_F(PlainFile, RoomIsNeverMoreThanTheMost) {
  EXPECT_EQ(PlainFileRoom(0, 100), 100u);
  EXPECT_EQ(PlainFileRoom(0, 16000000), 65536u);
  EXPECT_EQ(PlainFileRoom(65536, 16000000), 65537u);
  EXPECT_EQ(PlainFileRoom(100, 100), 100u);
  EXPECT_EQ(PlainFileRoom(static_cast<std::size_t>(-1), 100), 100u);
}

// A13.
TEST_F(PlainFile, WhatIsNotOneIsRefusedWithItsCause) {
  EXPECT_NE(ReadPlainFile(Path("missing"), 10).cause, "");
  EXPECT_FALSE(ReadPlainFile(Path("missing"), 10).bytes);
  EXPECT_FALSE(ReadPlainFile(Path("."), 10).bytes);
  EXPECT_FALSE(ReadPlainFile("", 10).bytes);
  const std::string path = Write("file", "text");
  const auto cut = ReadPlainFile(path + std::string(1, '\0') + ".pem", 10);
  EXPECT_FALSE(cut.bytes);
  EXPECT_EQ(cut.cause, "its path holds a NUL");
}

}  // namespace
}  // namespace msiv2
