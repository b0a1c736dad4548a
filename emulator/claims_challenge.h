// Claims that a resource demands and that Entra puts into the token.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace msiv2::emulator {

/// ClaimDemand is a claim that the token must carry before the resource serves a call.
struct ClaimDemand {
  std::string name;
  std::string value;

  /// MetBy tells whether a token's claims hold the value, alone or in an array.
  bool MetBy(const nlohmann::json& claims) const;
  /// Challenge returns the WWW-Authenticate value that asks for it, claims in base64.
  std::string Challenge() const;
};

/// ParseClaimDemand reads the content fault `claims:NAME:VALUE`; nothing for any other word.
std::optional<ClaimDemand> ParseClaimDemand(std::string_view answer_fault);

/// GrantClaims adds to a token's claims what `requested`, a claims request, asks for in its `access_token`
/// member: each `value`, or all `values`. What the token has already is left as it is. Returns false when
/// `requested` is not empty and no JSON object.
bool GrantClaims(std::string_view requested, nlohmann::json& claims);

}  // namespace msiv2::emulator
