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
bool Ended(const std::string& token, const std::string& date = "Sun, 22 Nov 2026 12:00:00 GMT") {
  return HasEnded(token, {200, {{"date", date}}, ""});
}

// U12.
TEST(HasEnded, ComparesTheTokensEndWithTheAnswersDate) {
  EXPECT_FALSE(Ended(Jwt(R"({"exp":1795352400})")));
  EXPECT_FALSE(Ended(Jwt(R"({"exp":1795348801})")));
  EXPECT_FALSE(Ended(Jwt(R"({"exp":"1795352400"})")));
  EXPECT_TRUE(Ended(Jwt(R"({"exp":1795348800})")));
  EXPECT_TRUE(Ended(Jwt(R"({"exp":1795345200})"))) << "an hour ago";
  EXPECT_TRUE(Ended(Jwt(R"({"exp":0})")));
}

// U12, A5.
TEST(HasEnded, TakesAnEndThatIsNotATimeForThePast) {
  for (const char* exp : {"-1", "20242626213", "9223372036854775807", "\"soon\"", "null", "[]"}) {
    EXPECT_TRUE(Ended(Jwt(std::string(R"({"exp":)") + exp + "}"))) << exp;
  }
}

// U12.
TEST(HasEnded, SaysNothingWithoutADateOrAnEnd) {
  const std::string ended = Jwt(R"({"exp":1})");
  EXPECT_FALSE(HasEnded(ended, {200, {}, ""}));
  EXPECT_FALSE(Ended(ended, "yesterday"));
  EXPECT_FALSE(Ended(ended, "Fri, 31 Dec 9999 23:59:59 GMT"));
  EXPECT_FALSE(Ended(Jwt("{}")));
  EXPECT_FALSE(Ended("opaque"));
}

}  // namespace
}  // namespace msiv2
