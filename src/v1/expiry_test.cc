#include "v1/expiry.h"

#include <gtest/gtest.h>

namespace msiv2::v1 {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using std::chrono::sys_seconds;
using std::chrono::system_clock;

// date -u -d '2026-11-22 12:00:00' +%s
constexpr sys_seconds kNow{seconds(1795348800)};

struct Row {
  const char* answer;
  seconds life;
};

// F5: the forms of the members that are half empty, fractions and blanks among them.
TEST(Expiry, IsReadInEveryForm) {
  const Row rows[] = {
      {R"({"expires_on":1795352400})", hours(1)},
      {R"({"expires_on":"1795352400"})", hours(1)},
      {R"({"expires_on":3600})", hours(1)},
      {R"({"expires_on":"3600"})", hours(1)},
      {R"({"expires_in":3600})", hours(1)},
      {R"({"expires_in":"3600"})", hours(1)},
      {R"({"expires_in":"1","expires_on":"1795352400"})", hours(1)},
      {R"({"expires_in":"3600","expires_on":""})", hours(1)},
      {R"({"expires_in":"3600","expires_on":" "})", hours(1)},
      {R"({"expires_in":"3600","expires_on":null})", hours(1)},
      {R"({"expires_in":null,"expires_on":"1795352400"})", hours(1)},
      {R"({"expires_in":"3600","expires_on":1.9e9})", hours(1)},
      {R"({"expires_in":"3600","expires_on":"1893456000.5"})", hours(1)},
      {R"({"expires_on":1.7953524e9})", hours(1)},
      {R"({"expires_on":1795352400.75})", hours(1)},
      {R"({"expires_on":"1795352400.5"})", hours(1)},
      {R"({"expires_on":" 1795352400 "})", hours(1)},
      {R"({"expires_on":"\t1795352400\n"})", hours(1)},
      {R"({"expires_in":3600.0})", hours(1)},
      {R"({"expires_in":" 3600.9 "})", hours(1)},
      {R"({"expires_on":1795352400000})", hours(1)},
      {R"({"expires_on":"1795352400999.5"})", hours(1)},
      {R"({"expires_in":"3600","expires_on":"1795352400000"})", hours(1)},
      {R"({"expires_in":3600,"expires_on":253402300799})", hours(1)},
      {R"({"expires_in":3600,"expires_on":"253402300799999"})", hours(1)},
      {R"({"expires_in":3600,"expires_on":"9999-12-31T23:59:59Z"})", hours(1)},
      {R"({"expires_in":3600,"expires_on":"12/31/9999 11:59:59 PM +00:00"})", hours(1)},
      {R"({"expires_in":3600,"expires_on":9223372036854775807})", hours(1)},
      {R"({"expires_on":"2026-11-22T13:00:00Z"})", hours(1)},
      {R"({"expires_on":"2026-11-22T13:00:00.1234567Z"})", hours(1)},
      {R"({"expires_on":"2026-11-22T13:00:00+00:00"})", hours(1)},
      {R"({"expires_on":"2026-11-22T18:30:00+05:30"})", hours(1)},
      {R"({"expires_on":"2026-11-22T05:00:00-0800"})", hours(1)},
      {R"({"expires_on":"2026-11-22 13:00:00Z"})", hours(1)},
      {R"({"expires_on":"11/22/2026 1:00:00 PM +00:00"})", hours(1)},
      {R"({"expires_on":"11/22/2026 01:00:00 PM +00:00"})", hours(1)},
      {R"({"expires_on":"11/22/2026 13:00:00 +00:00"})", hours(1)},
      {R"({"expires_on":"11/22/2026 13:00:00 PM +00:00"})", hours(1)},
      {R"({"expires_on":"11/23/2026 12:30:00 AM +00:00"})", seconds(12 * 3600 + 1800)},
      {R"({"expires_on":"11/22/2026 12:30:00 PM +00:00"})", seconds(1800)},
      {R"({"expires_on":"12/1/2026 0:00:00 +00:00"})", hours(8 * 24 + 12)},
  };
  for (const Row& row : rows) {
    const auto lifetime = ReadLifetime(*JsonObject::Parse(row.answer), kNow);
    ASSERT_TRUE(lifetime) << row.answer << " " << lifetime.error().message;
    EXPECT_EQ(lifetime->expires_on - system_clock::time_point(kNow), row.life) << row.answer;
  }
}

TEST(Expiry, NonsenseIsRefused) {
  for (const char* answer : {R"({})",
                             R"({"expires_on":""})",
                             R"({"expires_on":null})",
                             R"({"expires_on":"soon"})",
                             R"({"expires_on":-1})",
                             R"({"expires_on":0})",
                             R"({"expires_in":"0"})",
                             R"({"expires_on":0.5})",
                             R"({"expires_on":"","expires_in":null})",
                             R"({"expires_on":"1795352400."})",
                             R"({"expires_on":"1795352400.x"})",
                             R"({"expires_on":".5"})",
                             R"({"expires_on":"1795 352400"})",
                             R"({"expires_on":1795340000,"expires_in":3600})",
                             R"({"expires_on":1900000000,"expires_in":99999999})",
                             R"({"expires_on":true,"expires_in":3600})",
                             R"({"expires_on":-1,"expires_in":3600})",
                             R"({"expires_on":1795348799000})",
                             R"({"expires_on":1900000000000})",
                             R"({"expires_on":253402300799,"expires_in":"soon"})",
                             R"({"expires_on":253402300799,"expires_in":253402300799})",
                             R"({"expires_on":1795348800})",
                             R"({"expires_on":1795340000})",
                             R"({"expires_on":9223372036854775807})",
                             R"({"expires_on":1900000000})",
                             R"({"expires_in":99999999})",
                             R"({"expires_on":"2026-11-22T13:00:00"})",
                             R"({"expires_on":"2026-02-30T13:00:00Z"})",
                             R"({"expires_on":"2026-11-22T25:00:00Z"})",
                             R"({"expires_on":"2026-11-22T13:00:00Zx"})",
                             R"({"expires_on":"22/11/2026 13:00:00 +00:00"})",
                             R"({"expires_on":"11/22/2026 13:00:00"})",
                             R"({"expires_on":"11/22/2026 1:00:00 XM +00:00"})"}) {
    const auto lifetime = ReadLifetime(*JsonObject::Parse(answer), kNow);
    ASSERT_FALSE(lifetime) << answer;
    EXPECT_EQ(lifetime.error().code, ErrorCode::kInvalidTimestampFormat) << answer;
  }
}

// A5.
TEST(Expiry, OutsideOf1970To2100IsRefusedAndNeverWrapsAround) {
  // 20242626213 is 2^64 nanoseconds and some days: it read as a time in November 2026.
  for (const char* answer :
       {R"({"expires_on":20242626213})", R"({"expires_on":"20242626213"})", R"({"expires_on":4102444801})",
        R"({"expires_on":1099511627776})", R"({"expires_on":978307199999})",
        R"({"expires_on":4102444801000})", R"({"expires_on":253402300799})",
        R"({"expires_on":"9999-12-31T23:59:59Z"})", R"({"expires_on":"2611-06-20T13:00:00Z"})",
        R"({"expires_on":"12/31/9999 11:59:59 PM +00:00"})", R"({"expires_on":"0001-01-01T00:00:00Z"})",
        R"({"expires_on":"1969-12-31T23:59:59Z"})", R"({"expires_in":20242626213})",
        R"({"expires_in":9223372036854775807})", R"({"expires_in":-9223372036854775808})"}) {
    const auto lifetime = ReadLifetime(*JsonObject::Parse(answer), kNow);
    ASSERT_FALSE(lifetime) << answer;
    EXPECT_EQ(lifetime.error().code, ErrorCode::kInvalidTimestampFormat) << answer;
  }
  for (const auto now : {system_clock::time_point::max(), system_clock::time_point::min()}) {
    EXPECT_FALSE(ReadLifetime(*JsonObject::Parse(R"({"expires_in":3600})"), now));
    EXPECT_FALSE(ReadLifetime(*JsonObject::Parse(R"({"expires_on":1795352400})"), now));
  }
}

// A5.
TEST(Refresh, AnAbsurdRefreshTimeIsIgnored) {
  for (const char* refresh_in :
       {"20242626213", "18446744074", "9223372036854775807", "-9223372036854775808"}) {
    const std::string answer = std::string(R"({"expires_in":86400,"refresh_in":)") + refresh_in + "}";
    const auto lifetime = ReadLifetime(*JsonObject::Parse(answer), kNow);
    ASSERT_TRUE(lifetime) << answer;
    EXPECT_EQ(lifetime->refresh_on, kNow + hours(12)) << answer;
  }
}

TEST(Refresh, IsAtTheHalfOfALifeOverTwoHoursOrWhenTheSourceSays) {
  struct RefreshRow {
    const char* answer;
    std::optional<seconds> after;
  };
  const RefreshRow rows[] = {
      {R"({"expires_in":7200})", std::nullopt},
      {R"({"expires_in":7201})", seconds(3600)},
      {R"({"expires_in":10800})", seconds(5400)},
      {R"({"expires_in":3600,"refresh_in":"1200"})", seconds(1200)},
      {R"({"expires_in":86400,"refresh_in":"43199"})", seconds(43199)},
      {R"({"expires_in":3600,"refresh_in":3600})", std::nullopt},
      {R"({"expires_in":10800,"refresh_in":-1})", seconds(5400)},
  };
  for (const RefreshRow& row : rows) {
    const auto lifetime = ReadLifetime(*JsonObject::Parse(row.answer), kNow);
    ASSERT_TRUE(lifetime) << row.answer;
    ASSERT_EQ(lifetime->refresh_on.has_value(), row.after.has_value()) << row.answer;
    if (row.after) {
      EXPECT_EQ(std::chrono::floor<seconds>(*lifetime->refresh_on), kNow + *row.after) << row.answer;
    }
  }
}

}  // namespace
}  // namespace msiv2::v1
