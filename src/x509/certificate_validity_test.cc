// The dates of a certificate against `now`: margins, forms, and years that a clock cannot hold.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "x509/certificate.h"
#include "x509/x509_test_support.h"

namespace msiv2::x509 {
namespace {

using namespace std::chrono_literals;
using std::chrono::sys_days;
using std::chrono::system_clock;
using std::chrono::year;
using testing::HasSubstr;

Result<std::shared_ptr<const BindingCertificate>> Check(const std::string& not_before,
                                                        const std::string& not_after,
                                                        system_clock::time_point now = kNow) {
  CertificateRecipe recipe;
  recipe.not_before = not_before;
  recipe.not_after = not_after;
  return CheckCertificate(MakeCertificate(recipe), {kClientId, GoldenKey(), now});
}

const std::string kLongAgo = CertificateDate(kNow - std::chrono::days(100));
const std::string kFarAway = CertificateDate(kNow + std::chrono::days(100));

void ExpectRefused(const std::string& not_before, const std::string& not_after,
                   const std::string& message_part) {
  const auto binding = Check(not_before, not_after);
  ASSERT_FALSE(binding) << not_before << ' ' << not_after;
  EXPECT_EQ(binding.error().code, ErrorCode::kInvalidCertificate);
  EXPECT_THAT(binding.error().message, HasSubstr(message_part));
}

TEST(CertificateValidity, RefusesAnExpiredCertificateAndNamesBothDates) {
  ExpectRefused(kLongAgo, CertificateDate(kNow - 1s), "valid until 2026-05-31T23:59:59Z");
  ExpectRefused(kLongAgo, CertificateDate(kNow - 1s), "now is 2026-06-01T00:00:00Z");
}

TEST(CertificateValidity, RefusesACertificateOfTheFuture) {
  ExpectRefused(CertificateDate(kNow + 1h), kFarAway, "not valid before 2026-06-01T01:00:00Z");
}

// G-24.
TEST(CertificateValidity, AllowsAClockFiveMinutesBehindAndNotASecondMore) {
  EXPECT_TRUE(Check(CertificateDate(kNow + 5min), kFarAway));
  ExpectRefused(CertificateDate(kNow + 5min + 1s), kFarAway, "not valid before 2026-06-01T00:05:01Z");
}

// G-24.
TEST(CertificateValidity, WantsMoreThanFiveMinutesLeft) {
  EXPECT_TRUE(Check(kLongAgo, CertificateDate(kNow + 5min + 1s)));
  ExpectRefused(kLongAgo, CertificateDate(kNow + 5min), "valid until 2026-06-01T00:05:00Z");
}

TEST(CertificateValidity, CountsFractionsOfNowExactly) {
  const auto now = kNow + 500ms;
  EXPECT_TRUE(Check(CertificateDate(kNow + 5min), kFarAway, now));
  EXPECT_FALSE(Check(CertificateDate(kNow + 5min + 1s), kFarAway, now));
  EXPECT_TRUE(Check(kLongAgo, CertificateDate(kNow + 5min + 1s), now));
  EXPECT_FALSE(Check(kLongAgo, CertificateDate(kNow + 5min), now));
}

// A5.
TEST(CertificateValidity, EndsIn2100AtTheLatest) {
  const auto binding = Check(kLongAgo, "99991231235959Z");
  ASSERT_TRUE(binding) << binding.error().message;
  EXPECT_EQ((*binding)->not_after(), sys_days(year(2100) / 1 / 1));
  const auto just_before = Check(kLongAgo, "20991231235959Z");
  ASSERT_TRUE(just_before) << just_before.error().message;
  EXPECT_EQ((*just_before)->not_after(), sys_days(year(2100) / 1 / 1) - 1s);
  ExpectRefused("99991231235959Z", "99991231235959Z", "not valid before 9999-12-31T23:59:59Z");
}

// A5.
TEST(CertificateValidity, BeginsIn1970AtTheEarliest) {
  const auto utc_time = Check("500101000000Z", kFarAway);
  ASSERT_TRUE(utc_time) << utc_time.error().message;
  EXPECT_EQ((*utc_time)->not_before(), sys_days(year(1970) / 1 / 1));
  EXPECT_TRUE(Check("00000101000000Z", kFarAway));
  ExpectRefused("00000101000000Z", "00010101000000Z", "valid until 0001-01-01T00:00:00Z");
  ExpectRefused(kLongAgo, "690101000000Z", "valid until 1969-01-01T00:00:00Z");
}

TEST(CertificateValidity, KeepsDifferencesOfItsDatesFinite) {
  const auto binding = Check("00000101000000Z", "99991231235959Z");
  ASSERT_TRUE(binding);
  EXPECT_GT((*binding)->not_after() - (*binding)->not_before(), std::chrono::hours(24 * 365 * 129));
}

TEST(CertificateValidity, HoldsTheEndsOfTheClock) {
  EXPECT_FALSE(Check(kLongAgo, kFarAway, system_clock::time_point::max()));
  EXPECT_FALSE(Check(kLongAgo, kFarAway, system_clock::time_point::min()));
}

TEST(CertificateValidity, RefusesDatesItCannotRead) {
  const std::string bad[] = {
      "",
      "2607010000Z",
      "260701000000+0100",
      "20260701000000+0100",
      "20260701000000.5Z",
      "20260701000000",
      "20261301000000Z",
      "20260230000000Z",
      "260701240000Z",
      "260701006000Z",
      "26070100000000000Z",
      "20260701000060Z",
      "2026070100000aZ",
      "never",
      "-0260701000000Z",
  };
  for (const std::string& date : bad) {
    ExpectRefused(kLongAgo, date, "NotAfter is not a date");
    ExpectRefused(date, kFarAway, "NotBefore is not a date");
  }
}

}  // namespace
}  // namespace msiv2::x509
