// Step 5: a certificate for a checked CSR and a checked attestation JWT.
#include "emulator/answer_faults.h"
#include "emulator/base64.h"
#include "emulator/csr_check.h"
#include "emulator/imds_handlers.h"

namespace msiv2::emulator::imds {
namespace {

using nlohmann::json;
using std::chrono::system_clock;

constexpr char kNoBypassCache[] = "no-bypass-cache";
constexpr char kNoToken[] = "Attestation Token is missing / empty in the issue credential request";

const JsonFaults& CredentialFaults() {
  static const JsonFaults faults = [] {
    JsonFaults all = EndpointFaults("mtls_authentication_endpoint");
    all["no-client-id"] = Without("client_id");
    all["no-tenant-id"] = Without("tenant_id");
    all["no-certificate"] = Without("certificate");
    all["no-identity-type"] = Without("identity_type");
    all["empty-certificate"] = With("certificate", "");
    all["text-certificate"] = With("certificate", "not base64!");
    all["garbage-certificate"] = With("certificate", EncodeBase64("this is not a certificate"));
    all["pem-certificate"] = [](json& answer) {
      answer["certificate"] = "-----BEGIN CERTIFICATE-----\n" + answer["certificate"].get<std::string>() +
                              "\n-----END CERTIFICATE-----\n";
    };
    all["trailing-certificate"] = [](json& answer) {
      answer["certificate"] = EncodeBase64(*DecodeBase64(answer["certificate"].get<std::string>()) + "x");
    };
    all["ber-certificate"] = [](json& answer) {  // its outer length is a byte longer than necessary
      std::string der = *DecodeBase64(answer["certificate"].get<std::string>());
      answer["certificate"] = EncodeBase64(der.replace(1, 1, std::string("\x83\0", 2)));
    };
    all["other-client-id"] = With("client_id", "00000000-0000-4000-8000-00000000000c");
    all["other-tenant-id"] = With("tenant_id", "00000000-0000-4000-8000-00000000000d");
    all["not-an-object"] = [](json& answer) { answer = json::array(); };
    return all;
  }();
  return faults;
}

/// CheckAttestation returns why a JWT does not attest `key`; empty if it does.
std::string CheckAttestation(const JwtSigner& signer, const std::string& token, EVP_PKEY* key,
                             system_clock::time_point now) {
  const auto claims = signer.Verify(token);
  if (!claims) return "The attestation token was not signed by the attestation service";
  const json::json_pointer key_path("/x-ms-runtime/keys/0");
  if (!claims->contains(key_path) || !claims->contains("exp") || !claims->at("exp").is_number_integer()) {
    return "The attestation token names no key or no expiry";
  }
  if (claims->at("exp").get<std::int64_t>() <= system_clock::to_time_t(now)) {
    return "The attestation token has expired";
  }
  const json wanted = RsaJwk(key);
  const json& attested = claims->at(key_path);
  if (attested.value("n", "") != wanted.at("n") || attested.value("e", "") != wanted.at("e")) {
    return "The attestation token attests another key than the CSR's";
  }
  return {};
}

/// CheckBody returns why a body cannot be used. It returns an empty text if csr is a string and
/// attestation_token, if present, is a string that is not empty.
std::string CheckBody(const json& body) {
  if (!body.is_object()) return "The body is not a JSON object";
  if (!body.contains("csr") || !body.at("csr").is_string())
    return "csr is missing in the issue credential request";
  if (!body.contains("attestation_token")) return {};
  const json& token = body.at("attestation_token");
  return token.is_string() && !token.get<std::string>().empty() ? "" : kNoToken;
}

struct Accepted {
  KeyHandle key;
  bool attested = false;
};

/// Accept checks CSR and JWT. It writes the reason of a refusal to `refusal`.
Accepted Accept(const ImdsServerOptions& options, const EmulatedIdentity& identity, const json& body,
                system_clock::time_point now, std::string& refusal) {
  const auto der = DecodeBase64(body.at("csr").get<std::string>());
  if (!der) {
    refusal = "The CSR is not one line of standard base64";
    return {};
  }
  CsrVerdict csr = CheckCsr(*der, {options.tenant_id, identity.client_id, options.vm_id, options.vmss_id});
  if (!csr.key) {
    refusal = "The CSR is refused: " + csr.refusal;
    return {};
  }
  if (!body.contains("attestation_token")) {
    if (options.require_attestation) refusal = kNoToken;
    return {std::move(csr.key), false};
  }
  refusal = CheckAttestation(*options.attestation_signer, body.at("attestation_token").get<std::string>(),
                             csr.key.get(), now);
  return {std::move(csr.key), true};
}

}  // namespace

std::vector<std::string> CredentialAnswerFaults() {
  std::vector<std::string> names = NamesOf(CredentialFaults());
  names.emplace_back(kNoBypassCache);
  return names;
}

void IssueCredential(const ImdsServerOptions& options, const httplib::Request& request,
                     httplib::Response& response, Exchange& exchange) {
  if (!CheckV2Request(options, request, response)) return;
  const auto identity = SelectIdentity(options, "mi_res_id", request, response);
  if (!identity) return;
  if (request.get_header_value("Content-Type").rfind("application/json", 0) != 0) {
    return Refuse(request, response, 415, "invalid_request", "Content-Type must be application/json");
  }
  const json body = json::parse(request.body, nullptr, false);
  exchange.had_attestation_token = body.is_object() && body.contains("attestation_token");
  std::string refusal = CheckBody(body);
  if (!refusal.empty()) return Refuse(request, response, 400, "invalid_request", refusal);
  const std::string& fault = exchange.answer_fault();
  const bool bypass_cache = request.get_param_value("bypass_cache") == "true";
  if (fault == kNoBypassCache && request.has_param("bypass_cache")) {
    return Refuse(request, response, 400, "invalid_request", "Unknown parameter bypass_cache");
  }

  const Accepted accepted = Accept(options, *identity, body, exchange.now(), refusal);
  if (!refusal.empty()) return Refuse(request, response, 400, "invalid_request", refusal);
  const std::string der = options.issuer->Issue({accepted.key.get(), identity->client_id, options.tenant_id,
                                                 accepted.attested, bypass_cache, exchange.now(), fault});
  json answer = {{"client_id", identity->client_id},
                 {"tenant_id", options.tenant_id},
                 {"certificate", EncodeBase64(der)},
                 {"identity_type", identity->system_assigned ? "SystemAssigned" : "UserAssigned"},
                 {"mtls_authentication_endpoint", options.entra_endpoint}};
  const bool known = fault.empty() || fault == kNoBypassCache || IsCertificateFault(fault) ||
                     Spoil(CredentialFaults(), fault, answer);
  if (!known) return RefuseUnknownFault(response, fault);
  Answer(response, 200, answer);
}

}  // namespace msiv2::emulator::imds
