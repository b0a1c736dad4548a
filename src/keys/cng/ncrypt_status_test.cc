#include "keys/cng/ncrypt_status.h"

#include <gtest/gtest.h>

namespace msiv2::cng {
namespace {

TEST(NCryptStatusTest, IsShownByNameAndNumberOrByNumber) {
  EXPECT_EQ(Text(NCryptStatus::kNotSupported), "NTE_NOT_SUPPORTED (0x80090029)");
  EXPECT_EQ(Text(NCryptStatus{0x8009003B}), "0x8009003B");
  EXPECT_EQ((NCryptFailure{"NCryptOpenKey", NCryptStatus::kBadKeyset}.Text()),
            "NCryptOpenKey returned NTE_BAD_KEYSET (0x80090016)");
}

TEST(NCryptStatusTest, TheNativeCodeIsNotNegative) {
  EXPECT_EQ((NCryptFailure{"NCryptOpenKey", NCryptStatus::kNotSupported}.Code()), 0x80090029LL);
}

TEST(NCryptStatusTest, ThreeStatusesMeanAMissingKey) {
  for (const std::uint32_t status : {0x80090016U, 0x8009000DU, 0x80090011U}) {
    EXPECT_TRUE(SaysNoSuchKey(NCryptStatus{status}));
  }
  for (const std::uint32_t status : {0U, 0x80090029U, 0x8009003AU, 0x80090010U, 0x800706BAU, 0x80090020U}) {
    EXPECT_FALSE(SaysNoSuchKey(NCryptStatus{status}));
  }
}

// G-05.
TEST(NCryptStatusTest, OnlyAClearNoIsFinal) {
  for (const std::uint32_t status : {0x80090029U, 0x80890014U, 0x80090009U, 0x8028400FU, 0x80090035U}) {
    EXPECT_TRUE(SaysNotThere(NCryptStatus{status}));
  }
  for (const std::uint32_t status : {0x80090030U, 0x8009003BU, 0x800706BAU, 0x80090020U, 0x8009002DU}) {
    EXPECT_FALSE(SaysNotThere(NCryptStatus{status}));
  }
}

// TPM_E_RETRY, TPM_20_E_LOCKOUT, TBS_E_SERVICE_NOT_RUNNING. TPM_E_BASE_KEY_ERROR is not transient.
TEST(NCryptStatusTest, ABusyTpmOrServiceIsNotEvidenceAgainstAKey) {
  for (const std::uint32_t status : {0x80280800U, 0x80280921U, 0x80284008U, 0x800706BAU, 0x8009000EU}) {
    EXPECT_TRUE(SaysNothingOfTheKey(NCryptStatus{status}));
  }
  for (const std::uint32_t status : {0x8028001DU, 0x8009003AU, 0x8009002DU, 0x80090020U, 0x80280A00U}) {
    EXPECT_FALSE(SaysNothingOfTheKey(NCryptStatus{status}));
  }
}

}  // namespace
}  // namespace msiv2::cng
