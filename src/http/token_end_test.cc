#include "http/token_end.h"

#include <gtest/gtest.h>

#include <string>

#include "base/base64.h"
#include "base/bytes.h"

namespace msiv2 {
namespace {

std::string Jwt(const std::string& claims) {
  return "eyJhbGciOiJSUzI1NiJ9." + Base64UrlEncode(AsBytes(claims)) + ".c2ln";
}

// Sun, 22 Nov 2026 12:00:00 GMT is 1795348800.
std::string Why(const std::string& token, const std::string& date = "Sun, 22 Nov 2026 12:00:00 GMT") {
  return std::string(WhyEnded(token, {200, {{"date", date}}, ""}).value_or(""));
}

bool Ended(const std::string& token) {
  return Why(token).starts_with("had expired by the answer's own Date");
}

// U12.
TEST(WhyEnded, ComparesTheTokensEndWithTheAnswersDate) {
  EXPECT_FALSE(Ended(Jwt(R"({"exp":1795352400})")));
  EXPECT_FALSE(Ended(Jwt(R"({"exp":1795348801})")));
  EXPECT_FALSE(Ended(Jwt(R"({"exp":"1795352400"})")));
  EXPECT_TRUE(Ended(Jwt(R"({"exp":1795348800})")));
  EXPECT_TRUE(Ended(Jwt(R"({"exp":1795345200})"))) << "an hour ago";
  EXPECT_TRUE(Ended(Jwt(R"({"exp":0})")));
  EXPECT_EQ(Why(Jwt(R"({"exp":1795352400})")), "");
}

// U12. RFC 7519 section 2: the time may have a fraction.
TEST(WhyEnded, CutsTheFractionOfAnEnd) {
  EXPECT_EQ(Why(Jwt(R"({"exp":1795348801.25})")), "");
  EXPECT_EQ(Why(Jwt(R"({"exp":1.7953524e9})")), "");
  EXPECT_TRUE(Ended(Jwt(R"({"exp":1795348800.75})")));
}

// U12, A5.
TEST(WhyEnded, AnExpiryThatIsNotATimeIsNamed) {
  for (const char* exp : {"-1", "20242626213", "9223372036854775807", "\"soon\"", "null", "[]", "1e300",
                          "-1e300", "-0.5", "true"}) {
    EXPECT_EQ(Why(Jwt(std::string(R"({"exp":)") + exp + "}")),
              "has an `exp` that is not a time between 1970 and 2100")
        << exp;
  }
}

// U12.
TEST(WhyEnded, SaysNothingWithoutADateOrAnEnd) {
  const std::string ended = Jwt(R"({"exp":1})");
  EXPECT_FALSE(WhyEnded(ended, {200, {}, ""}));
  EXPECT_EQ(Why(ended, "yesterday"), "");
  EXPECT_EQ(Why(ended, "Fri, 31 Dec 9999 23:59:59 GMT"), "");
  EXPECT_EQ(Why(Jwt("{}")), "");
  EXPECT_EQ(Why("opaque"), "");
}

}  // namespace
}  // namespace msiv2
