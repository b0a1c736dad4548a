#include "bench/soak/invariants.h"

#include <nlohmann/json.hpp>
#include <string_view>

namespace msiv2::soak {
namespace {

using nlohmann::json;

constexpr std::chrono::minutes kMargin{5};  // cached tokens are not returned in their last five minutes

// Returns the claims of a JWT. It uses no library of the product: the product must not check itself.
json ClaimsOf(std::string_view token) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const auto first = token.find('.');
  const auto last = token.rfind('.');
  if (first == std::string_view::npos || last == first) return json::object();
  std::string text;
  unsigned bits = 0;
  int count = 0;
  for (const char c : token.substr(first + 1, last - first - 1)) {
    bits = (bits << 6 | static_cast<unsigned>(kAlphabet.find(c) & 63U)) & 0xffffU;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    text += static_cast<char>(bits >> count & 0xffU);
  }
  return json::parse(text, nullptr, /*allow_exceptions=*/false);
}

std::optional<std::string> CheckStrength(const AccessToken& token, const TokenRequest& request) {
  if (token.type != TokenType::kMtlsPop) return "downgrade: a bearer token";
  if (!token.binding) return "downgrade: a token without a certificate";
  if (!token.binding_verified) return "downgrade: the token's binding was not verified";
  if (request.with_attestation_support && !token.attested) return "downgrade: not attested";
  if (request.with_attestation_support && token.key_strength != KeyStrength::kKeyGuard)
    return "downgrade: no KeyGuard key";
  if (token.key_strength < request.minimum_strength) return "downgrade: a key below the minimum";
  if (token.key_strength == KeyStrength::kKeyGuard && token.key_origin != KeyOrigin::kEmulated) {
    return "an emulated key that says it is real";
  }
  return std::nullopt;
}

std::optional<std::string> CheckClaims(const AccessToken& token, const std::string& client_id,
                                       const std::string& tenant_id) {
  const json claims = ClaimsOf(token.secret.Reveal());
  if (!claims.is_object()) return "a token that is not a JWT";
  if (claims.value("appid", "") != client_id) return "foreign token: the claims name another identity";
  if (claims.value("tid", "") != tenant_id) return "foreign token: the claims name another tenant";
  if (claims.value("aud", "") != token.resource) return "foreign token: the claims name another resource";
  if (claims.value("/cnf/x5t#S256"_json_pointer, "") != token.binding->x5t_s256()) {
    return "cnf mismatch: the token is bound to another certificate than it came with";
  }
  return std::nullopt;
}

// Says how the ends of a token and its certificate lie to the call of `asked_at`, and where the token came
// from.
std::string Ends(const TokenResult& token, std::chrono::system_clock::time_point asked_at) {
  const auto left = [&](std::chrono::system_clock::time_point end) {
    return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(end - asked_at).count()) + " s";
  };
  return std::string(" from the ") + (token.from_cache ? "cache" : "network") +
         "; at the call the token had " + left(token->expires_on) + " left" +
         (token->binding ? ", its certificate " + left(token->binding->not_after()) : std::string());
}

}  // namespace

std::optional<std::string> CheckToken(const TokenResult& token, const TokenRequest& request,
                                      const std::string& client_id, const std::string& tenant_id,
                                      std::chrono::system_clock::time_point asked_at) {
  const auto margin = token.from_cache ? kMargin : std::chrono::minutes(0);
  if (token->expires_on <= asked_at + margin) return "an expired token was returned" + Ends(token, asked_at);
  if (auto wrong = CheckStrength(*token, request)) return wrong;
  if (token->binding->not_after() <= asked_at + margin)
    return "a token with an expired certificate was returned" + Ends(token, asked_at);
  if (token->client_id != client_id) return "foreign token: of another identity";
  if (token->tenant_id != tenant_id) return "foreign token: of another tenant";
  if (token->resource != request.resource) return "foreign token: for another resource";
  return CheckClaims(*token, client_id, tenant_id);
}

std::optional<std::string> CheckResourceAnswer(const HttpResponse& answer) {
  if (answer.status != 401 && answer.status != 403) return std::nullopt;
  const json body = json::parse(answer.body, nullptr, /*allow_exceptions=*/false);
  if (!body.is_object()) return std::nullopt;
  const std::string code = body.value("/error/code"_json_pointer, "");
  if (code.empty() || code == "InsufficientClaims") return std::nullopt;
  return "the resource refused the token: " + code;
}

}  // namespace msiv2::soak
