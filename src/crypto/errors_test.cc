#include "crypto/errors.h"

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/evp.h>

namespace msiv2::crypto {
namespace {

void QueueAnError() { ERR_raise(ERR_LIB_EVP, EVP_R_BAD_DECRYPT); }

TEST(TakeErrors, ReturnsTheNewestAndEmptiesTheQueue) {
  ERR_raise(ERR_LIB_EVP, EVP_R_INVALID_KEY);
  QueueAnError();
  EXPECT_NE(TakeErrors().find("bad decrypt"), std::string::npos);
  EXPECT_EQ(TakeErrors(), "no detail from OpenSSL");
}

TEST(ErrorQueueScope, RemovesItsOwnErrorsAndLeavesTheCallers) {
  ERR_raise(ERR_LIB_EVP, EVP_R_INVALID_KEY);
  {
    const ErrorQueueScope errors;
    QueueAnError();
  }
  EXPECT_NE(TakeErrors().find("invalid key"), std::string::npos);
}

}  // namespace
}  // namespace msiv2::crypto
