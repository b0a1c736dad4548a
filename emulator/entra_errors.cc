#include "emulator/entra_errors.h"

#include <openssl/rand.h>

#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <utility>

#include "emulator/openssl_handles.h"

namespace msiv2::emulator {
namespace {

struct Known {
  long code;
  int status;
  const char* error;
  const char* text;
};

constexpr std::array<Known, 24> kKnown = {{
    {50001, 400, "invalid_resource", "The resource was not found in the tenant."},
    {70003, 400, "unsupported_grant_type", "The app requested an unsupported grant type."},
    {90002, 400, "invalid_request", "Tenant not found."},
    {392196, 400, "invalid_request", "The resource does not accept certificate-bound tokens."},
    {392200, 400, "invalid_request", "Client certificate is missing from the request."},
    {392204, 401, "invalid_client", "The client certificate has expired."},
    {50027, 401, "invalid_client", "JWT token is invalid or malformed."},
    {700024, 401, "invalid_client", "Client assertion is not within its valid time range."},
    {700027, 401, "invalid_client", "Client assertion contains an invalid signature."},
    {700211, 401, "invalid_client",
     "No matching federated identity record found for the assertion's issuer."},
    {700212, 401, "invalid_client",
     "No matching federated identity record found for the assertion's audience."},
    {700213, 401, "invalid_client",
     "No matching federated identity record found for the assertion's subject."},
    {500181, 400, "invalid_request",
     "CertificateValidationFailedTlsCertMismatch: The TLS certificate provided does not match the "
     "certificate "
     "of the request."},
    {700016, 400, "unauthorized_client", "The application was not found in the directory."},
    {900144, 400, "invalid_request", "The request body must contain a required parameter."},
    {1000610, 401, "invalid_client", "The attestation of the client certificate is not acceptable."},
    {1000611, 401, "invalid_client", "The attestation of the client certificate is not acceptable."},
    {1000612, 401, "invalid_client", "The attestation of the client certificate is not acceptable."},
    {1000613, 401, "invalid_client", "The attestation of the client certificate is not acceptable."},
    {1000614, 401, "invalid_client", "The client certificate was revoked."},
    {1000901, 400, "invalid_request", "The certificate may no longer be used to get tokens."},
    {1002012, 400, "invalid_scope",
     "The scope is not valid. Client credential flows must have a scope value with /.default suffixed to the "
     "resource identifier."},
    {7000215, 401, "invalid_client", "Invalid client secret provided."},
    {9002313, 400, "invalid_request", "Invalid request. Request is malformed or invalid."},
}};

std::string Timestamp(std::chrono::system_clock::time_point now) {
  using namespace std::chrono;
  const auto midnight = floor<days>(now);
  const year_month_day date(midnight);
  const hh_mm_ss time(floor<seconds>(now - midnight));
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02u %02d:%02d:%02dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  return text.data();
}

}  // namespace

AadstsError Refusal(long code, std::string text) {
  AadstsError refusal{.code = code, .text = std::move(text)};
  for (const auto& known : kKnown) {
    if (known.code != code) continue;
    refusal.status = known.status;
    refusal.error = known.error;
    if (refusal.text.empty()) refusal.text = known.text;
  }
  if (refusal.text.empty()) refusal.text = "Refused by a fault rule of the emulator.";
  return refusal;
}

void AnswerWithError(const AadstsError& refusal, std::string correlation_id,
                     std::chrono::system_clock::time_point now, httplib::Response& answer) {
  const auto timestamp = Timestamp(now);
  const auto trace_id = NewUuid();
  if (correlation_id.empty()) correlation_id = NewUuid();
  auto description =
      refusal.code == 0 ? refusal.text : "AADSTS" + std::to_string(refusal.code) + ": " + refusal.text;
  description += " Trace ID: " + trace_id + " Correlation ID: " + correlation_id + " Timestamp: " + timestamp;
  auto codes = nlohmann::json::array();
  if (refusal.code != 0) codes.push_back(refusal.code);
  const nlohmann::json body = {{"error", refusal.error}, {"error_description", description},
                               {"error_codes", codes},   {"timestamp", timestamp},
                               {"trace_id", trace_id},   {"correlation_id", correlation_id}};
  answer.status = refusal.status;
  answer.set_content(body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace),
                     "application/json; charset=utf-8");
}

std::string NewUuid() {
  std::array<unsigned char, 16> bytes{};
  Require(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1, "random bytes");
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0FU) | 0x40U);
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3FU) | 0x80U);
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += kHex[bytes[i] >> 4U];
    text += kHex[bytes[i] & 0x0FU];
  }
  return text;
}

}  // namespace msiv2::emulator
