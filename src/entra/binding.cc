#include "entra/binding.h"

#include "base/jwt.h"

namespace msiv2::entra {

Result<bool> VerifyTokenBinding(std::string_view token, std::string_view x5t_s256) {
  const auto claims = JwtClaims(token);
  if (!claims && !HasJwtShape(token)) return false;
  if (!claims) {
    return Error(
        ErrorCode::kTokenBindingMismatch,
        "the token has the shape of a JWT but cannot be read, so that its binding cannot be verified");
  }
  const auto confirmation = claims->Object("cnf");
  const auto thumbprint = confirmation ? confirmation->String("x5t#S256") : std::nullopt;
  if (!thumbprint || thumbprint->empty()) {
    return Error(ErrorCode::kTokenBindingMismatch, "the token carries no cnf with x5t#S256: it is not bound");
  }
  if (*thumbprint != x5t_s256) {
    return Error(ErrorCode::kTokenBindingMismatch,
                 "cnf x5t#S256 of the token is not the thumbprint of this certificate");
  }
  return true;
}

}  // namespace msiv2::entra
