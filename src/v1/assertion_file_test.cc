#include "v1/assertion_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "tests/support/temporary_folder.h"

namespace msiv2::v1 {
namespace {

namespace fs = std::filesystem;

class Assertion : public ::testing::Test {
 protected:
  std::string Write(const std::string& text) const { return folder_.Write("token", text); }

  testing::TemporaryFolder folder_;
};

TEST_F(Assertion, IsReadWithoutTheWhiteSpaceAround) {
  EXPECT_EQ(ReadAssertion(Write("a.b.c\n"))->Reveal(), "a.b.c");
  EXPECT_EQ(ReadAssertion(Write(std::string(65536, 'x')))->size(), 65536U);
}

// Kubernetes exposes the file through links, and replaces their targets.
TEST_F(Assertion, MayBeALinkAndIsReadAnew) {
  const std::string path = Write("old");
  fs::create_symlink(path, folder_ / "link");
  EXPECT_EQ(ReadAssertion((folder_ / "link").string())->Reveal(), "old");
  Write("new");
  EXPECT_EQ(ReadAssertion((folder_ / "link").string())->Reveal(), "new");
}

TEST_F(Assertion, AUselessAssertionIsRefused) {
  EXPECT_FALSE(ReadAssertion((folder_ / "none").string()));
  EXPECT_FALSE(ReadAssertion(folder_.path().string()));
  EXPECT_FALSE(ReadAssertion(Write("")));
  EXPECT_FALSE(ReadAssertion(Write(" \n")));
  EXPECT_FALSE(ReadAssertion(Write("two words")));
  EXPECT_FALSE(ReadAssertion(Write(std::string(65537, 'x'))));
  ASSERT_EQ(::mkfifo((folder_ / "pipe").c_str(), 0600), 0);
  const auto pipe = ReadAssertion((folder_ / "pipe").string());
  ASSERT_FALSE(pipe);
  EXPECT_EQ(Name(pipe.error().code), "assertion_unavailable");
  EXPECT_EQ(pipe.error().source, "WorkloadIdentity");
}

// U3: the path and the system's own reason, with a cure about the file.
TEST_F(Assertion, AFileThatCannotBeReadIsNamedWithItsReason) {
  const std::string none = (folder_ / "none").string();
  const auto missing = ReadAssertion(none);
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().message.find(none), std::string::npos) << missing.error().message;
  const auto folder = ReadAssertion(folder_.path().string());
  ASSERT_FALSE(folder);
  EXPECT_NE(missing.error().message.substr(missing.error().message.find(none) + none.size()),
            folder.error().message.substr(folder.error().message.find(folder_.path().string()) +
                                          folder_.path().string().size()));
  EXPECT_NE(std::string(missing.error().Cure()).find("AZURE_FEDERATED_TOKEN_FILE"), std::string::npos);
}

}  // namespace
}  // namespace msiv2::v1
