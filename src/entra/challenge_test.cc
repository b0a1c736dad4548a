#include "msiv2/challenge.h"

#include <gtest/gtest.h>

namespace msiv2 {
namespace {

// From the public documentation of claims challenges; the JSON is what `base64 -d` prints for it.
constexpr char kEncoded[] =
    "eyJhY2Nlc3NfdG9rZW4iOnsiYWNycyI6eyJlc3NlbnRpYWwiOnRydWUsInZhbHVlIjoiY3AxIn19fQ==";
constexpr char kDecoded[] = R"({"access_token":{"acrs":{"essential":true,"value":"cp1"}}})";

std::optional<ClaimsChallenge> Parse(const std::string& value) {
  return ParseClaimsChallenge({{"Content-Type", "text/plain"}, {"WWW-Authenticate", value}});
}

std::string Challenge(const std::string& claims) {
  return "Bearer error=\"insufficient_claims\", claims=\"" + claims + "\"";
}

TEST(ClaimsChallenge, IsReadFromTheDocumentedExample) {
  const auto challenge = Parse(
      R"(Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", )"
      R"(error="insufficient_claims", claims=")" +
      std::string(kEncoded) + "\"");
  ASSERT_TRUE(challenge);
  EXPECT_EQ(challenge->scheme, "Bearer");
  EXPECT_EQ(challenge->claims, kDecoded);
}

TEST(ClaimsChallenge, ComesWithAnyOfOurSchemesInAnyLetterCase) {
  for (const char* scheme : {"Bearer", "bearer", "BEARER", "PoP", "pop", "mtls_pop", "MTLS_POP"}) {
    const auto challenge =
        Parse(std::string(scheme) + " Error=\"insufficient_claims\", CLAIMS=\"" + kEncoded + "\"");
    ASSERT_TRUE(challenge) << scheme;
    EXPECT_EQ(challenge->scheme, scheme);
  }
  EXPECT_FALSE(Parse("Basic error=\"insufficient_claims\", claims=\"" + std::string(kEncoded) + "\""));
}

TEST(ClaimsChallenge, MayBeBase64OrBase64UrlWithOrWithoutPaddingOrPlain) {
  // printf '{"a":"??>>"}' | base64, whose output has both characters that differ.
  EXPECT_EQ(Parse(Challenge("eyJhIjoiPz8+PiJ9"))->claims, R"({"a":"??>>"})");
  EXPECT_EQ(Parse(Challenge("eyJhIjoiPz8-PiJ9"))->claims, R"({"a":"??>>"})");
  EXPECT_EQ(Parse(Challenge("eyJhIjoiPz8/PiJ9"))->claims, R"({"a":"???>"})");
  EXPECT_EQ(Parse(Challenge("eyJhIjoiPz8_PiJ9"))->claims, R"({"a":"???>"})");
  // printf '{"a":"123"}' | base64 and printf '{"a":"12"}' | base64
  EXPECT_EQ(Parse(Challenge("eyJhIjoiMTIzIn0"))->claims, R"({"a":"123"})");
  EXPECT_EQ(Parse(Challenge("eyJhIjoiMTIifQ=="))->claims, R"({"a":"12"})");
  EXPECT_EQ(Parse(Challenge("eyJhIjoiMTIifQ"))->claims, R"({"a":"12"})");
  EXPECT_EQ(Parse(Challenge(R"({\"a\":\"12\"})"))->claims, R"({"a":"12"})");
  EXPECT_EQ(Parse(Challenge(" eyJhIjoiMTIifQ "))->claims, R"({"a":"12"})");
  EXPECT_EQ(Parse("Bearer error=insufficient_claims, claims=eyJhIjoiMTIifQ")->claims, R"({"a":"12"})");
}

TEST(ClaimsChallenge, IsFoundAmongOthersInOneHeaderAndInSeveral) {
  const std::string ours = Challenge("eyJhIjoiMTIifQ");
  EXPECT_TRUE(Parse("Negotiate, Basic realm=\"x\", " + ours + ", Digest nonce=\"y\""));
  EXPECT_TRUE(Parse("Bearer error=\"invalid_token\", " + ours));
  const HttpHeaders headers = {{"www-authenticate", "Negotiate YII="},
                               {"WWW-Authenticate", "Basic realm=\"broken"},
                               {"WWW-AUTHENTICATE", ours}};
  ASSERT_TRUE(ParseClaimsChallenge(headers)) << "a broken header does not hide the others";
  EXPECT_EQ(ParseClaimsChallenge(headers)->claims, R"({"a":"12"})");
}

TEST(ClaimsChallenge, TheFirstOneCounts) {
  EXPECT_EQ(Parse(Challenge("eyJhIjoiMTIifQ") + ", " + Challenge(kEncoded))->claims, R"({"a":"12"})");
  EXPECT_EQ(Parse(Challenge("!") + ", " + Challenge(kEncoded))->claims, kDecoded);
}

TEST(ClaimsChallenge, IsNotReadFromOtherHeaders) {
  EXPECT_FALSE(ParseClaimsChallenge({}));
  EXPECT_FALSE(ParseClaimsChallenge({{"Proxy-Authenticate", Challenge(kEncoded)}}));
}

TEST(ClaimsChallenge, NeedsItsErrorAndItsClaims) {
  const std::string claims = "claims=\"" + std::string(kEncoded) + "\"";
  EXPECT_FALSE(Parse("Bearer " + claims));
  EXPECT_FALSE(Parse("Bearer error=\"invalid_token\", " + claims));
  EXPECT_FALSE(Parse("Bearer error=\"insufficient_claims\""));
  EXPECT_FALSE(Parse("Bearer error=\"insufficient_claims\", Basic " + claims)) << "another challenge's";
  EXPECT_FALSE(Parse("Bearer error=\"insufficient_claims\", error=\"x\", " + claims)) << "given twice";
  EXPECT_FALSE(Parse("Bearer error=\"insufficient_claims\", " + claims + ", " + claims));
}

TEST(ClaimsChallenge, MustHoldAJsonObject) {
  for (const char* claims : {"", " ", "=", "==", "!", "eyJ", "e", "eyJhIjoiMTIifQ===", "eyJhIjoi MTIifQ",
                             "WzFd",              // [1]
                             "ImEi",              // "a"
                             "bnVsbA",            // null
                             "eyJhIjo=",          // {"a":
                             "eyJhIjoi/yJ9",      // {"a":"\xff"}
                             "eyJhIjoiMTIifR==",  // bits after the last byte
                             "{", "{}x", "{\\\"a\\\"", "%7B%22a%22%3A1%7D"}) {
    EXPECT_FALSE(Parse(Challenge(claims))) << claims;
  }
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += R"({\"a\":)";
  EXPECT_FALSE(Parse(Challenge(deep + "1" + std::string(100, '}'))));
}

TEST(ClaimsChallenge, IsOfBoundedSize) {
  const auto of_size = [](std::size_t size) {
    return Challenge(R"({\"a\":\")" + std::string(size - 8, 'x') + R"(\"})");
  };
  EXPECT_EQ(Parse(of_size(16 * 1024))->claims.size(), 16U * 1024);
  EXPECT_FALSE(Parse(of_size(16 * 1024 + 1)));
  const std::string filler = "Basic realm=\"" + std::string(40 * 1024, 'x') + "\"";
  const std::pair<std::string, std::string> ours = {"WWW-Authenticate", Challenge(kEncoded)};
  EXPECT_TRUE(ParseClaimsChallenge({{"WWW-Authenticate", filler}, ours}));
  EXPECT_FALSE(ParseClaimsChallenge({{"WWW-Authenticate", filler}, {"WWW-Authenticate", filler}, ours}));
  const std::string most(64 * 1024 - ours.second.size(), 'x');
  EXPECT_TRUE(ParseClaimsChallenge({{"WWW-Authenticate", most}, ours}));
  EXPECT_FALSE(ParseClaimsChallenge({{"WWW-Authenticate", most + 'x'}, ours}));
}

}  // namespace
}  // namespace msiv2
