#include "flow/remediation.h"

#include <gtest/gtest.h>

namespace msiv2::flow {
namespace {

using std::chrono::milliseconds;
using Verdict = CertificateVerdict;

const Error kRefusal(ErrorCode::kTokenRequestFailed, "refused");
const Error kReset(ErrorCode::kTokenRequestFailed, "reset");
const Error kDeadKey(ErrorCode::kKeySignFailed, "no signature");

// REM-4.
TEST(Remediation, ARefusedCertificateIsReplacedFourTimesWithGrowingDelays) {
  Remediation remediation(4);
  EXPECT_EQ(remediation.Next(kRefusal, Verdict::kRefused, 0), milliseconds(0));
  EXPECT_EQ(remediation.Next(kRefusal, Verdict::kRefused, 0), milliseconds(1000));
  EXPECT_EQ(remediation.Next(kRefusal, Verdict::kRefused, 1), milliseconds(2400));
  EXPECT_EQ(remediation.Next(kRefusal, Verdict::kRefused, 0.5), milliseconds(4400));
  EXPECT_FALSE(remediation.Next(kRefusal, Verdict::kRefused, 0));
}

TEST(Remediation, TheDelayEndsAtHalfAMinuteHoweverLargeTheBudget) {
  Remediation remediation(100);
  milliseconds last{0};
  for (int i = 0; i < 100; ++i) last = remediation.Next(kRefusal, Verdict::kRefused, 0).value();
  EXPECT_EQ(last, milliseconds(30000));
}

TEST(Remediation, AResetAndADeadKeyAreTriedOnceEach) {
  Remediation remediation(4);
  EXPECT_TRUE(remediation.Next(kReset, Verdict::kMaybeRefused, 0));
  EXPECT_FALSE(remediation.Next(kReset, Verdict::kMaybeRefused, 0));
  EXPECT_TRUE(remediation.Next(kDeadKey, Verdict::kNone, 0));
  EXPECT_FALSE(remediation.Next(kDeadKey, Verdict::kNone, 0));
  EXPECT_TRUE(remediation.Next(kRefusal, Verdict::kRefused, 0));
}

TEST(Remediation, OtherErrorsSurfaceAtOnceAndWordForWord) {
  Remediation remediation(4);
  EXPECT_FALSE(remediation.Next(kRefusal, Verdict::kNone, 0));
  EXPECT_EQ(WithRemedies(kRefusal, 0).message, "refused");
}

TEST(Remediation, NothingIsTriedWhenRetriesAreOff) {
  Remediation remediation(0);
  EXPECT_FALSE(remediation.Next(kRefusal, Verdict::kRefused, 0));
  EXPECT_FALSE(remediation.Next(kDeadKey, Verdict::kNone, 0));
}

TEST(Remediation, TheErrorThatSurfacesSaysHowOftenItWasTried) {
  EXPECT_EQ(WithRemedies(kRefusal, 1).message, "refused; 1 remedy was tried before: a new certificate each");
  EXPECT_NE(WithRemedies(kRefusal, 2).message.find("2 remedies were tried"), std::string::npos);
}

}  // namespace
}  // namespace msiv2::flow
