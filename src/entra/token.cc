#include "entra/token.h"

#include <array>
#include <utility>

#include "base/ascii.h"
#include "base/foreign_text.h"
#include "base/foreign_time.h"
#include "base/guid.h"
#include "base/json.h"
#include "base/url.h"
#include "http/retry.h"
#include "http/service_error.h"
#include "http/token_end.h"

namespace msiv2::entra {
namespace {

// Tokens are valid for a day or less. A lifetime above this limit is an error.
constexpr std::chrono::seconds kLongestLifetime = std::chrono::hours(366 * 24);

constexpr std::array<std::pair<std::int64_t, std::string_view>, 10> kExplanations = {{
    {392200, "no client certificate reached Entra; look for a TLS-terminating middlebox or proxy"},
    {392196, "the resource does not accept bound tokens"},
    {392204, "the client certificate has expired"},
    {500181, "the certificate on the connection is not the one the credential was issued for"},
    {1000901, "the certificate may no longer get tokens, though it has not expired"},
    {1000610, "the attestation behind the certificate has expired or is not yet valid"},
    {1000611, "Entra does not trust the issuer of the attestation behind the certificate"},
    {1000612, "a claim of the attestation behind the certificate is not accepted"},
    {1000613, "the key reference of the attestation behind the certificate is not accepted"},
    {1000614, "the signature of the attestation behind the certificate is not valid"},
}};

// The wire form; Name(TokenType) is the scheme of the Authorization header.
std::string_view WireName(TokenType type) { return type == TokenType::kMtlsPop ? "mtls_pop" : "bearer"; }

Error Failed(int status, const std::string& cause) {
  Error error(ErrorCode::kTokenRequestFailed, Step::kToken, cause);
  error.http_status = status;
  return error;
}

Error Refusal(const HttpResponse& response, const KnownSecrets& secrets) {
  const std::string status = std::to_string(response.status);
  Error error = Failed(response.status, "Entra answered with status " + status);
  error.retryable = response.status == 429 || IsServerError(response.status);
  const auto document = JsonObject::Parse(response.body);
  if (!document) {
    const std::string text = ForeignText(response.body, secrets);
    if (!text.empty()) error.message += ": " + text;
    return error;
  }
  error.service_error = ShowErrorCode(document->String("error").value_or(""), secrets);
  const std::string whole = document->String("error_description").value_or("");
  error.aadsts = AadstsCodes(document->Integers("error_codes"), whole);
  const std::string description = ForeignText(whole, secrets);
  const std::string correlation_id = document->String("correlation_id").value_or("");
  if (IsGuid(correlation_id)) error.correlation_id = correlation_id;
  if (!error.service_error.empty()) error.message += ": " + error.service_error;
  if (!description.empty()) error.message += ": " + description;
  for (const std::int64_t code : error.aadsts) {
    const std::string_view meaning = ExplainAadsts(code);
    if (!meaning.empty()) error.message += " (" + std::to_string(code) + ": " + std::string(meaning) + ")";
  }
  return error;
}

Error TypeMismatch(std::string_view got, TokenType asked, const KnownSecrets& secrets) {
  Error error(ErrorCode::kTokenTypeMismatch, Step::kToken,
              "asked for token_type " + std::string(WireName(asked)) + ", Entra answered " +
                  ForeignText(got, secrets, 40));
  error.http_status = 200;
  return error;
}

}  // namespace

HttpRequest BuildTokenRequest(const TokenCall& call) {
  HttpRequest request;
  request.method = "POST";
  request.url = call.endpoint + "/" + PercentEncode(call.tenant_id) + "/oauth2/v2.0/token";
  request.headers = {{"Accept", "application/json"},
                     {"Content-Type", "application/x-www-form-urlencoded"},
                     {"client-request-id", call.request_id},
                     {"return-client-request-id", "true"}};
  std::vector<std::pair<std::string, std::string>> form = {{"client_id", call.client_id},
                                                           {"grant_type", "client_credentials"},
                                                           {"scope", call.resource + "/.default"},
                                                           {"token_type", std::string(WireName(call.type))}};
  if (!call.claims.empty()) form.emplace_back("claims", call.claims);
  request.body = FormEncode(form);
  request.client_certificate = call.certificate;
  request.max_tls = call.max_tls;
  request.use_proxy = true;
  request.connect_timeout = call.timeouts.connect;
  request.attempt_timeout = call.timeouts.attempt;
  return request;
}

Result<TokenResponse> ParseTokenResponse(const HttpResponse& response, TokenType asked,
                                         const KnownSecrets& secrets) {
  if (response.status != 200) return Refusal(response, secrets);
  const auto document = JsonObject::ParseUnambiguous(response.body);
  if (!document) return Failed(200, "the answer of Entra " + std::string(document.error().what));
  TokenResponse token;
  token.access_token = SecretString(document->String("access_token").value_or(""));
  if (token.access_token.empty()) return Failed(200, "access_token is missing");
  if (!IsVisible(token.access_token.Reveal())) {
    return Failed(200, "access_token holds characters that no Authorization header can carry");
  }
  const std::string type = document->String("token_type").value_or("");
  if (type.empty()) return Failed(200, "token_type is missing");
  if (!EqualsIgnoreCase(type, WireName(asked))) return TypeMismatch(type, asked, secrets);
  token.type = asked;
  const auto expires_in = ForeignSpan(document->Seconds("expires_in").value_or(0), kLongestLifetime);
  if (!expires_in) return Failed(200, "expires_in is missing or out of range");
  token.expires_in = *expires_in;
  if (const auto why = WhyEnded(token.access_token.Reveal(), response)) {
    return Failed(200, std::string("Entra answered with a token that ").append(*why));
  }
  // A refresh time outside the token's lifetime is not a reason to reject the token. The half-life rule then
  // applies.
  token.refresh_in =
      ForeignSpan(document->Seconds("refresh_in").value_or(0), token.expires_in - std::chrono::seconds(1));
  return token;
}

std::string_view ExplainAadsts(std::int64_t code) noexcept {
  for (const auto& [known, meaning] : kExplanations) {
    if (known == code) return meaning;
  }
  return {};
}

}  // namespace msiv2::entra
