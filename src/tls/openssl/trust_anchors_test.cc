#include "tls/openssl/trust_anchors.h"

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <sys/stat.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "msiv2/clock.h"
#include "tests/support/test_pki.h"
#include "tls/openssl/system_anchors.h"

namespace msiv2::tls {
namespace {

using msiv2::testing::Identity;
using msiv2::testing::TestCa;

class TrustAnchorFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    directory_ =
        std::filesystem::temp_directory_path() / (std::string("msiv2_trust_") + test->name() + "_" +
                                                  std::to_string(std::hash<std::string>{}(ca_.root_pem())));
    std::filesystem::create_directories(directory_);
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  std::string Write(const std::string& text) const {
    const auto path = directory_ / "anchors.pem";
    std::ofstream(path, std::ios::binary) << text;
    return path.string();
  }

  TestCa ca_;
  std::filesystem::path directory_;
};

struct Verified {
  Verdict verdict;
  int error;
};

// Verifies `server` as a connection does.
Verified VerifyServer(const TrustAnchors& anchors, const Identity& server) {
  const crypto::Handle<SSL_CTX> context(SSL_CTX_new(TLS_client_method()));
  EXPECT_TRUE(anchors.ShareWith(context.get()));
  const crypto::Handle<X509_STORE_CTX> verification(X509_STORE_CTX_new());
  X509_STORE_CTX_init(verification.get(), SSL_CTX_get_cert_store(context.get()), server.certificate.get(),
                      nullptr);
  X509_STORE_CTX_set_default(verification.get(), "ssl_server");
  const auto clock = SystemClock();
  const Verdict verdict = anchors.Verify(verification.get(), {.clock = clock.get()});
  return {verdict, X509_STORE_CTX_get_error(verification.get())};
}

bool Trusts(const TrustAnchors& anchors, const Identity& server) {
  return VerifyServer(anchors, server).verdict == Verdict::kTrusted;
}

// Expects a refusal whose message contains each of `parts`.
void ExpectRefused(const Result<TrustAnchors>& result, const std::vector<std::string>& parts) {
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kInvalidRequest);
  for (const auto& part : parts) {
    EXPECT_NE(result.error().message.find(part), std::string::npos) << result.error().message;
  }
}

// A1. A sibling: newer versions of libcurl no longer ask for this. What is trusted must not depend on the
// version.
TEST_F(TrustAnchorFiles, ACertificateThatSignsItselfNotIsAnAnchorToo) {
  const Identity server = ca_.IssueServer();
  const crypto::Handle<BIO> text(BIO_new(BIO_s_mem()));
  ASSERT_EQ(PEM_write_bio_X509(text.get(), server.certificate.get()), 1);
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(text.get(), &bytes);
  const auto anchors = LoadTrustAnchors({bytes, static_cast<std::size_t>(size)}, "", false);
  ASSERT_TRUE(anchors) << anchors.error().message;
  EXPECT_TRUE(Trusts(*anchors, server));
  EXPECT_FALSE(Trusts(*anchors, ca_.IssueServer()));
}

TEST_F(TrustAnchorFiles, TextAndFileAreBothTrusted) {
  const TestCa other("another root");
  const auto anchors = LoadTrustAnchors(ca_.root_pem(), Write(other.root_pem()), false);
  ASSERT_TRUE(anchors) << anchors.error().message;
  EXPECT_TRUE(Trusts(*anchors, ca_.IssueServer()));
  EXPECT_TRUE(Trusts(*anchors, other.IssueServer()));
  EXPECT_EQ(ERR_peek_error(), 0u) << "an entry left behind would be taken for the next call's failure";
}

TEST_F(TrustAnchorFiles, SeveralCertificatesInOneTextAreAllTrusted) {
  const TestCa other("another root");
  const auto anchors = LoadTrustAnchors("a comment\n" + ca_.root_pem() + "\n" + other.root_pem(), "", false);
  ASSERT_TRUE(anchors);
  EXPECT_TRUE(Trusts(*anchors, ca_.IssueServer()));
  EXPECT_TRUE(Trusts(*anchors, other.IssueServer()));
}

TEST_F(TrustAnchorFiles, NothingGivenTrustsNothing) {
  const auto anchors = LoadTrustAnchors("", "", false);
  ASSERT_TRUE(anchors);
  EXPECT_FALSE(Trusts(*anchors, ca_.IssueServer()));
}

TEST_F(TrustAnchorFiles, TheSystemDoesNotTrustATestAuthority) {
  const auto anchors = LoadTrustAnchors("", "", true);
  ASSERT_TRUE(anchors);
  EXPECT_FALSE(Trusts(*anchors, ca_.IssueServer()));
}

TEST_F(TrustAnchorFiles, AMissingFileIsNamedWithItsCause) {
  const auto path = (directory_ / "missing.pem").string();
  ExpectRefused(LoadTrustAnchors("", path, false), {path, "No such file"});
}

TEST_F(TrustAnchorFiles, ADirectoryIsNotAFile) {
  ExpectRefused(LoadTrustAnchors("", directory_.string(), false), {directory_.string(), "cannot be read"});
}

// A13. A pipe without a writer would block the call beyond its deadline.
TEST_F(TrustAnchorFiles, APipeOrADeviceIsRefusedAtOnce) {
  const auto pipe = (directory_ / "pipe").string();
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  ExpectRefused(LoadTrustAnchors("", pipe, false), {pipe, "cannot be read: it is not a regular file"});
  ExpectRefused(LoadTrustAnchors("", "/dev/zero", false), {"not a regular file"});
}

TEST_F(TrustAnchorFiles, AFileThatIsTooLargeIsRefused) {
  const auto path = Write("");
  std::filesystem::resize_file(path, 16 * 1024 * 1024 + 1);  // a sparse file
  ExpectRefused(LoadTrustAnchors("", path, false), {"larger than 16 MiB"});
}

TEST_F(TrustAnchorFiles, AnEmptyFileHoldsNoCertificate) {
  ExpectRefused(LoadTrustAnchors("", Write(""), false), {"anchors.pem", "no PEM certificate"});
}

TEST_F(TrustAnchorFiles, TextWithoutACertificateIsRefused) {
  ExpectRefused(LoadTrustAnchors("not PEM", "", false), {"PEM text", "no PEM certificate"});
}

TEST_F(TrustAnchorFiles, ADamagedSecondCertificateIsNamed) {
  std::string damaged = TestCa().root_pem();
  damaged[damaged.size() / 2] = '!';
  ExpectRefused(LoadTrustAnchors("", Write(ca_.root_pem() + damaged), false), {"certificate 2 is damaged"});
}

TEST_F(TrustAnchorFiles, ATruncatedCertificateIsDamaged) {
  const std::string pem = ca_.root_pem();
  ExpectRefused(LoadTrustAnchors(pem.substr(0, pem.size() / 2), "", false), {"certificate 1 is damaged"});
}

TEST_F(TrustAnchorFiles, APathIsPrintedWithoutControlCharacters) {
  ExpectRefused(LoadTrustAnchors("", "/no/\x1b[31m", false), {"/no/?[31m"});
}

// The system's anchors are those that SSL_CERT_FILE and SSL_CERT_DIR name.
class SystemAnchors : public TrustAnchorFiles {
 protected:
  void TearDown() override {
    unsetenv("SSL_CERT_FILE");
    unsetenv("SSL_CERT_DIR");
    TrustAnchorFiles::TearDown();
  }
  void Set(const std::string& file, const std::string& directories) const {
    setenv("SSL_CERT_FILE", (directory_ / file).c_str(), 1);
    setenv("SSL_CERT_DIR", directories.c_str(), 1);
  }
  // As c_rehash would name it.
  std::string HashedName() const {
    const Identity server = ca_.IssueServer();
    char name[16];
    std::snprintf(name, sizeof name, "%08lx.0", X509_issuer_name_hash(server.certificate.get()));
    return name;
  }
  bool IsTrusted() const {
    const auto anchors = LoadTrustAnchors("", "", true);
    return anchors && Trusts(*anchors, ca_.IssueServer());
  }
};

TEST_F(SystemAnchors, NoneWhereTheFileIsMissingAndTheDirectoryIsEmpty) {
  Set("missing.pem", (directory_ / "missing").string());
  EXPECT_FALSE(InspectSystemTrust().has_anchors);
  Set("missing.pem", directory_.string());
  EXPECT_FALSE(InspectSystemTrust().has_anchors);
  EXPECT_EQ(ERR_peek_error(), 0u);
}

// A client for plain http never loads them.
TEST_F(SystemAnchors, AreReadByTheFirstConnectionAndOnceOnly) {
  Set("anchors.pem", (directory_ / "missing").string());
  const auto anchors = LoadTrustAnchors("", "", true);
  Write(ca_.root_pem());
  EXPECT_TRUE(Trusts(*anchors, ca_.IssueServer()));
  Write(TestCa("another root").root_pem());
  EXPECT_TRUE(Trusts(*anchors, ca_.IssueServer()));
}

TEST_F(SystemAnchors, OneInTheFileIsEnough) {
  Write(ca_.root_pem());
  Set("anchors.pem", (directory_ / "missing").string());
  EXPECT_TRUE(IsTrusted());
  EXPECT_TRUE(InspectSystemTrust().has_anchors);
  Write("not PEM");
  EXPECT_FALSE(InspectSystemTrust().has_anchors);
}

// A13.
TEST_F(SystemAnchors, APipeInThePlaceOfTheFileIsNotWaitedFor) {
  ASSERT_EQ(::mkfifo((directory_ / "pipe").c_str(), 0600), 0);
  Set("pipe", (directory_ / "missing").string());
  EXPECT_FALSE(IsTrusted());
  EXPECT_FALSE(InspectSystemTrust().has_anchors);
  // The same in a directory of hashed names.
  ASSERT_EQ(::mkfifo((directory_ / "0123abcd.0").c_str(), 0600), 0);
  Set("missing.pem", directory_.string());
  EXPECT_FALSE(InspectSystemTrust().has_anchors);
}

// As OpenSSL reads it.
TEST_F(SystemAnchors, AllCertificatesOfTheFileCountAndOtherTextIsSkipped) {
  const TestCa other("another root");
  Write(other.root_pem() + "text between\n" + ca_.root_pem());
  Set("anchors.pem", (directory_ / "missing").string());
  EXPECT_TRUE(IsTrusted());
}

TEST_F(SystemAnchors, OneInADirectoryNeedsItsHashedName) {
  Write(ca_.root_pem());
  const std::string directories = (directory_ / "missing").string() + ":" + directory_.string();
  Set("missing.pem", directories);
  EXPECT_FALSE(IsTrusted());
  EXPECT_FALSE(InspectSystemTrust().has_anchors) << "OpenSSL does not look at anchors.pem";
  std::filesystem::rename(directory_ / "anchors.pem", directory_ / HashedName());
  EXPECT_TRUE(IsTrusted());
  EXPECT_TRUE(InspectSystemTrust().has_anchors);
  std::ofstream(directory_ / HashedName(), std::ios::binary) << "not PEM";
  EXPECT_FALSE(InspectSystemTrust().has_anchors);
}

// U5. A file is judged as it was read, because it is not read again.
TEST_F(SystemAnchors, WhatIsWrongWithThemIsKeptByWhoReadThem) {
  Set("anchors.pem", (directory_ / "missing").string());
  const auto anchors = LoadTrustAnchors(ca_.root_pem(), "", true);
  ASSERT_TRUE(anchors);
  EXPECT_TRUE(Trusts(*anchors, ca_.IssueServer())) << "the given ones are trusted all the same";
  EXPECT_FALSE(Trusts(*anchors, TestCa("another root").IssueServer()));
  Write(ca_.root_pem());
  const std::string problems = anchors->SystemProblems();
  EXPECT_NE(problems.find("SSL_CERT_FILE names"), std::string::npos) << problems;
  EXPECT_NE(problems.find("No such file or directory; SSL_CERT_DIR names"), std::string::npos) << problems;
  std::filesystem::create_directory(directory_ / "missing");
  std::filesystem::rename(directory_ / "anchors.pem", directory_ / "missing" / HashedName());
  EXPECT_EQ(anchors->SystemProblems().find("SSL_CERT_DIR"), std::string::npos);
}

// OpenSSL opens only the files that it needs. Parsing the whole bundle takes longer than a handshake.
TEST_F(SystemAnchors, OneInADirectoryIsFoundWithoutTheBundle) {
  Write(ca_.root_pem());
  std::filesystem::rename(directory_ / "anchors.pem", directory_ / HashedName());
  Write("-----BEGIN CERTIFICATE-----\ndamaged\n-----END CERTIFICATE-----\n");
  Set("anchors.pem", directory_.string());
  const auto anchors = LoadTrustAnchors("", "", true);
  ASSERT_TRUE(anchors);
  EXPECT_TRUE(Trusts(*anchors, ca_.IssueServer()));
  SystemBundle::OfProcess()->Finish();  // a parse that should not run
  EXPECT_EQ(anchors->SystemProblems(), "") << "the bundle was read";
  EXPECT_EQ(VerifyServer(*anchors, TestCa("another root").IssueServer()).verdict, Verdict::kIssuerUnknown);
  EXPECT_NE(anchors->SystemProblems().find("is damaged"), std::string::npos) << "the bundle was not read";
  EXPECT_EQ(ERR_peek_error(), 0U) << "an entry left behind would be taken for the next call's failure";
}

TEST_F(SystemAnchors, WithoutDirectoriesTheBundleIsParsedDuringTheHandshake) {
  Set("missing.pem", (directory_ / "missing").string());
  const auto anchors = LoadTrustAnchors("", "", true);
  ASSERT_TRUE(anchors);
  const crypto::Handle<SSL_CTX> context(SSL_CTX_new(TLS_client_method()));
  EXPECT_EQ(anchors->SystemProblems().find("SSL_CERT_FILE"), std::string::npos);
  ASSERT_TRUE(anchors->ShareWith(context.get()));
  while (anchors->SystemProblems().find("SSL_CERT_FILE") == std::string::npos) std::this_thread::yield();
}

// OpenSSL asks the file before the directories.
TEST_F(SystemAnchors, OneThatTheFileDistrustsIsNotTrustedForADirectory) {
  const std::filesystem::path hashed = directory_ / "hashed";
  std::filesystem::create_directory(hashed);
  std::ofstream(hashed / HashedName(), std::ios::binary) << ca_.root_pem();
  const crypto::Handle<X509> distrusted(X509_dup(ca_.root().get()));
  ASSERT_EQ(X509_add1_reject_object(distrusted.get(), OBJ_nid2obj(NID_server_auth)), 1);
  const crypto::Handle<BIO> text(BIO_new(BIO_s_mem()));
  ASSERT_EQ(PEM_write_bio_X509_AUX(text.get(), distrusted.get()), 1);
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(text.get(), &bytes);
  Write({bytes, static_cast<std::size_t>(size)});
  Set("anchors.pem", hashed.string());
  const auto anchors = LoadTrustAnchors("", "", true);
  ASSERT_TRUE(anchors);
  EXPECT_EQ(VerifyServer(*anchors, ca_.IssueServer()).error, X509_V_ERR_CERT_REJECTED);
  Write(ca_.root_pem());
  const auto plain = LoadTrustAnchors("", "", true);
  ASSERT_TRUE(plain);
  EXPECT_EQ(VerifyServer(*plain, ca_.IssueServer()).error, X509_V_OK);
}

TEST_F(SystemAnchors, HaveAStampThatChangesWithEachOfThem) {
  Set("anchors.pem", directory_.string());
  const std::string none = StampOfSystemAnchors();
  EXPECT_EQ(StampOfSystemAnchors(), none);
  Write(ca_.root_pem());
  const std::string one = StampOfSystemAnchors();
  EXPECT_NE(one, none);
  setenv("SSL_CERT_FILE", (directory_ / "other.pem").c_str(), 1);
  EXPECT_NE(StampOfSystemAnchors(), one);
  Set("anchors.pem", (directory_ / "other").string());
  EXPECT_NE(StampOfSystemAnchors(), one);
}

TEST_F(SystemAnchors, AreNobodysProblemWhereTheyAreNotUsed) {
  Set("missing.pem", (directory_ / "missing").string());
  const auto anchors = LoadTrustAnchors(ca_.root_pem(), "", false);
  ASSERT_TRUE(anchors);
  EXPECT_TRUE(Trusts(*anchors, ca_.IssueServer()));
  EXPECT_EQ(anchors->SystemProblems(), "");
}

}  // namespace
}  // namespace msiv2::tls
