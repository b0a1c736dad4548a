// The file that a challenge of Azure Arc names: accepted only if the agent itself has put it there.
#include "v1/arc_files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "tests/support/temporary_folder.h"

namespace msiv2::v1 {
namespace {

namespace fs = std::filesystem;

TEST(ArcKeyName, IsOfAFileInTheFolderItself) {
  const std::string folder = "/var/opt/azcmagent/tokens";
  EXPECT_EQ(*ArcKeyName(folder, folder + "/abc.key"), "abc.key");
  for (const char* bad :
       {"", "abc.key", "/abc.key", "/etc/abc.key", "/var/opt/azcmagent/tokens/abc.txt",
        "/var/opt/azcmagent/tokens/.key", "/var/opt/azcmagent/tokens/", "/var/opt/azcmagent/tokens",
        "/var/opt/azcmagent/tokens/sub/abc.key", "/var/opt/azcmagent/tokens/../abc.key",
        "/var/opt/azcmagent/tokens/../tokens/abc.key", "/var/opt/azcmagent/tokens//abc.key",
        "/var/opt/azcmagent/Tokens/abc.key", "//var/opt/azcmagent/tokens/abc.key",
        "/var/opt/azcmagent/tokens/abc.key:stream", "/var/opt/azcmagent/tokens/a\n.key",
        "/var/opt/azcmagent/tokens/abc.KEY", "var/opt/azcmagent/tokens/abc.key"}) {
    const auto name = ArcKeyName(folder, bad);
    ASSERT_FALSE(name) << bad;
    EXPECT_EQ(Name(name.error().code), "managed_identity_request_failed");
    EXPECT_NE(name.error().message.find("invalid file"), std::string::npos);
  }
  EXPECT_FALSE(ArcKeyName("", "/abc.key"));
}

class ArcKeyFile : public ::testing::Test {
 protected:
  void SetUp() override { fs::create_directory(Folder()); }

  std::string Folder() const { return (root_ / "tokens").string(); }
  void ExpectRefused(const std::string& name, std::string_view part) const {
    const auto key = ReadArcKey(Folder(), name);
    ASSERT_FALSE(key) << name;
    EXPECT_NE(key.error().message.find(part), std::string::npos) << key.error().message;
    EXPECT_EQ(key.error().message.find("contents"), std::string::npos);
  }

  testing::TemporaryFolder root_;
};

TEST_F(ArcKeyFile, AKeyFileIsRead) {
  root_.Write("tokens/a.key", "contents");
  const auto key = ReadArcKey(Folder(), "a.key");
  ASSERT_TRUE(key) << key.error().message;
  EXPECT_EQ(key->Reveal(), "contents");
}

TEST_F(ArcKeyFile, HasAtMost4096Bytes) {
  root_.Write("tokens/full.key", std::string(4096, 'k'));
  EXPECT_EQ(ReadArcKey(Folder(), "full.key")->size(), 4096U);
  root_.Write("tokens/large.key", std::string(4097, 'k'));
  ExpectRefused("large.key", "larger than 4096");
}

TEST_F(ArcKeyFile, HoldsAKeyThatAHeaderCanCarry) {
  for (const char* text : {"", " \r\n", "a\r\nX: y", "a\x01"}) {
    root_.Write("tokens/odd.key", text);
    ExpectRefused("odd.key", "holds no key");
  }
}

TEST_F(ArcKeyFile, ALinkOrAFileWithTwoNamesIsRefused) {
  root_.Write("outside", "contents");
  fs::create_symlink(root_ / "outside", root_ / "tokens/soft.key");
  ExpectRefused("soft.key", "is a link");
  fs::create_hard_link(root_ / "outside", root_ / "tokens/hard.key");
  ExpectRefused("hard.key", "one name");
}

TEST_F(ArcKeyFile, IsNeitherFolderNorPipe) {
  fs::create_directory(root_ / "tokens/folder.key");
  ExpectRefused("folder.key", "not a plain file");
  ASSERT_EQ(::mkfifo((root_ / "tokens/pipe.key").c_str(), 0600), 0);
  ExpectRefused("pipe.key", "not a plain file");
}

TEST_F(ArcKeyFile, AFolderThatIsALinkIsRefused) {
  root_.Write("tokens/a.key", "contents");
  fs::rename(root_ / "tokens", root_ / "elsewhere");
  ExpectRefused("a.key", "folder that cannot be opened");
  fs::create_directory_symlink(root_ / "elsewhere", root_ / "tokens");
  ExpectRefused("a.key", "is a link");
}

TEST_F(ArcKeyFile, AMissingFileIsAnError) { ExpectRefused("none.key", "cannot be opened"); }

}  // namespace
}  // namespace msiv2::v1
