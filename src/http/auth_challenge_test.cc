#include "http/auth_challenge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace msiv2 {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

std::vector<AuthChallenge> Parse(std::string_view value) {
  auto challenges = ParseAuthChallenges(value);
  EXPECT_TRUE(challenges) << value;
  return challenges.value_or(std::vector<AuthChallenge>());
}

// The example of RFC 9110 section 11.6.1, and the same two challenges in reverse order.
TEST(AuthChallenges, ReadsTheExampleOfTheRfc) {
  const auto challenges =
      Parse(R"(Basic realm="simple", Newauth realm="apps", type=1, title="Login to \"apps\"")");
  ASSERT_EQ(challenges.size(), 2U);
  EXPECT_EQ(challenges[0].scheme, "Basic");
  EXPECT_THAT(challenges[0].parameters, ElementsAre(Pair("realm", "simple")));
  EXPECT_EQ(challenges[1].scheme, "Newauth");
  EXPECT_THAT(challenges[1].parameters,
              ElementsAre(Pair("realm", "apps"), Pair("type", "1"), Pair("title", "Login to \"apps\"")));
  const auto turned =
      Parse(R"(Newauth realm="apps", type=1, title="Login to \"apps\"", Basic realm="simple")");
  ASSERT_EQ(turned.size(), 2U);
  EXPECT_EQ(turned[0].parameters.size(), 3U);
  EXPECT_EQ(turned[1].scheme, "Basic");
}

// RFC 6750 section 3, RFC 7616 section 3.9.1, RFC 9449 section 7.1.
TEST(AuthChallenges, ReadsTheExamplesOfOtherRfcs) {
  const auto bearer =
      Parse(R"(Bearer realm="example", error="invalid_token", error_description="The access token expired")");
  ASSERT_EQ(bearer.size(), 1U);
  EXPECT_EQ(bearer[0].Parameter("error_description"), "The access token expired");
  const auto digest =
      Parse(R"(Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=SHA-256, )"
            R"(nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", )"
            R"(opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS")");
  ASSERT_EQ(digest.size(), 1U);
  EXPECT_EQ(digest[0].Parameter("qop"), "auth, auth-int");
  EXPECT_EQ(digest[0].Parameter("algorithm"), "SHA-256");
  const auto dpop = Parse(R"(DPoP algs="ES256 PS256")");
  ASSERT_EQ(dpop.size(), 1U);
  EXPECT_EQ(dpop[0].Parameter("algs"), "ES256 PS256");
}

TEST(AuthChallenges, ReadsToken68) {
  const auto challenges = Parse("Negotiate a87421000492aa874209af8bc028, NTLM TlRMTVNTUAAC==, Basic realm=x");
  ASSERT_EQ(challenges.size(), 3U);
  EXPECT_EQ(challenges[0].token68, "a87421000492aa874209af8bc028");
  EXPECT_EQ(challenges[1].token68, "TlRMTVNTUAAC==");
  EXPECT_EQ(challenges[2].token68, "");
  EXPECT_EQ(challenges[2].Parameter("realm"), "x");
  EXPECT_EQ(Parse("Negotiate ab-._~+/9=  ")[0].token68, "ab-._~+/9=");
}

TEST(AuthChallenges, ReadsASchemeAlone) {
  const auto challenges = Parse("Negotiate, Bearer ,\tPoP");
  ASSERT_EQ(challenges.size(), 3U);
  EXPECT_EQ(challenges[1].scheme, "Bearer");
  EXPECT_THAT(challenges[1].parameters, IsEmpty());
}

TEST(AuthChallenges, TakesBlanksAroundTheEqualsSignAndEmptyElements) {
  const auto challenges = Parse(", ,Bearer\t , realm = \"a\"  ,,error\t=x,");
  ASSERT_EQ(challenges.size(), 1U);
  EXPECT_THAT(challenges[0].parameters, ElementsAre(Pair("realm", "a"), Pair("error", "x")));
}

TEST(AuthChallenges, ComparesNamesWithoutCase) {
  EXPECT_EQ(Parse("Bearer REALM=\"A\"")[0].Parameter("realm"), "A");
}

TEST(AuthChallenges, AParameterGivenTwiceHasNoValue) {
  const auto challenges = Parse("Bearer a=1, A=2, b=3");
  EXPECT_EQ(challenges[0].Parameter("a"), std::nullopt);
  EXPECT_EQ(challenges[0].Parameter("b"), "3");
}

TEST(AuthChallenges, TakesEmptyQuotesAndBytesBeyondAscii) {
  const auto challenges = Parse("Bearer realm=\"\", title=\"\xc3\xa4\\\\\"");
  EXPECT_EQ(challenges[0].Parameter("realm"), "");
  EXPECT_EQ(challenges[0].Parameter("title"), "\xc3\xa4\\");
}

TEST(AuthChallenges, ReadsNothingFromAnEmptyHeader) {
  EXPECT_THAT(Parse(""), IsEmpty());
  EXPECT_THAT(Parse(" , ,"), IsEmpty());
}

TEST(AuthChallenges, RefusesWhatBreaksTheGrammar) {
  for (const char* value : {
           "realm=\"x\"",               // a parameter without a scheme
           "Bearer realm=\"x",          // an unclosed quote
           "Bearer realm=\"x\\",        // an escape without a character
           "Bearer realm=\"x\"y",       // text after the quotes
           "Bearer realm=\"x\" a=1",    // no comma
           "Bearer a=1 Basic",          //
           "Bearer a=, b=1, c=?",       // `?` is not a token
           "Bearer realm=\"a\x01\"",    // a control character
           "Bearer realm=\"a\\\x7f\"",  //
           "Bearer realm=\"a\r\nb\"",   //
           "Bearer tok en",             //
           "Bearer/YII=",               // no blank after the scheme
           "Bearer ab, =1",             //
           "Bearer \"x\"",              //
           "Negotiate abc, realm=x",    // a parameter after a token68
           "B\xc3\xa4r a=1",            // a scheme is ASCII
           "Bearer;a=1",                //
           "Bearer a:b=1",              //
           "Bearer a=b=c",              //
       }) {
    EXPECT_FALSE(ParseAuthChallenges(value)) << value;
  }
}

TEST(AuthChallenges, TakesALongHeaderInItsStride) {
  std::string value = "Bearer a=1";
  for (int i = 0; i < 20000; ++i) value += ", b" + std::to_string(i) + "=2";
  EXPECT_EQ(Parse(value)[0].parameters.size(), 20001U);
  EXPECT_FALSE(ParseAuthChallenges(std::string(100000, '=')));
  EXPECT_FALSE(ParseAuthChallenges("Bearer a=\"" + std::string(100000, '\\')));
}

}  // namespace
}  // namespace msiv2
