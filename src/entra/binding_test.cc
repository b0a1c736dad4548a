#include "entra/binding.h"

#include <gtest/gtest.h>

namespace msiv2::entra {
namespace {

// RFC 8705 section 3.1, figure 2: payload of a certificate-bound access token, encoded with the base64 tool.
constexpr char kThumbprint[] = "bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2";
constexpr char kBoundToken[] =
    "eyJhbGciOiJSUzI1NiJ9."
    "eyJpc3MiOiJodHRwczovL3NlcnZlci5leGFtcGxlLmNvbSIsInN1YiI6InR5LndlYmJAZXhhbXBsZS5jb20iLCJleHAiOjE0OTM3"
    "MjYwMDAsIm5iZiI6MTQ5MzcyMjQwMCwiY25mIjp7Ing1dCNTMjU2IjoiYndjSzBlc2MzQUNDM0RCMlk1X2xFU3NYRThvOWx0YzA1"
    "Tzg5amROLWRnMiJ9fQ."
    "c2ln";

// Tokens with header {"alg":"RS256"}, signature "sig" and the payload that the name describes, by the same
// tool.
constexpr char kNoCnf[] = "eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJ4In0.c2ln";      // {"aud":"x"}
constexpr char kEmptyCnf[] = "eyJhbGciOiJSUzI1NiJ9.eyJjbmYiOnt9fQ.c2ln";    // {"cnf":{}}
constexpr char kCnfIsText[] = "eyJhbGciOiJSUzI1NiJ9.eyJjbmYiOiJ4In0.c2ln";  // {"cnf":"x"}
constexpr char kEmptyThumbprint[] = "eyJhbGciOiJSUzI1NiJ9.eyJjbmYiOnsieDV0I1MyNTYiOiIifX0.c2ln";

TEST(TokenBinding, IsVerifiedWhenTheThumbprintIsOurs) {
  const auto verified = VerifyTokenBinding(kBoundToken, kThumbprint);
  ASSERT_TRUE(verified) << verified.error().message;
  EXPECT_TRUE(*verified);
}

TEST(TokenBinding, CannotBeVerifiedForAnOpaqueToken) {
  for (const char* token : {"opaque", "a.b", "a.b.c", "a.b.c.d.e", "eyJhbGciOiJSUzI1NiJ9..c2ln", ""}) {
    const auto verified = VerifyTokenBinding(token, kThumbprint);
    ASSERT_TRUE(verified) << token;
    EXPECT_FALSE(*verified) << token;
  }
}

// A10.
TEST(TokenBinding, ATokenWithTheShapeOfAJwtMustBeReadable) {
  for (const char* token : {
           "eyJhbGciOiJSUzI1NiJ9.!!!.c2ln",          // not base64url
           "eyJhbGciOiJSUzI1NiJ9.e30=.c2ln",         // padded
           "eyJhbGciOiJSUzI1NiJ9.bm90IEpTT04.c2ln",  // "not JSON"
           "eyJhbGciOiJSUzI1NiJ9.W10.c2ln",          // []
           "eyJhbGci.eyJhdWQiOiJ4In0.c2ln",          // a header that is cut short
           // {"cnf":{"x5t#S256":"AAAA"},"cnf":{"x5t#S256":"BBBB"}}
           "eyJhbGciOiJSUzI1NiJ9."
           "eyJjbmYiOnsieDV0I1MyNTYiOiJBQUFBIn0sImNuZiI6eyJ4NXQjUzI1NiI6IkJCQkIifX0.c2ln",
       }) {
    const auto refused = VerifyTokenBinding(token, "BBBB");
    ASSERT_FALSE(refused) << token;
    EXPECT_EQ(refused.error().code, ErrorCode::kTokenBindingMismatch) << token;
  }
  const auto jwe = VerifyTokenBinding("eyJhbGciOiJSU0EtT0FFUCJ9.a2V5.aXY.Y2lwaGVy.dGFn", "BBBB");
  ASSERT_TRUE(jwe) << "five parts are a JWE: opaque";
  EXPECT_FALSE(*jwe);
}

// G-23.
TEST(TokenBinding, AJwtMustNameOurCertificate) {
  for (const char* token : {kNoCnf, kEmptyCnf, kCnfIsText, kEmptyThumbprint}) {
    const auto refused = VerifyTokenBinding(token, kThumbprint);
    ASSERT_FALSE(refused) << token;
    EXPECT_EQ(refused.error().code, ErrorCode::kTokenBindingMismatch);
    EXPECT_EQ(refused.error().step, Step::kToken);
  }
  const auto other = VerifyTokenBinding(kBoundToken, "bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg3");
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, ErrorCode::kTokenBindingMismatch);
  EXPECT_FALSE(VerifyTokenBinding(kBoundToken, ""));
  EXPECT_FALSE(VerifyTokenBinding(kEmptyThumbprint, "")) << "an empty claim binds nothing";
}

}  // namespace
}  // namespace msiv2::entra
