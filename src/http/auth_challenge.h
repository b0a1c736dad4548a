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
  std::string scheme;   ///< as sent; compare it ignoring case
  std::string token68;  ///< the text after the scheme in place of parameters, or empty
  std::vector<std::pair<std::string, std::string>>
      parameters;  ///< names in lower case, values without quotes

  /// Parameter returns the value of the parameter `name` (lower case). It returns nullopt if the parameter is
  /// absent, or given more than once, which RFC 9110 section 11.2 forbids.
  std::optional<std::string_view> Parameter(std::string_view name) const;
};

/// ParseAuthChallenges returns the challenges in the value of one header, in order. It returns nullopt if the
/// value breaks the grammar anywhere. Takes time proportional to the length.
std::optional<std::vector<AuthChallenge>> ParseAuthChallenges(std::string_view value);

}  // namespace msiv2
