#include "emulator/claims_challenge.h"

#include <algorithm>

#include "emulator/base64.h"

namespace msiv2::emulator {

using nlohmann::json;

bool ClaimDemand::MetBy(const json& claims) const {
  const auto found = claims.find(name);
  if (found == claims.end()) return false;
  if (found->is_array()) return std::find(found->begin(), found->end(), json(value)) != found->end();
  return *found == json(value);
}

std::string ClaimDemand::Challenge() const {
  const json request = {{"access_token", {{name, {{"essential", true}, {"value", value}}}}}};
  return R"(mtls_pop error="insufficient_claims", error_description="The token lacks a claim.", claims=")" +
         EncodeBase64(request.dump()) + "\"";
}

std::optional<ClaimDemand> ParseClaimDemand(std::string_view answer_fault) {
  constexpr std::string_view kPrefix = "claims:";
  if (!answer_fault.starts_with(kPrefix)) return std::nullopt;
  answer_fault.remove_prefix(kPrefix.size());
  const auto colon = answer_fault.find(':');
  if (colon == 0 || colon == std::string_view::npos || colon + 1 == answer_fault.size()) return std::nullopt;
  return ClaimDemand{std::string(answer_fault.substr(0, colon)), std::string(answer_fault.substr(colon + 1))};
}

bool GrantClaims(std::string_view requested, json& claims) {
  if (requested.empty()) return true;
  const json request = json::parse(requested, nullptr, /*allow_exceptions=*/false);
  if (!request.is_object()) return false;
  const auto wanted = request.find("access_token");
  if (wanted == request.end() || !wanted->is_object()) return true;
  for (const auto& [name, wish] : wanted->items()) {
    if (!wish.is_object() || claims.contains(name)) continue;
    if (wish.contains("value")) {
      claims[name] = wish.at("value");
    } else if (wish.contains("values")) {
      claims[name] = wish.at("values");
    }
  }
  return true;
}

}  // namespace msiv2::emulator
