// The error text of a refusal from a service.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/known_secrets.h"

namespace msiv2 {

/// ServiceError holds the contents of an error body of IMDS, or of another source of MSI v1. Every member may
/// be empty. The texts are safe for messages.
struct ServiceError {
  std::string code;                    ///< `error`, or `code` of a nested error object
  std::string description;             ///< `error_description`, else `message`, else the body's text
  std::string correlation_id;          ///< the service's `correlationId`
  std::vector<std::int64_t> aadsts{};  ///< Entra's codes (AadstsCodes)
  bool is_known_form = false;          ///< a JSON object with at least one of the members above
  bool is_imds_form = false;           ///< a JSON object with the strings `error` and `error_description`
};

/// ShowErrorCode returns a service's error code for messages and decisions. A code of the protocols (RFC
/// 6749, OpenID Connect, Entra, IMDS) is returned unchanged, even if it holds the text of a secret. Any other
/// code is treated as foreign text.
std::string ShowErrorCode(std::string_view code, const KnownSecrets& secrets);

/// AadstsCodes returns Entra's codes of an answer, at most 16, each once. They are `error_codes`, or if that
/// is empty the one with which `description` begins, for example "AADSTS1000610: ...". `description` is the
/// whole text as received. No other text counts: a description may quote the resource, which another party
/// may have named, and codes decide whether a certificate is replaced.
std::vector<std::int64_t> AadstsCodes(const std::vector<std::int64_t>& error_codes,
                                      std::string_view description);

/// ParseServiceError parses an error body, best effort: the flat form, the form with a nested `error` object,
/// or any text. All its texts are foreign text, in which `secrets` are hidden, above all the credentials of
/// the request.
ServiceError ParseServiceError(std::string_view body, const KnownSecrets& secrets = {});

/// IsIdentityNotFound returns true for IMDS's 400 "Identity not found": this host does not have the identity.
/// The words count in the form of IMDS only, and only where its own text begins with them. A text that quotes
/// them says nothing.
bool IsIdentityNotFound(int status, const ServiceError& error);

/// ImdsHint returns what a refusal of IMDS means, if that is more than its own words say, else an empty text.
/// It begins with "; ". The view is static.
std::string_view ImdsHint(int status, const ServiceError& error);

}  // namespace msiv2
