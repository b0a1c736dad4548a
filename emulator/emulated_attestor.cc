// The attestor of hosts without KeyGuard: it asks the emulator's attestation service.
#include <openssl/rand.h>
#include <openssl/sha.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "emulator/attestation_server.h"
#include "emulator/base64.h"
#include "emulator/emulator.h"
#include "emulator/sockets.h"
#include "emulator/tls_client.h"
#include "msiv2/clock.h"

namespace msiv2::emulator {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

Error Failed(std::string message) { return Error(ErrorCode::kAttestationFailed, std::move(message)); }

std::string Base64UrlOf(const std::vector<std::uint8_t>& bytes) {
  return EncodeBase64Url({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

std::string Nonce() {
  std::string bytes(16, '\0');
  Require(RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), 16) == 1, "random nonce");
  return EncodeBase64Url(bytes);
}

/// RequestBody proves possession of the key by a signature.
Result<std::string> RequestBody(const AttestationRequest& request) {
  const std::string n = Base64UrlOf(request.key->PublicKey().modulus);
  const std::string e = Base64UrlOf(request.key->PublicKey().exponent);
  const std::string nonce = Nonce();
  const std::string message = AttestationMessage(request.client_id, n, e, nonce);
  std::vector<std::uint8_t> digest(SHA256_DIGEST_LENGTH);
  SHA256(reinterpret_cast<const unsigned char*>(message.data()), message.size(), digest.data());
  const auto signature = request.key->SignDigest(SignaturePadding::kPss, DigestAlgorithm::kSha256, digest);
  if (!signature) return signature.error();
  return json({{"clientId", request.client_id},
               {"jwk", {{"kty", "RSA"}, {"n", n}, {"e", e}}},
               {"nonce", nonce},
               {"proof", Base64UrlOf(*signature)}})
      .dump();
}

/// ServiceReason returns the reason that the service gave for a refusal.
std::string ServiceReason(const std::string& body) {
  const json answer = json::parse(body, nullptr, false);
  const json::json_pointer path("/error/message");
  if (!answer.is_object() || !answer.contains(path) || !answer.at(path).is_string()) return "no reason given";
  std::string reason = answer.at(path).get<std::string>().substr(0, 200);
  std::replace_if(
      reason.begin(), reason.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return reason;
}

Result<SecretString> ReadAnswer(const httplib::Result& answer) {
  if (!answer) return Failed("the emulated attestation service did not answer: " + to_string(answer.error()));
  if (answer->status != 200) {
    Error error = Failed("the emulated attestation service refused the key: " + ServiceReason(answer->body));
    error.http_status = answer->status;
    return error;
  }
  const json body = json::parse(answer->body, nullptr, false);
  if (!body.is_object() || !body.contains("token") || !body.at("token").is_string()) {
    return Failed("the emulated attestation service answered without a token");
  }
  return SecretString(body.at("token").get<std::string>());
}

class EmulatedAttestor final : public Attestor {
 public:
  explicit EmulatedAttestor(std::string ca_pem) : ca_pem_(std::move(ca_pem)) {}

  bool AcceptsEmulatedKeys() const override { return true; }

  Result<SecretString> Attest(const AttestationRequest& request, const CallContext& context) override {
    if (!request.key || request.key->Strength() != KeyStrength::kKeyGuard) {
      return Failed("only a KeyGuard key can be attested");
    }
    if (context.cancellation.IsCanceled()) return Error(ErrorCode::kCanceled, Step::kAttestation, "canceled");
    const auto left =
        std::chrono::duration_cast<milliseconds>(context.deadline - context.clock->MonotonicNow());
    if (left <= milliseconds(0))
      return Error(ErrorCode::kTimeout, Step::kAttestation, "no time left to attest");
    const auto body = RequestBody(request);
    if (!body) return body.error();
    return Send(request.endpoint, *body, std::min(left, milliseconds(std::chrono::seconds(60))), context);
  }

 private:
  Result<SecretString> Send(const std::string& endpoint, const std::string& body, milliseconds left,
                            const CallContext& context) const {
    const BrokenPipeShield shield;  // outlives the client, whose end writes too
    const auto client = NewTlsClient(endpoint, ca_pem_);
    if (client == nullptr) return Failed("the attestation endpoint or the trust anchor cannot be used");
    client->set_connection_timeout(left);
    client->set_read_timeout(left);
    client->set_write_timeout(left);
    const auto stop = context.cancellation.OnCancel([&client] {
      const BrokenPipeShield of_the_canceling_thread;
      client->stop();
    });
    const auto answer = client->Post("/attest/keyguard", body, "application/json");
    if (context.cancellation.IsCanceled()) return Error(ErrorCode::kCanceled, Step::kAttestation, "canceled");
    if (!answer && context.clock->MonotonicNow() >= context.deadline) {
      return Error(ErrorCode::kTimeout, Step::kAttestation, "the attestation service did not answer in time");
    }
    return ReadAnswer(answer);
  }

  std::string ca_pem_;
};

}  // namespace

std::shared_ptr<Attestor> MakeEmulatedAttestor(const Endpoints& endpoints) {
  return std::make_shared<EmulatedAttestor>(endpoints.ca_pem);
}

}  // namespace msiv2::emulator
