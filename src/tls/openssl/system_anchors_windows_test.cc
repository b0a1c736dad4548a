#include <gtest/gtest.h>
#include <openssl/x509_vfy.h>
#include <stdlib.h>

#include "tls/openssl/openssl_ptr.h"
#include "tls/openssl/trust_anchors.h"

namespace msiv2::tls {
namespace {

int AnchorCount() {
  const UniqueX509Store store(X509_STORE_new());
  EXPECT_TRUE(AddSystemTrustAnchors(store.get()));
  return sk_X509_OBJECT_num(X509_STORE_get0_objects(store.get()));
}

TEST(SystemAnchorsTest, TheRootStoreIsTrustedUntilAVariableNamesAFile) {
  _putenv_s("SSL_CERT_FILE", "");
  _putenv_s("SSL_CERT_DIR", "");
  EXPECT_EQ(AnchorCount() > 0, SystemHasTrustAnchors());
  if (!SystemHasTrustAnchors()) GTEST_SKIP() << "the root store of this machine is empty";
  _putenv_s("SSL_CERT_FILE", "Z:\\no\\such\\file.pem");
  EXPECT_EQ(AnchorCount(), 0);
  EXPECT_FALSE(SystemHasTrustAnchors());
  _putenv_s("SSL_CERT_FILE", "");
}

}  // namespace
}  // namespace msiv2::tls
