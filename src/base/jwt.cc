#include "base/jwt.h"

#include <algorithm>

#include "base/base64.h"

namespace msiv2 {

std::optional<JsonObject> JwtClaims(std::string_view token) {
  const auto first = token.find('.');
  if (first == std::string_view::npos) return std::nullopt;
  const auto second = token.find('.', first + 1);
  if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos)
    return std::nullopt;
  const auto header = Base64UrlDecode(token.substr(0, first));
  const auto payload = Base64UrlDecode(token.substr(first + 1, second - first - 1));
  const auto signature = Base64UrlDecode(token.substr(second + 1));
  if (!header || !payload || !signature || signature->empty()) return std::nullopt;
  if (!JsonObject::ParseUnambiguous(AsText(*header))) return std::nullopt;
  auto claims = JsonObject::ParseUnambiguous(AsText(*payload));
  if (!claims) return std::nullopt;
  return *std::move(claims);
}

bool HasJwtShape(std::string_view token) noexcept {
  if (!token.starts_with("eyJ") || token.ends_with('.')) return false;
  if (token.find("..") != std::string_view::npos) return false;
  return std::count(token.begin(), token.end(), '.') == 2;
}

}  // namespace msiv2
