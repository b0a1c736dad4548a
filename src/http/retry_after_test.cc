#include "http/retry_after.h"

#include <gtest/gtest.h>

namespace msiv2 {
namespace {

using std::chrono::seconds;

// 784111777 is the number that RFC 9110's example date has in `date -u -d '1994-11-06 08:49:37' +%s`.
constexpr std::chrono::sys_seconds kRfcDate{seconds(784111777)};

TEST(RetryAfter, ReadsSeconds) {
  EXPECT_EQ(ParseRetryAfter("0", kRfcDate), seconds(0));
  EXPECT_EQ(ParseRetryAfter("120", kRfcDate), seconds(120));
  EXPECT_EQ(ParseRetryAfter("  7\t", kRfcDate), seconds(7));
  EXPECT_EQ(ParseRetryAfter("007", kRfcDate), seconds(7));
}

TEST(RetryAfter, CapsHugeNumbersAtADay) {
  EXPECT_EQ(ParseRetryAfter("86401", kRfcDate), seconds(86400));
  EXPECT_EQ(ParseRetryAfter(std::string(400, '9'), kRfcDate), seconds(86400));
}

TEST(RetryAfter, ReadsAnHttpDate) {
  constexpr char kDate[] = "Sun, 06 Nov 1994 08:49:37 GMT";
  EXPECT_EQ(ParseRetryAfter(kDate, kRfcDate - seconds(30)), seconds(30));
  EXPECT_EQ(ParseRetryAfter(kDate, kRfcDate - std::chrono::milliseconds(29500)), seconds(30));
  EXPECT_EQ(ParseRetryAfter(kDate, kRfcDate), seconds(0));
  EXPECT_EQ(ParseRetryAfter(kDate, kRfcDate + seconds(30)), seconds(0)) << "a past date";
  EXPECT_EQ(ParseRetryAfter(kDate, std::chrono::system_clock::time_point{}), seconds(86400));
  EXPECT_EQ(ParseRetryAfter("Sat, 31 Dec 2016 23:59:60 GMT", kRfcDate), seconds(86400)) << "a leap second";
}

TEST(RetryAfter, ReadsNothingFromGarbage) {
  for (const char* value : {"",
                            " ",
                            "-1",
                            "+1",
                            "1.5",
                            "1s",
                            "1 2",
                            "soon",
                            "0x10",
                            "Sun, 06 Nov 1994 08:49:37",
                            "Sun, 06 Nov 1994 08:49:37 UTC",
                            "Sun, 6 Nov 1994 08:49:37 GMT",
                            "Sun, 32 Nov 1994 08:49:37 GMT",
                            "Wed, 30 Feb 1994 08:49:37 GMT",
                            "Sun, 06 Foo 1994 08:49:37 GMT",
                            "Foo, 06 Nov 1994 08:49:37 GMT",
                            "Sun, 06 Nov 1994 24:49:37 GMT",
                            "Sun, 06 Nov 1994 08:60:37 GMT",
                            "Sun, 06 Nov 1994 08:49:61 GMT",
                            "Fri, 31 Dec 9999 23:59:59 GMT",
                            "Sun, 06 Nov 1994 08:49:37 GMT x",
                            "Sunday, 06-Nov-94 08:49:37 GMT",
                            "Sun Nov  6 08:49:37 1994"}) {
    EXPECT_EQ(ParseRetryAfter(value, kRfcDate), std::nullopt) << value;
  }
}

}  // namespace
}  // namespace msiv2
