#include "emulator/jwt_signer.h"

#include <openssl/core_names.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>

#include "emulator/base64.h"

namespace msiv2::emulator {
namespace {

using nlohmann::json;

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string KeyNumber(EVP_PKEY* key, const char* name) {
  BIGNUM* number = nullptr;
  Require(EVP_PKEY_get_bn_param(key, name, &number) == 1, "RSA public key");
  std::string bytes(static_cast<std::size_t>(BN_num_bytes(number)), '\0');
  BN_bn2bin(number, reinterpret_cast<unsigned char*>(bytes.data()));
  BN_free(number);
  return bytes;
}

/// JwkThumbprint returns the key's name by RFC 7638: the hash of its JWK with the members in order.
std::string JwkThumbprint(const json& jwk) {
  const std::string canonical = R"({"e":")" + jwk.at("e").get<std::string>() + R"(","kty":"RSA","n":")" +
                                jwk.at("n").get<std::string>() + R"("})";
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(Bytes(canonical), canonical.size(), reinterpret_cast<unsigned char*>(digest.data()));
  return EncodeBase64Url(digest);
}

std::optional<json> DecodeObject(std::string_view part) {
  const auto text = DecodeBase64Url(part);
  if (!text) return std::nullopt;
  json value = json::parse(*text, nullptr, false);
  if (!value.is_object()) return std::nullopt;
  return value;
}

bool IsText(const json& object, const char* member, const std::string& wanted) {
  const auto found = object.find(member);
  return found != object.end() && found->is_string() && found->get<std::string>() == wanted;
}

}  // namespace

KeyHandle NewRsaKey() {
  KeyHandle key(EVP_RSA_gen(2048));
  Require(key != nullptr, "RSA key");
  return key;
}

json RsaJwk(EVP_PKEY* key) {
  return {{"kty", "RSA"},
          {"n", EncodeBase64Url(KeyNumber(key, OSSL_PKEY_PARAM_RSA_N))},
          {"e", EncodeBase64Url(KeyNumber(key, OSSL_PKEY_PARAM_RSA_E))}};
}

JwtSigner::JwtSigner() : key_(NewRsaKey()), kid_(JwkThumbprint(RsaJwk(key_.get()))) {}

std::string JwtSigner::Sign(const json& claims) const {
  const json header = {{"alg", "RS256"}, {"typ", "JWT"}, {"kid", kid_}};
  const std::string signed_part = EncodeBase64Url(header.dump()) + "." + EncodeBase64Url(claims.dump());
  DigestContextHandle context(EVP_MD_CTX_new());
  std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(key_.get())), '\0');
  std::size_t size = signature.size();
  Require(context && EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) == 1 &&
              EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                             Bytes(signed_part), signed_part.size()) == 1,
          "JWT signature");
  signature.resize(size);
  return signed_part + "." + EncodeBase64Url(signature);
}

std::optional<json> JwtSigner::Verify(std::string_view token) const {
  const std::size_t first = token.find('.');
  const std::size_t second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const auto header = DecodeObject(token.substr(0, first));
  if (!header || !IsText(*header, "alg", "RS256") || !IsText(*header, "kid", kid_)) return std::nullopt;
  auto claims = DecodeObject(token.substr(first + 1, second - first - 1));
  const auto signature = DecodeBase64Url(token.substr(second + 1));
  if (!claims || !signature) return std::nullopt;

  DigestContextHandle context(EVP_MD_CTX_new());
  Require(context && EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) == 1,
          "JWT verification");
  const std::string_view signed_part = token.substr(0, second);
  if (EVP_DigestVerify(context.get(), Bytes(*signature), signature->size(), Bytes(signed_part),
                       signed_part.size()) != 1) {
    return std::nullopt;
  }
  return claims;
}

json JwtSigner::Jwks() const {
  json jwk = RsaJwk(key_.get());
  jwk["use"] = "sig";
  jwk["alg"] = "RS256";
  jwk["kid"] = kid_;
  return {{"keys", json::array({jwk})}};
}

}  // namespace msiv2::emulator
