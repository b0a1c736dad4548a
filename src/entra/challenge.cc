#include "msiv2/challenge.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/ascii.h"
#include "base/base64.h"
#include "base/json.h"
#include "http/auth_challenge.h"

namespace msiv2 {
namespace {

constexpr std::size_t kMostHeaderBytes = std::size_t{64} * 1024;
constexpr std::size_t kMostClaimsBytes = std::size_t{16} * 1024;
constexpr std::array<std::string_view, 3> kSchemes = {"Bearer", "PoP", "mtls_pop"};

// Decodes base64 in either alphabet, with or without padding.
std::optional<std::string> DecodeAnyBase64(std::string_view text) {
  std::string standard(text.substr(0, text.find_last_not_of('=') + 1));
  if (text.size() - standard.size() > 2) return std::nullopt;
  std::replace(standard.begin(), standard.end(), '-', '+');
  std::replace(standard.begin(), standard.end(), '_', '/');
  standard.append((4 - standard.size() % 4) % 4, '=');
  const auto bytes = Base64Decode(standard);
  if (!bytes) return std::nullopt;
  return std::string(bytes->begin(), bytes->end());
}

std::optional<std::string> DecodeClaims(std::string_view value) {
  value = Trim(value);
  if (value.size() > kMostClaimsBytes) return std::nullopt;
  auto claims = value.starts_with('{') ? std::string(value) : DecodeAnyBase64(value);
  if (!claims || !JsonObject::Parse(*claims)) return std::nullopt;
  return claims;
}

std::optional<ClaimsChallenge> ToClaimsChallenge(const AuthChallenge& challenge) {
  const bool is_ours = std::any_of(kSchemes.begin(), kSchemes.end(), [&](std::string_view scheme) {
    return EqualsIgnoreCase(scheme, challenge.scheme);
  });
  const auto value = challenge.Parameter("claims");
  if (!is_ours || !value || challenge.Parameter("error") != "insufficient_claims") return std::nullopt;
  auto claims = DecodeClaims(*value);
  if (!claims) return std::nullopt;
  return ClaimsChallenge{challenge.scheme, *std::move(claims)};
}

}  // namespace

std::optional<ClaimsChallenge> ParseClaimsChallenge(const HttpHeaders& headers) {
  std::size_t bytes = 0;
  for (const auto& [name, value] : headers) {
    if (!EqualsIgnoreCase(name, "WWW-Authenticate")) continue;
    bytes += value.size();
    if (bytes > kMostHeaderBytes) return std::nullopt;
    const auto challenges = ParseAuthChallenges(value);
    if (!challenges) continue;
    for (const AuthChallenge& challenge : *challenges) {
      if (auto found = ToClaimsChallenge(challenge)) return found;
    }
  }
  return std::nullopt;
}

}  // namespace msiv2
