#include "tests/process/token_memory/wire_attestor.h"

#include <openssl/sha.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/base64.h"
#include "emulator/attestation_server.h"

namespace msiv2 {
namespace {

std::string Quoted(std::string_view text) { return '"' + std::string(text) + '"'; }

Result<std::string> Body(const AttestationRequest& request) {
  const std::string n = Base64UrlEncode(request.key->PublicKey().modulus);
  const std::string e = Base64UrlEncode(request.key->PublicKey().exponent);
  const std::string nonce = "a-nonce-of-this-test";
  const std::string message = emulator::AttestationMessage(request.client_id, n, e, nonce);
  std::vector<std::uint8_t> digest(SHA256_DIGEST_LENGTH);
  SHA256(reinterpret_cast<const unsigned char*>(message.data()), message.size(), digest.data());
  const auto proof = request.key->SignDigest(SignaturePadding::kPss, DigestAlgorithm::kSha256, digest);
  if (!proof) return proof.error();
  return R"({"clientId":)" + Quoted(request.client_id) + R"(,"jwk":{"kty":"RSA","n":)" + Quoted(n) +
         R"(,"e":)" + Quoted(e) + R"(},"nonce":)" + Quoted(nonce) + R"(,"proof":)" +
         Quoted(Base64UrlEncode(*proof)) + "}";
}

class WireAttestor final : public Attestor {
 public:
  explicit WireAttestor(std::shared_ptr<HttpTransport> transport) : transport_(std::move(transport)) {}

  bool AcceptsEmulatedKeys() const override { return true; }

  Result<SecretString> Attest(const AttestationRequest& request, const CallContext& context) override {
    auto body = Body(request);
    if (!body) return body.error();
    HttpRequest http;
    http.method = "POST";
    http.url = request.endpoint + "/attest/keyguard";
    http.headers = {{"Content-Type", "application/json"}};
    http.body = *std::move(body);
    auto answer = transport_->Send(http, context);
    if (!answer) return Error(ErrorCode::kAttestationFailed, answer.error().message);
    const std::string_view text = answer->body;
    constexpr std::string_view kMember = R"("token":")";
    const auto begin = text.find(kMember);
    if (begin == std::string_view::npos) return Error(ErrorCode::kAttestationFailed, "no JWT came");
    const auto jwt = text.substr(begin + kMember.size());
    SecretString token(std::string(jwt.substr(0, jwt.find('"'))));
    SecureWipe(answer->body);
    return token;
  }

 private:
  const std::shared_ptr<HttpTransport> transport_;
};

}  // namespace

std::shared_ptr<Attestor> MakeWireAttestor(std::shared_ptr<HttpTransport> transport) {
  return std::make_shared<WireAttestor>(std::move(transport));
}

}  // namespace msiv2
