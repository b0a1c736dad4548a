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

TEST(HttpDate, EverythingElseIsNoDate) {
  for (const char* text :
       {"", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Now 1994 08:49:37 GMT",
        "Son, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT "}) {
    EXPECT_FALSE(ParseHttpDate(text)) << text;
  }
}

}  // namespace
}  // namespace msiv2
