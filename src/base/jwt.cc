#include "base/jwt.h"

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
  if (!JsonObject::Parse(AsText(*header))) return std::nullopt;
  return JsonObject::Parse(AsText(*payload));
}

}  // namespace msiv2
