// An attestor for unit tests that attests without a service.
#pragma once

#include <atomic>
#include <string>

#include "base/base64.h"
#include "msiv2/attestor.h"

namespace msiv2::flow::testing {

/// PlayedAttestor returns a JWT that has decades left, and counts how often it was asked.
class PlayedAttestor final : public Attestor {
 public:
  Result<SecretString> Attest(const AttestationRequest& request, const CallContext& /*context*/) override {
    ++calls;
    endpoint = request.endpoint;
    client_id = request.client_id;
    if (fails) return Error(ErrorCode::kAttestationFailed, "no attestation today");
    return SecretString(Jwt());
  }
  static std::string Jwt() {
    return Base64UrlEncode(AsBytes(R"({"alg":"RS256"})")) + "." +
           Base64UrlEncode(AsBytes(R"({"exp":4000000000})")) + ".c2ln";
  }

  std::atomic<int> calls{0};
  bool fails = false;
  std::string endpoint;
  std::string client_id;
};

}  // namespace msiv2::flow::testing
