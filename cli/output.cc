#include "cli/output.h"

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/claims.h"
#include "cli/exit_codes.h"
#include "cli/option_words.h"
#include "cli/text.h"

namespace msiv2::cli {
namespace {

using Json = nlohmann::ordered_json;

std::int64_t Epoch(std::chrono::system_clock::time_point time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

std::string_view SourceOf(const TokenResult& result) { return result.from_cache ? "cache" : "network"; }

std::string StrengthLabel(const AccessToken& token) {
  std::string label(Name(token.key_strength));
  if (token.key_origin == KeyOrigin::kEmulated) label += " (emulated)";
  return label;
}

// Returns the token's own `cnf` claim; null if it has none or is opaque.
Json Confirmation(const AccessToken& token) {
  const auto claims = Claims(token.secret);
  if (!claims || !claims->contains("cnf")) return nullptr;
  return claims->at("cnf");
}

Json CertificateJson(const BindingCertificate& certificate) {
  return Json{{"x5t#S256", certificate.x5t_s256()},
              {"not_before", Rfc3339(certificate.not_before())},
              {"not_after", Rfc3339(certificate.not_after())},
              {"pem", certificate.leaf_pem()}};
}

void PrintJson(std::ostream& out, const Json& json) {
  out << json.dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
}

void PrintTokenJson(std::ostream& out, const TokenResult& result) {
  const AccessToken& token = *result;
  Json json = {{"token_type", Name(token.type)},
               {"expires_on", Rfc3339(token.expires_on)},
               {"expires_on_epoch", Epoch(token.expires_on)},
               {"resource", token.resource},
               {"client_id", token.client_id},
               {"tenant_id", token.tenant_id},
               {"access_token", token.secret.Reveal()},
               {"cnf", Confirmation(token)},
               {"binding_verified", token.binding_verified},
               {"strength", StrengthLabel(token)},
               {"origin", Name(token.key_origin)},
               {"why_not_stronger", token.binding ? token.binding->why_not_stronger() : ""},
               {"attested", token.attested},
               {"source", SourceOf(result)},
               {"msi_source", Name(token.identity_source)},
               {"certificate", nullptr}};
  if (token.binding) json["certificate"] = CertificateJson(*token.binding);
  PrintJson(out, json);
}

// A source of MSI v1 may return neither of the two.
std::string IdentityLabel(const AccessToken& token) {
  std::string label =
      token.client_id.empty() ? "not named by its source" : "client " + Printable(token.client_id);
  if (!token.tenant_id.empty()) label += ", tenant " + Printable(token.tenant_id);
  return label;
}

void PrintTokenText(std::ostream& out, const TokenResult& result) {
  const AccessToken& token = *result;
  out << "Token for " << token.resource << "\n"
      << "  type         " << Name(token.type) << "\n"
      << "  expires      " << Rfc3339(token.expires_on) << "\n"
      << "  identity     " << IdentityLabel(token) << "\n";
  if (token.key_strength == KeyStrength::kNone) {
    out << "  source       " << Name(token.identity_source) << ", MSI v1: bound to nothing\n";
  } else {
    out << "  key          " << StrengthLabel(token) << (token.attested ? ", attested" : ", not attested")
        << "\n";
  }
  if (token.binding && !token.binding->why_not_stronger().empty()) {
    out << "  not stronger " << token.binding->why_not_stronger() << "\n";
  }
  if (token.binding) {
    out << "  bound to     certificate x5t#S256 " << token.binding->x5t_s256() << ", until "
        << Rfc3339(token.binding->not_after()) << "\n"
        << "  binding      "
        << (token.binding_verified ? "verified: the token's cnf names this certificate"
                                   : "not verified: the token cannot be read")
        << "\n";
  }
  out << "  came from    " << SourceOf(result) << "\n"
      << "The token itself is printed by --output json or --output header only.\n";
}

// The flag that an error is about; null for none, and for an option that has no flag.
Json FlagLabel(const Error& error) {
  const std::string_view flag = error.option ? FlagOf(*error.option) : "";
  return flag.empty() ? Json() : Json(flag);
}

}  // namespace

TokenFormat ParseTokenFormat(const std::string& word) {
  if (word == "json") return TokenFormat::kJson;
  if (word == "header") return TokenFormat::kHeader;
  return TokenFormat::kText;
}

void PrintToken(std::ostream& out, const TokenResult& result, TokenFormat format) {
  switch (format) {
    case TokenFormat::kText:
      return PrintTokenText(out, result);
    case TokenFormat::kJson:
      return PrintTokenJson(out, result);
    case TokenFormat::kHeader:
      out << "Authorization: " << result->AuthorizationHeader().Reveal() << "\n";
  }
}

void PrintError(std::ostream& err, const Error& error) {
  err << "msiv2: ";
  if (error.step == Step::kRequest) {
    err << Name(error.code) << "\n";
  } else {
    err << "step " << static_cast<int>(error.step) << " (" << Name(error.step)
        << ") failed: " << Name(error.code) << "\n";
  }
  err << "  cause  " << Printable(error.MessageIn(FlagOf));
  if (error.http_status != 0) err << " [HTTP " << error.http_status << "]";
  if (error.attempts > 1) err << " [after " << error.attempts << " attempts]";
  if (error.retry_after) err << " [retry after " << error.retry_after->count() << " s]";
  err << "\n  cure   " << error.CureIn(FlagOf) << "\n";
  if (!error.correlation_id.empty()) err << "  correlation id  " << error.correlation_id << "\n";
}

void PrintErrorJson(std::ostream& out, const Error& error) {
  const Json fields = {{"code", Name(error.code)},
                       {"step", Name(error.step)},
                       {"step_number", static_cast<int>(error.step)},
                       {"kind", Name(error.kind)},
                       {"message", error.MessageIn(FlagOf)},
                       {"cure", error.CureIn(FlagOf)},
                       {"retryable", error.retryable},
                       {"http_status", error.http_status},
                       {"service_error", error.service_error},
                       {"aadsts", error.aadsts},
                       {"correlation_id", error.correlation_id},
                       {"native_code", error.native_code},
                       {"tls_alert", error.tls_alert},
                       {"attempts", error.attempts},
                       {"retry_after", error.retry_after ? Json(error.retry_after->count()) : Json()},
                       {"msi_source", error.source},
                       {"option", FlagLabel(error)}};
  PrintJson(out, Json{{"error", fields}});
}

int EndWithError(const Error& error, const Console& console, bool json) {
  if (json) {
    PrintErrorJson(console.out, error);
  } else {
    PrintError(console.err, error);
  }
  return ExitCodeFor(error);
}

}  // namespace msiv2::cli
