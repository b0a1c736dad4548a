#include "http/service_error.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <initializer_list>

#include "base/ascii.h"
#include "base/foreign_text.h"
#include "base/json.h"

namespace msiv2 {
namespace {

// RFC 6749 sections 4.1.2.1 and 5.2, OpenID Connect Core section 3.1.2.6, and the additions of Entra and
// IMDS.
constexpr std::array<std::string_view, 17> kErrorCodes = {
    "invalid_request",    "invalid_client",          "invalid_grant",         "unauthorized_client",
    "access_denied",      "unsupported_grant_type",  "invalid_scope",         "unsupported_response_type",
    "server_error",       "temporarily_unavailable", "interaction_required",  "login_required",
    "consent_required",   "invalid_resource",        "authorization_pending", "unknown_source",
    "insufficient_claims"};

// Reads members of an error body for messages.
class Words {
 public:
  Words(const JsonObject& object, const KnownSecrets& secrets) : object_(object), secrets_(secrets) {}
  // As received: for decisions, never for messages.
  std::string WholeFirstOf(std::initializer_list<std::string_view> keys) const {
    for (const std::string_view key : keys) {
      auto text = object_.String(key);
      if (text && !text->empty()) return *std::move(text);
    }
    return {};
  }
  std::string FirstOf(std::initializer_list<std::string_view> keys) const {
    return ForeignText(WholeFirstOf(keys), secrets_);
  }

 private:
  const JsonObject& object_;
  const KnownSecrets& secrets_;
};

}  // namespace

std::string ShowErrorCode(std::string_view code, const KnownSecrets& secrets) {
  constexpr std::size_t kLongestCode = 80;
  const bool known = std::find(kErrorCodes.begin(), kErrorCodes.end(), code) != kErrorCodes.end();
  return known ? std::string(code) : ForeignText(code, secrets, kLongestCode);
}

std::vector<std::int64_t> AadstsCodes(const std::vector<std::int64_t>& error_codes,
                                      std::string_view description) {
  constexpr std::string_view kMark = "AADSTS";
  constexpr std::size_t kMostCodes = 16;
  std::vector<std::int64_t> codes;
  for (const std::int64_t code : error_codes) {
    const bool is_new = std::find(codes.begin(), codes.end(), code) == codes.end();
    if (is_new && codes.size() < kMostCodes) codes.push_back(code);
  }
  // Behind its first word a description may quote the caller's own words.
  if (!codes.empty() || !description.starts_with(kMark)) return codes;
  description.remove_prefix(kMark.size());
  std::int64_t code = 0;
  const char* const end = description.data() + description.size();
  const auto [rest, error] = std::from_chars(description.data(), end, code);
  if (error == std::errc() && code > 0 && rest != end && *rest == ':') codes.push_back(code);
  return codes;
}

ServiceError ParseServiceError(std::string_view body, const KnownSecrets& secrets) {
  ServiceError error;
  const auto document = JsonObject::Parse(body);
  if (!document) {
    error.description = ForeignText(body, secrets);
    return error;
  }
  const Words top(*document, secrets);
  error.correlation_id = top.FirstOf({"correlationId", "CorrelationId", "correlation_id"});
  const auto nested = document->Object("error");
  const Words words = nested ? Words(*nested, secrets) : top;
  error.code =
      ShowErrorCode((nested ? *nested : *document).String(nested ? "code" : "error").value_or(""), secrets);
  const std::string description = words.WholeFirstOf({"error_description", "message", "Message"});
  error.description = ForeignText(description, secrets);
  error.aadsts = AadstsCodes(document->Integers("error_codes"), description);
  error.is_imds_form = document->String("error") && document->String("error_description");
  if (error.correlation_id.empty())
    error.correlation_id = words.FirstOf({"correlationId", "CorrelationId", "correlation_id"});
  error.is_known_form = !error.code.empty() || !error.description.empty() || !error.correlation_id.empty();
  return error;
}

bool IsIdentityNotFound(int status, const ServiceError& error) {
  if (status != 400 || !error.is_imds_form) return false;
  constexpr std::string_view kWords = "identity not found";
  const bool says_so = EqualsIgnoreCase(std::string_view(error.description).substr(0, kWords.size()), kWords);
  return error.code == "identity_not_found" || (error.code == "invalid_request" && says_so);
}

std::string_view ImdsHint(int status, const ServiceError& error) {
  if (status == 502 || status == 504) return "; a gateway before it got no answer";
  if (status != 400) return {};
  constexpr std::int64_t kResourceUnknown = 500011;
  if (std::find(error.aadsts.begin(), error.aadsts.end(), kResourceUnknown) != error.aadsts.end()) {
    return "; the tenant does not know the resource";
  }
  if (ContainsIgnoreCase(error.description, "multiple user assigned identities")) {
    return "; this host has several user-assigned identities, so name one";
  }
  if (IsIdentityNotFound(status, error)) return "; the identity is not assigned to this host";
  return "; the identity may not be assigned to this host";
}

}  // namespace msiv2
