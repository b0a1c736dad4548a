// Looking for JWTs in this process's own memory.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace msiv2 {

/// HoldsJwt returns true if `text` holds claims and signature of a JWT, whosever it is: access token,
/// attestation JWT or client assertion. The header may be missing: memory that was given back begins with
/// notes of the allocator.
bool HoldsJwt(std::string_view text);

/// FoundJwt is a place that holds a JWT.
struct FoundJwt {
  std::uintptr_t address = 0;  ///< of its claims
  std::string mapping;         ///< its name, empty for anonymous memory
};

/// FindJwts returns each place in readable memory that holds a JWT, as HoldsJwt knows it. Its own working
/// memory is left out.
std::vector<FoundJwt> FindJwts();

/// Describe lists findings for a test's message: where, never what.
std::string Describe(const std::vector<FoundJwt>& findings);

}  // namespace msiv2
