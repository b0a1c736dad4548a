// The WWW-Authenticate header (RFC 9110 section 11.6.1).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace msiv2 {

/// AuthChallenge is one challenge of a WWW-Authenticate header.
struct AuthChallenge {
  std::string scheme;   ///< as sent; compare without case
  std::string token68;  ///< what follows the scheme in place of parameters, or empty
  std::vector<std::pair<std::string, std::string>>
      parameters;  ///< names in lower case, values without quotes

  /// Parameter returns the value of the parameter `name` (lower case); nothing when it is absent or given
  /// more than once, which RFC 9110 section 11.2 forbids.
  std::optional<std::string_view> Parameter(std::string_view name) const;
};

/// ParseAuthChallenges returns the challenges of one header's value, in their order; nothing when the value
/// breaks the grammar anywhere. Takes time proportional to the length.
std::optional<std::vector<AuthChallenge>> ParseAuthChallenges(std::string_view value);

}  // namespace msiv2
