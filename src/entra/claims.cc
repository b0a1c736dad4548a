#include "entra/claims.h"

#include "base/json.h"

namespace msiv2::entra {

std::optional<std::string> MergeClaims(std::string_view claims,
                                       const std::vector<std::string>& capabilities) {
  if (claims.empty() && capabilities.empty()) return std::string();
  const std::string patch =
      capabilities.empty() ? "{}"
                           : R"({"access_token":{"xms_cc":{"values":)" + QuoteJsonArray(capabilities) + "}}}";
  return MergeJson(claims.empty() ? "{}" : claims, patch);
}

}  // namespace msiv2::entra
