#include "http/http_date.h"

#include <gtest/gtest.h>

namespace msiv2 {
namespace {

TEST(HttpDate, ReadsTheExampleOfTheRfc) {
  // RFC 9110 section 5.6.7; 784111777 is what `date -d 'Sun, 06 Nov 1994 08:49:37 GMT' +%s` prints.
  const auto date = ParseHttpDate("Sun, 06 Nov 1994 08:49:37 GMT");
  ASSERT_TRUE(date);
  EXPECT_EQ(date->time_since_epoch().count(), 784111777);
}

// A5.
TEST(HttpDate, LiesFrom1970To2100) {
  EXPECT_EQ(ParseHttpDate("Thu, 01 Jan 1970 00:00:00 GMT")->time_since_epoch().count(), 0);
  EXPECT_EQ(ParseHttpDate("Fri, 01 Jan 2100 00:00:00 GMT")->time_since_epoch().count(), 4102444800);
  for (const char* text : {"Wed, 31 Dec 1969 23:59:59 GMT", "Fri, 01 Jan 2100 00:00:01 GMT",
                           "Fri, 31 Dec 9999 23:59:59 GMT", "Sat, 01 Jan 0000 00:00:00 GMT"}) {
    EXPECT_FALSE(ParseHttpDate(text)) << text;
  }
}

TEST(HttpDate, EveryOtherFormIsRefused) {
  for (const char* text :
       {"", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Now 1994 08:49:37 GMT",
        "Son, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT "}) {
    EXPECT_FALSE(ParseHttpDate(text)) << text;
  }
}

}  // namespace
}  // namespace msiv2
