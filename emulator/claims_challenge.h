// Claims that a resource demands and that Entra puts into the token.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace msiv2::emulator {

/// ClaimDemand is a claim that the token must carry before the resource accepts a call.
struct ClaimDemand {
  std::string name;
  std::string value;

  /// MetBy returns true if a token's claims hold the value, alone or in an array.
  bool MetBy(const nlohmann::json& claims) const;
  /// Challenge returns the WWW-Authenticate value that asks for the claim, with the claims in base64.
  std::string Challenge() const;
};

/// ParseClaimDemand reads the content fault `claims:NAME:VALUE`; returns nullopt for any other text.
std::optional<ClaimDemand> ParseClaimDemand(std::string_view answer_fault);

/// GrantClaims adds to a token's claims what the `access_token` member of `requested`, a claims request, asks
/// for: each `value`, or all `values`. It does not change claims that the token already has. Returns false if
/// `requested` is neither empty nor a JSON object.
bool GrantClaims(std::string_view requested, nlohmann::json& claims);

}  // namespace msiv2::emulator
