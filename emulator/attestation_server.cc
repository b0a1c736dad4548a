#include "emulator/attestation_server.h"

#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "emulator/answer_faults.h"
#include "emulator/base64.h"

namespace msiv2::emulator {
namespace {

using nlohmann::json;
using std::chrono::system_clock;

using BignumHandle = std::unique_ptr<BIGNUM, Freed<BN_free>>;
using ParamBuilderHandle = std::unique_ptr<OSSL_PARAM_BLD, Freed<OSSL_PARAM_BLD_free>>;
using ParamsHandle = std::unique_ptr<OSSL_PARAM, Freed<OSSL_PARAM_free>>;

const unsigned char* Bytes(const std::string& text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

/// AttestationCall holds the members of a request; a missing member is empty.
struct AttestationCall {
  std::string client_id, n, e, nonce, proof;
};

std::string TextMember(const json& object, const char* name) {
  if (!object.is_object()) return {};
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

AttestationCall ReadCall(const std::string& body) {
  const json request = json::parse(body, nullptr, false);
  const json jwk = request.is_object() ? request.value("jwk", json()) : json();
  return {TextMember(request, "clientId"), TextMember(jwk, "n"), TextMember(jwk, "e"),
          TextMember(request, "nonce"), TextMember(request, "proof")};
}

KeyHandle RsaKey(const std::string& n, const std::string& e) {
  const BignumHandle modulus(BN_bin2bn(Bytes(n), static_cast<int>(n.size()), nullptr));
  const BignumHandle exponent(BN_bin2bn(Bytes(e), static_cast<int>(e.size()), nullptr));
  const ParamBuilderHandle builder(OSSL_PARAM_BLD_new());
  Require(builder && OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get()) == 1 &&
              OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get()) == 1,
          "RSA numbers");
  const ParamsHandle params(OSSL_PARAM_BLD_to_param(builder.get()));
  const KeyContextHandle context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
  EVP_PKEY* key = nullptr;
  if (EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1) {
    return nullptr;
  }
  return KeyHandle(key);
}

bool ProofVerifies(EVP_PKEY* key, const std::string& message, const std::string& proof) {
  const DigestContextHandle context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* padding = nullptr;  // owned by `context`
  return context && EVP_DigestVerifyInit(context.get(), &padding, EVP_sha256(), nullptr, key) == 1 &&
         EVP_PKEY_CTX_set_rsa_padding(padding, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(padding, RSA_PSS_SALTLEN_DIGEST) == 1 &&
         EVP_DigestVerify(context.get(), Bytes(proof), proof.size(), Bytes(message), message.size()) == 1;
}

/// CheckCall returns why the key cannot be attested; empty if it can.
std::string CheckCall(const AttestationCall& call) {
  if (call.client_id.empty()) return "clientId is missing";
  if (call.nonce.size() < 16) return "the nonce must have 16 characters or more";
  const auto n = DecodeBase64Url(call.n);
  const auto e = DecodeBase64Url(call.e);
  const auto proof = DecodeBase64Url(call.proof);
  if (!n || !e) return "jwk is not an RSA key";
  if (n->size() != 256) return "the key must have 2048 bits";
  const KeyHandle key = RsaKey(*n, *e);
  if (!key) return "jwk is not an RSA key";
  const std::string message = AttestationMessage(call.client_id, call.n, call.e, call.nonce);
  if (!proof || !ProofVerifies(key.get(), message, *proof)) return "the caller does not hold the key";
  return {};
}

json Claims(const AttestationCall& call, const std::string& issuer, std::int64_t now) {
  const std::int64_t lifetime = std::chrono::seconds(kStatementLifetime).count();
  return {{"iss", issuer},
          {"iat", now},
          {"nbf", now},
          {"exp", now + lifetime},
          {"x-ms-attestation-type", "keyguard"},
          {"x-ms-emulated", true},
          {"x-ms-client-id", call.client_id},
          {"x-ms-runtime", {{"keys", json::array({{{"kty", "RSA"}, {"n", call.n}, {"e", call.e}}})}}}};
}

/// SpoilToken makes a faulty token of the claims of a good one.
using SpoilToken = std::string (*)(const JwtSigner& signer, const json& good, std::int64_t now);

template <int kSeconds>
std::string ExpiresIn(const JwtSigner& signer, const json& good, std::int64_t now) {
  json claims = good;
  claims["exp"] = now + kSeconds;
  return signer.Sign(claims);
}

const std::map<std::string, SpoilToken, std::less<>>& TokenFaults() {
  static const std::map<std::string, SpoilToken, std::less<>> faults = {
      {"empty-token", [](const JwtSigner&, const json&, std::int64_t) { return std::string(); }},
      {"blank-token", [](const JwtSigner&, const json&, std::int64_t) { return std::string("   "); }},
      {"malformed-token",
       [](const JwtSigner&, const json&, std::int64_t) { return std::string("this.is-no.jwt!"); }},
      {"opaque-token", [](const JwtSigner&, const json&, std::int64_t) { return std::string("opaque"); }},
      {"foreign-token",
       [](const JwtSigner&, const json& good, std::int64_t) { return JwtSigner().Sign(good); }},
      {"stale-token", ExpiresIn<60>},
      {"expired-token", ExpiresIn<-60>},
      {"no-exp-token",
       [](const JwtSigner& signer, const json& good, std::int64_t) {
         json claims = good;
         claims.erase("exp");
         return signer.Sign(claims);
       }},
      {"wrong-key-token",
       [](const JwtSigner& signer, const json& good, std::int64_t) {
         json claims = good;
         claims["x-ms-runtime"]["keys"][0]["n"] = RsaJwk(NewRsaKey().get())["n"];
         return signer.Sign(claims);
       }},
  };
  return faults;
}

constexpr char kNoToken[] = "no-token";

void Answer(httplib::Response& response, int status, const json& body) {
  response.status = status;
  response.set_content(body.dump(), "application/json; charset=utf-8");
}

void Attest(const JwtSigner& signer, const httplib::Request& request, httplib::Response& response,
            const Exchange& exchange) {
  const AttestationCall call = ReadCall(request.body);
  const std::string refusal = CheckCall(call);
  if (!refusal.empty()) {
    return Answer(response, 400, {{"error", {{"code", "AttestationFailed"}, {"message", refusal}}}});
  }
  const std::int64_t now = system_clock::to_time_t(exchange.now());
  const json claims = Claims(call, "https://" + request.get_header_value("Host"), now);
  const std::string& fault = exchange.answer_fault();
  if (fault.empty()) return Answer(response, 200, {{"token", signer.Sign(claims)}});
  if (fault == kNoToken) return Answer(response, 200, json::object());
  const auto spoil = TokenFaults().find(fault);
  if (spoil == TokenFaults().end()) {
    return Answer(response, 500, {{"error", {{"message", "unknown content fault: " + fault}}}});
  }
  Answer(response, 200, {{"token", spoil->second(signer, claims, now)}});
}

}  // namespace

std::vector<std::string> AttestationAnswerFaults() {
  std::vector<std::string> names = NamesOf(TokenFaults());
  names.emplace_back(kNoToken);
  return names;
}

std::string AttestationMessage(const std::string& client_id, const std::string& n, const std::string& e,
                               const std::string& nonce) {
  return "msiv2-emulated-attestation\n" + client_id + "\n" + n + "\n" + e + "\n" + nonce;
}

Result<std::unique_ptr<HttpServer>> StartAttestationServer(AttestationServerOptions options) {
  options.http.name = "attestation";
  const JwtSigner* signer = options.signer;
  const Handler attest = [signer](const httplib::Request& request, httplib::Response& response,
                                  Exchange& exchange) { Attest(*signer, request, response, exchange); };
  const Handler certs = [signer](const httplib::Request&, httplib::Response& response, Exchange&) {
    Answer(response, 200, signer->Jwks());
  };
  return HttpServer::Start(std::move(options.http), {{"POST", "/attest/keyguard", "attest", attest},
                                                     {"GET", "/certs", "certs", certs}});
}

}  // namespace msiv2::emulator
