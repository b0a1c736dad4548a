#include "base/jwt.h"

#include <gtest/gtest.h>

namespace msiv2 {
namespace {

TEST(Jwt, TheExampleOfRfc7519IsRead) {
  // RFC 7519 section 3.1.
  const auto claims = JwtClaims(
      "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
      "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
      "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
  ASSERT_TRUE(claims);
  EXPECT_EQ(claims->String("iss"), "joe");
  EXPECT_EQ(claims->Seconds("exp"), 1300819380);
}

TEST(Jwt, IsThreeBase64UrlPartsOfWhichTwoAreObjects) {
  // e30 is {}, W10 is [], c2ln is sig.
  EXPECT_TRUE(JwtClaims("e30.e30.c2ln"));
  for (const char* token :
       {"", ".", "..", "e30", "e30.e30", "e30.e30.", ".e30.c2ln", "e30..c2ln", "e30.e30.c2ln.",
        "e30.e30.c2ln.e30", "W10.e30.c2ln", "e30.W10.c2ln", "e30=.e30.c2ln", "e30.e3 0.c2ln", "e30.e30.c2l+",
        " e30.e30.c2ln", "e30.e30.c2ln\n", "e30.x.c2ln"}) {
    EXPECT_FALSE(JwtClaims(token)) << token;
  }
}

// A10.
TEST(Jwt, AnAmbiguousJwtIsNotRead) {
  // Encoded with the base64 tool: {"alg":"RS256"}, {"a":"1","a":"2"}, {"a":"b\u0000"}, {"a":"b"} and a NUL
  // byte.
  constexpr char kHeader[] = "eyJhbGciOiJSUzI1NiJ9";
  constexpr char kTwice[] = "eyJhIjoiMSIsImEiOiIyIn0";
  constexpr char kEscapedNul[] = "eyJhIjoiYlx1MDAwMCJ9";
  constexpr char kNul[] = "eyJhIjoiYiJ9AA";
  for (const std::string part : {kTwice, kEscapedNul, kNul}) {
    EXPECT_FALSE(JwtClaims(std::string(kHeader) + "." + part + ".c2ln")) << part;
    EXPECT_FALSE(JwtClaims(part + "." + kHeader + ".c2ln")) << part;
  }
}

// A10.
TEST(Jwt, HasItsShapeByThreePartsOfWhichTheFirstBeginsLikeAnObject) {
  for (const char* token : {"eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJ4In0.c2ln", "eyJ.x.y", "eyJhbGci.!!!.c2ln",
                            "eyJhbGciOiJSUzI1NiJ9.e30=.c2ln"}) {
    EXPECT_TRUE(HasJwtShape(token)) << token;
  }
  for (const char* token : {"", "eyJ", "eyJ.x", "eyJ..y", "eyJ.x.", ".eyJ.x", "eyJ.x.y.", "eyJ.x.y.z",
                            "eyJ.a.b.c.d", "e30.e30.c2ln", "opaque", " eyJ.x.y"}) {
    EXPECT_FALSE(HasJwtShape(token)) << token;
  }
}

}  // namespace
}  // namespace msiv2
