#include "crypto/digest.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>

namespace msiv2::crypto {
namespace {

// FIPS 180-2 appendix B.1, and the digest of the empty text.
TEST(Sha256, KnowsTheStandardsExamples) {
  EXPECT_EQ(Sha256Hex(AsBytes("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Sha256Hex({}), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(MessageDigest, IsOfTheSizeThatTheAlgorithmHas) {
  for (const auto algorithm :
       {DigestAlgorithm::kSha256, DigestAlgorithm::kSha384, DigestAlgorithm::kSha512}) {
    EXPECT_EQ(static_cast<std::size_t>(EVP_MD_get_size(MessageDigest(algorithm))), DigestSize(algorithm));
  }
}

}  // namespace
}  // namespace msiv2::crypto
