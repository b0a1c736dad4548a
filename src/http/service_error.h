// A service's own words about a refusal.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace msiv2 {

/// ServiceError is what an error body of IMDS, or of another source of MSI v1, says; every member may be
/// empty. Fit for messages.
struct ServiceError {
  std::string code;                    ///< `error`, or `code` of a nested error object
  std::string description;             ///< `error_description`, else `message`, else the body's first line
  std::string correlation_id;          ///< the service's `correlationId`
  std::vector<std::int64_t> aadsts{};  ///< Entra's `error_codes`
  bool is_known_form = false;          ///< a JSON object with at least one of the members above
};

/// ParseServiceError reads an error body, best effort: the flat form, the form with a nested `error` object,
/// or any text. Where a text holds `secret`, which is what the request proved itself with, it holds
/// "[hidden]" in its place, however JSON has written it; less than four characters are no secret.
ServiceError ParseServiceError(std::string_view body, std::string_view secret = {});

}  // namespace msiv2
