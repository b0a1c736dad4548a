// What is said of SSL_CERT_FILE and SSL_CERT_DIR where they add no certificate.
#include "tls/openssl/default_paths.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/err.h>

#include <atomic>
#include <cstdlib>

#include "crypto/handles.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_pki.h"
#include "tls/openssl/default_file.h"

namespace msiv2::tls {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

// The first certificate keeps its frame and loses a character.
std::string Damaged(std::string pem) {
  pem[pem.size() / 2] = '!';
  return pem;
}

class DefaultPaths : public ::testing::Test {
 protected:
  void TearDown() override {
    unsetenv("SSL_CERT_FILE");
    unsetenv("SSL_CERT_DIR");
    EXPECT_EQ(ERR_peek_error(), 0U) << "an entry left behind would be taken for the next call's failure";
  }
  static void NameFile(const std::string& path) { setenv("SSL_CERT_FILE", path.c_str(), 1); }
  static void NameDirectories(const std::string& paths) { setenv("SSL_CERT_DIR", paths.c_str(), 1); }
  static std::vector<std::string> Problems() { return InspectDefaultPaths().problems; }

  // What a connection finds wrong with the file.
  static std::string ProblemOfFile() {
    const crypto::Handle<X509_STORE> store(X509_STORE_new());
    return AddDefaultFile(store.get(), NamedDefaultFile());
  }

  // A link to itself, which no user can read, not even root.
  std::string Unreadable() const {
    std::filesystem::create_symlink("loop", folder_ / "loop");
    return (folder_ / "loop").string();
  }

  const msiv2::testing::TestCa ca_;
  const msiv2::testing::TemporaryFolder folder_;
};

TEST_F(DefaultPaths, HaveNoProblemsWithoutVariables) {
  EXPECT_THAT(Problems(), IsEmpty());
  EXPECT_EQ(ProblemOfFile(), "");
}

// Thousands of certificates take seconds, for which no process waits at its end.
TEST_F(DefaultPaths, TheFileIsReadUntilItIsStopped) {
  NameFile(folder_.Write("anchors", ca_.root_pem()));
  std::atomic<bool> stop = false;
  EXPECT_NE(sk_X509_INFO_num(ReadDefaultFile(NamedDefaultFile(), &stop).infos.get()), 0);
  stop = true;
  EXPECT_LE(sk_X509_INFO_num(ReadDefaultFile(NamedDefaultFile(), &stop).infos.get()), 0) << "-1 for none";
  const crypto::Handle<X509_STORE> store(X509_STORE_new());
  AddDefaultFile(store.get(), NamedDefaultFile(), &stop);
  EXPECT_EQ(sk_X509_OBJECT_num(X509_STORE_get0_objects(store.get())), 0);
}

// U5.
TEST_F(DefaultPaths, AFileThatAddsNothingIsNamedWithItsReason) {
  struct Row {
    std::string path;
    std::string reason;
  };
  const std::string good = ca_.root_pem();
  const std::string crl = "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n";
  for (const auto& [path, reason] :
       {Row{(folder_ / "missing").string(), "cannot be read: No such file"},
        Row{Unreadable(), "cannot be read: Too many levels"},
        Row{folder_.path().string(), "cannot be read: it is not a regular file"},
        Row{folder_.Write("empty", ""), "is empty"},
        Row{folder_.Write("text", "no certificate"), "holds no PEM certificate"},
        Row{folder_.Write("first", Damaged(good) + good),
            "is not used at all, because certificate 1 is damaged: "},
        Row{folder_.Write("second", good + Damaged(good)),
            "is not used at all, because certificate 2 is damaged: "},
        Row{folder_.Write("crl", good + crl), "is not used at all, because another entry is damaged: "},
        Row{folder_.Write("cut", good.substr(0, good.size() / 2)),
            "is not used at all, because certificate 1 is damaged: "}}) {
    NameFile(path);
    const std::string start = "SSL_CERT_FILE names \"" + path + "\", which " + reason;
    EXPECT_THAT(Problems(), ElementsAre(StartsWith(start)));
    EXPECT_THAT(ProblemOfFile(), StartsWith(start));
  }
  NameFile(folder_.Write("good", "a comment\n" + good));
  EXPECT_THAT(Problems(), IsEmpty());
  EXPECT_EQ(ProblemOfFile(), "");
}

// U5.
TEST_F(DefaultPaths, ADirectoryThatAddsNothingIsNamedWithItsReason) {
  const std::filesystem::path hashed = folder_ / "hashed";
  for (const char* name : {"hashed", "empty", "plain", "damaged"}) {
    std::filesystem::create_directory(folder_ / name);
  }
  folder_.Write("hashed/0123abcd.0", ca_.root_pem());
  folder_.Write("plain/root.pem", ca_.root_pem());
  folder_.Write("damaged/0123abcd.0", Damaged(ca_.root_pem()));
  const std::string file = folder_.Write("file", ca_.root_pem());
  const auto at = [&](const char* name) { return (folder_ / name).string(); };
  NameDirectories(at("missing") + ":" + hashed.string() + "::" + at("empty") + ":" + at("plain") + ":" +
                  at("damaged") + ":" + file + ":" + Unreadable());
  const auto says = [&](const char* name, const char* reason) {
    return StartsWith("SSL_CERT_DIR names \"" + at(name) + "\", which " + reason);
  };
  EXPECT_THAT(Problems(),
              ElementsAre(says("missing", "cannot be read: No such file"),
                          says("empty", "holds no certificate under a hashed name"),
                          says("plain", "holds no certificate under a hashed name"),
                          says("damaged", "holds no certificate: 0123abcd.0 is unreadable or damaged"),
                          says("file", "cannot be read: Not a directory"),
                          says("loop", "cannot be read: Too many levels")));
  EXPECT_TRUE(InspectDefaultPaths().has_anchors);
  NameDirectories(hashed.string());
  EXPECT_THAT(Problems(), IsEmpty());
}

// U5. OpenSSL itself would fail at an empty SSL_CERT_DIR.
TEST_F(DefaultPaths, AnEmptyVariableHidesItsDefaultAndIsNamed) {
  NameFile("");
  NameDirectories("");
  EXPECT_THAT(Problems(), ElementsAre(AllOf(StartsWith("SSL_CERT_FILE "), HasSubstr("empty")),
                                      AllOf(StartsWith("SSL_CERT_DIR "), HasSubstr("empty"))));
  EXPECT_FALSE(InspectDefaultPaths().has_anchors);
  EXPECT_THAT(ProblemOfFile(), HasSubstr("empty"));
}

TEST_F(DefaultPaths, ALongOrHostilePathLeavesRoomForTheReason) {
  std::string path = "/no/\x1b[31m";
  for (int i = 0; i < 8; ++i) path += "/folder/of/certificates";
  NameFile(path);
  EXPECT_THAT(ProblemOfFile(),
              AllOf(StartsWith("SSL_CERT_FILE names \"/no/[31m/folder/of/certificates/folder/of"),
                    HasSubstr("...\", which cannot be read: ")));
}

}  // namespace
}  // namespace msiv2::tls
