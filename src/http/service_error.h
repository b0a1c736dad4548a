// A service's own words about a refusal.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/known_secrets.h"

namespace msiv2 {

/// ServiceError is what an error body of IMDS, or of another source of MSI v1, says; every member may be
/// empty. Fit for messages.
struct ServiceError {
  std::string code;                    ///< `error`, or `code` of a nested error object
  std::string description;             ///< `error_description`, else `message`, else the body's text
  std::string correlation_id;          ///< the service's `correlationId`
  std::vector<std::int64_t> aadsts{};  ///< Entra's `error_codes`
  bool is_known_form = false;          ///< a JSON object with at least one of the members above
};

/// ShowErrorCode returns an error code of a service for messages and decisions: a code of RFC 6749 or OpenID
/// Connect as it is, which the words of a secret must not change, anything else as foreign text.
std::string ShowErrorCode(std::string_view code, const KnownSecrets& secrets);

/// ParseServiceError reads an error body, best effort: the flat form, the form with a nested `error` object,
/// or any text. All texts are foreign ones: `secrets` are hidden in them, what the request proved itself with
/// above all.
ServiceError ParseServiceError(std::string_view body, const KnownSecrets& secrets = {});

}  // namespace msiv2
