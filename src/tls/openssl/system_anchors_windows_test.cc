#include <gtest/gtest.h>
#include <openssl/x509_vfy.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "crypto/handles.h"
#include "tests/support/test_pki.h"
#include "tls/openssl/system_anchors.h"
#include "tls/openssl/trust_anchors.h"

namespace msiv2::tls {
namespace {

int AnchorCount() {
  const crypto::Handle<X509_STORE> store(X509_STORE_new());
  ReaderOfSystemBundle()(store.get(), nullptr);
  return sk_X509_OBJECT_num(X509_STORE_get0_objects(store.get()));
}

TEST(SystemAnchorsTest, TheRootStoreIsTrustedUntilAVariableNamesAFile) {
  _putenv_s("SSL_CERT_FILE", "");
  _putenv_s("SSL_CERT_DIR", "");
  EXPECT_EQ(AnchorCount() > 0, InspectSystemTrust().has_anchors);
  if (!InspectSystemTrust().has_anchors) GTEST_SKIP() << "the root store of this machine is empty";
  _putenv_s("SSL_CERT_FILE", "Z:\\no\\such\\file.pem");
  EXPECT_EQ(AnchorCount(), 0);
  const SystemTrust trust = InspectSystemTrust();
  EXPECT_FALSE(trust.has_anchors);
  ASSERT_EQ(trust.problems.size(), 1U);
  EXPECT_EQ(
      trust.problems.front().find("SSL_CERT_FILE names \"Z:\\no\\such\\file.pem\", which cannot be read"), 0U)
      << trust.problems.front();
  _putenv_s("SSL_CERT_FILE", "");
}

TEST(TrustAnchorsFileTest, IsFoundByAPathInUtf8) {
  const std::filesystem::path path = std::filesystem::temp_directory_path() / u8"msiv2-Z\u00fcrich.pem";
  std::ofstream(path) << testing::TestCa().root_pem();
  const std::u8string utf8 = path.u8string();
  const auto anchors = LoadTrustAnchors("", std::string(utf8.begin(), utf8.end()), false);
  EXPECT_TRUE(anchors) << anchors.error().message;
  std::filesystem::remove(path);
  EXPECT_FALSE(LoadTrustAnchors("", std::string(utf8.begin(), utf8.end()), false));
  EXPECT_FALSE(LoadTrustAnchors("", "\xff.pem", false));
}

}  // namespace
}  // namespace msiv2::tls
