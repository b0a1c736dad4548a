// The rows about the attestation library and the services.
#include "attestation/attestation_service.h"
#include "base/executor.h"
#include "selftest/row.h"
#include "x509/spki.h"

namespace msiv2::selftest {
namespace {

constexpr char kNoLibrary[] =
    "no attestation library is configured: set MSIV2_ATTESTATION_LIBRARY to its absolute path";

// Returns why the services are not contacted; empty if they are.
std::string WhyNotAsked(const RowInput& input) {
  if (!input.parts->with_imds) return "not asked for: give --imds";
  if (input.found.keyguard == nullptr) return "there is no KeyGuard key to attest";
  return input.parts->attestor == nullptr ? kNoLibrary : "";
}

// Returns what is less than requested; empty if nothing is.
std::string WrongWithToken(const AccessToken& token) {
  if (token.type != TokenType::kMtlsPop) return "the token is of type " + std::string(Name(token.type));
  if (token.binding == nullptr) return "the token came without a certificate";
  if (!token.attested) return "the key was not attested";
  if (token.key_strength != KeyStrength::kKeyGuard || token.key_origin != KeyOrigin::kPlatform) {
    return "the token is bound to a key that is " + std::string(Name(token.key_strength)) + " (" +
           std::string(Name(token.key_origin)) + ")";
  }
  return "";
}

}  // namespace

RowAnswer AttestationLibraryRow(const RowInput& input) {
  const auto loaded = input.parts->load_library(input.context);
  if (!loaded) return Fail(input, loaded.error().ToString());
  if (!*loaded) return Skip(input, kNoLibrary);
  return Pass(input, "trusted, loaded and initialised");
}

RowAnswer AttestationRow(const RowInput& input) {
  const std::string why = WhyNotAsked(input);
  if (!why.empty()) return Skip(input, why);
  const auto site = input.parts->attestation_site(input.context);
  if (!site) return Fail(input, site.error().ToString());
  Executor executor(1);
  attestation::AttestationService service(input.parts->attestor, executor, input.parts->imds_row_limit);
  const auto& key = input.found.keyguard;
  const auto token = service.GetToken(
      {site->endpoint, site->client_id, key, x509::SpkiSha256Hex(key->PublicKey())}, input.context);
  if (!token) return Fail(input, token.error().ToString());
  return Pass(input,
              "a fresh JWT of " + std::to_string(token->size()) + " characters from " + site->endpoint);
}

RowAnswer TokenRow(const RowInput& input) {
  const std::string why = WhyNotAsked(input);
  if (!why.empty()) return Skip(input, why);
  const auto token = input.parts->acquire(input.context);
  if (!token) return Fail(input, token.error().ToString());
  const std::string wrong = WrongWithToken(**token);
  if (!wrong.empty()) return Fail(input, wrong);
  return Pass(input, "an mtls_pop token for " + (*token)->resource + ", attested, on a KeyGuard key; " +
                         ((*token)->binding_verified ? "it names the certificate"
                                                     : "it is opaque, so whom it names is not seen"));
}

}  // namespace msiv2::selftest
