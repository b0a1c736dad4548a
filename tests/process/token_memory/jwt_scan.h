// Searches this process's own memory for JWTs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace msiv2 {

/// HoldsJwt returns true if `text` contains claims and signature of any JWT: access token, attestation JWT or
/// client assertion. The header may be missing: the allocator overwrites the beginning of freed memory with
/// its own data.
bool HoldsJwt(std::string_view text);

/// FoundJwt is a place that contains a JWT.
struct FoundJwt {
  std::uintptr_t address = 0;  ///< of its claims
  std::string mapping;         ///< its name, empty for anonymous memory
};

/// FindJwts returns each place in readable memory that contains a JWT, as defined by HoldsJwt. It leaves out
/// its own working memory.
std::vector<FoundJwt> FindJwts();

/// Describe lists findings for a test's message: where they are, never their content.
std::string Describe(const std::vector<FoundJwt>& findings);

}  // namespace msiv2
