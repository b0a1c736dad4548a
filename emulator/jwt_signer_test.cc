#include "emulator/jwt_signer.h"

#include <gtest/gtest.h>

#include "emulator/base64.h"

namespace msiv2::emulator {
namespace {

using nlohmann::json;

/// Signer returns a signer that all tests share: creating a key takes a quarter of a second.
const JwtSigner& Signer() {
  static const JwtSigner signer;
  return signer;
}

TEST(JwtSigner, VerifiesItsOwnTokens) {
  const json claims = {{"aud", "https://vault.azure.net"}, {"exp", 1}};
  EXPECT_EQ(Signer().Verify(Signer().Sign(claims)), claims);
}

TEST(JwtSigner, RefusesAnotherSignersToken) {
  EXPECT_FALSE(Signer().Verify(JwtSigner().Sign({{"aud", "x"}})));
}

TEST(JwtSigner, RefusesAChangedClaim) {
  const std::string token = Signer().Sign({{"aud", "x"}});
  const std::size_t dot = token.find('.');
  const std::string forged =
      token.substr(0, dot + 1) + EncodeBase64Url(R"({"aud":"y"})") + token.substr(token.rfind('.'));
  EXPECT_FALSE(Signer().Verify(forged));
}

TEST(JwtSigner, RefusesAlgorithmNoneEvenWithTheRightKid) {
  const json header = {{"alg", "none"}, {"kid", Signer().kid()}};
  EXPECT_FALSE(Signer().Verify(EncodeBase64Url(header.dump()) + "." + EncodeBase64Url("{}") + ".AAAA"));
}

TEST(JwtSigner, RefusesTextThatIsNotAToken) {
  const std::string token = Signer().Sign({{"aud", "x"}});
  for (const std::string& text : {std::string(), std::string("."), std::string(".."), std::string("a.b.c"),
                                  token + ".x", token.substr(0, token.rfind('.')), token + "="}) {
    EXPECT_FALSE(Signer().Verify(text)) << text;
  }
}

TEST(JwtSigner, ServesItsPublicKeyAsAJwks) {
  const json jwks = Signer().Jwks();
  ASSERT_EQ(jwks.at("keys").size(), 1u);
  const json& key = jwks.at("keys").at(0);
  EXPECT_EQ(key.at("kty"), "RSA");
  EXPECT_EQ(key.at("e"), "AQAB");
  EXPECT_EQ(key.at("kid"), Signer().kid());
  EXPECT_EQ(DecodeBase64Url(key.at("n").get<std::string>())->size(), 256u);
}

}  // namespace
}  // namespace msiv2::emulator
