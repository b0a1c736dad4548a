// What another program can put in the place of a file.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <string>

#include "base/plain_file.h"
#include "tests/support/temporary_folder.h"

namespace msiv2 {
namespace {

constexpr char kNotRegular[] = "it is not a regular file";

class PlainFileTrap : public ::testing::Test {
 protected:
  std::string Path(const char* name) const { return (folder_ / name).string(); }

  testing::TemporaryFolder folder_;
};

// A13. Without the check the first read hangs until a writer comes.
TEST_F(PlainFileTrap, APipeIsRefusedWithoutAWriter) {
  ASSERT_EQ(::mkfifo(Path("pipe").c_str(), 0600), 0);
  EXPECT_EQ(ReadPlainFile(Path("pipe"), 10).cause, kNotRegular);
  std::filesystem::create_symlink(Path("pipe"), Path("link"));
  EXPECT_EQ(ReadPlainFile(Path("link"), 10).cause, kNotRegular);
}

// A13.
TEST_F(PlainFileTrap, APipeWithAWriterIsRefusedToo) {
  ASSERT_EQ(::mkfifo(Path("pipe").c_str(), 0600), 0);
  const int both = ::open(Path("pipe").c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_GE(both, 0);
  EXPECT_EQ(::write(both, "text", 4), 4);
  EXPECT_EQ(ReadPlainFile(Path("pipe"), 10).cause, kNotRegular);
  ::close(both);
}

// A13.
TEST_F(PlainFileTrap, ADeviceASocketAndAFolderAreRefused) {
  EXPECT_EQ(ReadPlainFile("/dev/zero", 10).cause, kNotRegular);
  EXPECT_EQ(ReadPlainFile(folder_.path().string(), 10).cause, kNotRegular);
  const int server = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, Path("socket").c_str(), sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(server, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  EXPECT_FALSE(ReadPlainFile(Path("socket"), 10).bytes);
  ::close(server);
}

// Kubernetes exposes its files through links.
TEST_F(PlainFileTrap, ALinkToAFileIsFollowed) {
  folder_.Write("file", "text");
  std::filesystem::create_symlink(Path("file"), Path("link"));
  EXPECT_EQ(ReadPlainFile(Path("link"), 10).bytes->Reveal(), "text");
}

// The kernel reports no size for these files.
TEST_F(PlainFileTrap, AFileWithoutASizeIsRead) {
  EXPECT_FALSE(ReadPlainFile("/proc/self/status", 100000).bytes->empty());
}

// A13. A sibling: a file that is larger than its reported size is read completely, up to the limit.
TEST_F(PlainFileTrap, AFileThatIsLargerThanItSaysIsNotCut) {
  std::string full(65536, 'a');
  ASSERT_TRUE(GrowPlainFileRoom(full, 100000));
  EXPECT_EQ(full.size(), 100000u);
  EXPECT_EQ(full.substr(0, 65536), std::string(65536, 'a'));
  EXPECT_FALSE(GrowPlainFileRoom(full, 100000));
  const auto maps = ReadPlainFile("/proc/kallsyms", 200000);
  if (maps.bytes && maps.bytes->size() > 65536) {
    EXPECT_EQ(maps.bytes->size(), 200000u);
  }
}

}  // namespace
}  // namespace msiv2
