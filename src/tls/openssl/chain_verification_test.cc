#include "tls/openssl/chain_verification.h"

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "tests/support/test_pki.h"

namespace msiv2::tls {
namespace {

using msiv2::testing::Identity;
using msiv2::testing::TestCa;

crypto::Handle<X509_STORE> StoreOf(const std::vector<X509*>& certificates) {
  crypto::Handle<X509_STORE> store(X509_STORE_new());
  for (X509* const certificate : certificates) X509_STORE_add_cert(store.get(), certificate);
  return store;
}

// A verification of `leaf` that found no anchor, by the rules for a TLS server.
class ChainVerification : public ::testing::Test {
 protected:
  void Begin(X509* leaf, X509_STORE* first) {
    ASSERT_EQ(X509_STORE_CTX_init(verification_.get(), first, leaf, nullptr), 1);
    X509_STORE_CTX_set_default(verification_.get(), "ssl_server");
  }
  int error() const { return X509_STORE_CTX_get_error(verification_.get()); }

  const TestCa ca_;
  const Identity server_ = ca_.IssueServer();
  const crypto::Handle<X509_STORE> none_ = StoreOf({});
  const crypto::Handle<X509_STORE> root_ = StoreOf({ca_.root().get()});
  crypto::Handle<X509_STORE_CTX> verification_{X509_STORE_CTX_new()};
};

TEST_F(ChainVerification, SucceedsWithOtherAnchorsAndHasTheirChain) {
  Begin(server_.certificate.get(), none_.get());
  EXPECT_FALSE(VerifyChain(verification_.get()));
  EXPECT_TRUE(IssuerIsUnknown(verification_.get()));
  EXPECT_TRUE(VerifyChainAgain(verification_.get(), root_.get()));
  EXPECT_EQ(error(), X509_V_OK);
  const STACK_OF(X509)* const chain = X509_STORE_CTX_get0_chain(verification_.get());
  ASSERT_EQ(sk_X509_num(chain), 2);
  EXPECT_EQ(X509_cmp(sk_X509_value(chain, 1), ca_.root().get()), 0);
  EXPECT_EQ(ERR_peek_error(), 0U);
}

TEST_F(ChainVerification, FailsAgainWithoutTheAnchor) {
  const crypto::Handle<X509_STORE> other = StoreOf({TestCa("another root").root().get()});
  Begin(server_.certificate.get(), none_.get());
  EXPECT_FALSE(VerifyChain(verification_.get()));
  EXPECT_FALSE(VerifyChainAgain(verification_.get(), other.get()));
  EXPECT_TRUE(IssuerIsUnknown(verification_.get()));
}

// The rules of the first attempt hold for the second.
TEST_F(ChainVerification, KeepsThePurpose) {
  Begin(server_.certificate.get(), none_.get());
  X509_VERIFY_PARAM_set_purpose(X509_STORE_CTX_get0_param(verification_.get()), X509_PURPOSE_SMIME_SIGN);
  EXPECT_FALSE(VerifyChain(verification_.get()));
  EXPECT_FALSE(VerifyChainAgain(verification_.get(), root_.get()));
  EXPECT_EQ(error(), X509_V_ERR_INVALID_PURPOSE);
}

TEST_F(ChainVerification, KeepsTheSecurityLevel) {
  Begin(server_.certificate.get(), none_.get());
  X509_VERIFY_PARAM_set_auth_level(X509_STORE_CTX_get0_param(verification_.get()), 5);
  EXPECT_FALSE(VerifyChain(verification_.get()));
  EXPECT_FALSE(VerifyChainAgain(verification_.get(), root_.get()));
  EXPECT_EQ(error(), X509_V_ERR_EE_KEY_TOO_SMALL);
}

TEST_F(ChainVerification, KeepsTheTime) {
  Begin(server_.certificate.get(), none_.get());
  X509_VERIFY_PARAM_set_time(X509_STORE_CTX_get0_param(verification_.get()), 1000);
  EXPECT_FALSE(VerifyChain(verification_.get()));
  EXPECT_FALSE(VerifyChainAgain(verification_.get(), root_.get()));
  EXPECT_EQ(error(), X509_V_ERR_CERT_NOT_YET_VALID) << "says more than that the issuer is unknown";
}

// With this flag the leaf itself is an anchor.
TEST_F(ChainVerification, KeepsTheFlags) {
  const crypto::Handle<X509_STORE> leaf = StoreOf({server_.certificate.get()});
  Begin(server_.certificate.get(), none_.get());
  X509_VERIFY_PARAM_set_flags(X509_STORE_CTX_get0_param(verification_.get()), X509_V_FLAG_PARTIAL_CHAIN);
  EXPECT_FALSE(VerifyChain(verification_.get()));
  EXPECT_TRUE(VerifyChainAgain(verification_.get(), leaf.get()));
}

TEST_F(ChainVerification, KeepsAFirstErrorThatSaysMore) {
  Begin(server_.certificate.get(), root_.get());
  X509_VERIFY_PARAM_set_time(X509_STORE_CTX_get0_param(verification_.get()), 1000);
  EXPECT_FALSE(VerifyChain(verification_.get()));
  EXPECT_EQ(error(), X509_V_ERR_CERT_NOT_YET_VALID);
  EXPECT_FALSE(VerifyChainAgain(verification_.get(), none_.get()));
  EXPECT_EQ(error(), X509_V_ERR_CERT_NOT_YET_VALID);
}

}  // namespace
}  // namespace msiv2::tls
