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
  EXPECT_EQ(Name(pipe.error().code), "managed_identity_request_failed");
  EXPECT_EQ(pipe.error().source, "WorkloadIdentity");
}

}  // namespace
}  // namespace msiv2::v1
