#include "x509/utc_time.h"

#include <gtest/gtest.h>

namespace msiv2::x509 {
namespace {

using namespace std::chrono_literals;
using std::chrono::sys_days;
using std::chrono::sys_seconds;
using std::chrono::year;

TEST(ParseUtcTime, SplitsTheCenturiesAt1950) {
  EXPECT_EQ(ParseUtcTime("500101000000Z"), sys_seconds(sys_days(year(1950) / 1 / 1)));
  EXPECT_EQ(ParseUtcTime("491231235959Z"), sys_days(year(2050) / 1 / 1) - 1s);
  EXPECT_EQ(ParseUtcTime("700101000001Z"), sys_seconds(1s));
}

TEST(ParseGeneralizedTime, ReadsTheWholeRange) {
  EXPECT_EQ(ParseGeneralizedTime("20240229123456Z"), sys_days(year(2024) / 2 / 29) + 12h + 34min + 56s);
  EXPECT_EQ(Rfc3339(*ParseGeneralizedTime("00000101000000Z")), "0000-01-01T00:00:00Z");
  EXPECT_EQ(ParseGeneralizedTime("99991231235959Z")->time_since_epoch(), 253402300799s);  // RFC 5280: no end
}

TEST(ParseGeneralizedTime, RefusesDaysThatAreNotInTheCalendar) {
  EXPECT_FALSE(ParseGeneralizedTime("20230229000000Z"));
  EXPECT_FALSE(ParseGeneralizedTime("20230431000000Z"));
  EXPECT_FALSE(ParseGeneralizedTime("20230001000000Z"));
  EXPECT_FALSE(ParseGeneralizedTime("20230100000000Z"));
}

TEST(Rfc3339, WritesDatesBefore1970) {
  EXPECT_EQ(Rfc3339(sys_seconds(-1s)), "1969-12-31T23:59:59Z");
  EXPECT_EQ(Rfc3339(sys_seconds(0s)), "1970-01-01T00:00:00Z");
}

}  // namespace
}  // namespace msiv2::x509
