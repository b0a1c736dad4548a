#include "msiv2/tools/diagnostics.h"

#include <utility>
#include <vector>

#include "attestation/attestation_service.h"
#include "base/begin_call.h"
#include "base/executor.h"
#include "builtin.h"
#include "flow/gate.h"
#include "imds/base_url.h"
#include "imds/endpoint.h"
#include "keys/key_chain.h"
#include "x509/csr.h"
#include "x509/pem.h"
#include "x509/spki.h"

namespace msiv2 {

Result<std::vector<std::uint8_t>> BuildCsrDer(const CsrInput& input, const SigningKey& key) {
  return x509::BuildCsr({input.client_id, input.tenant_id, CuId{input.vm_id, input.vmss_id}}, key);
}

std::string CsrPem(const std::vector<std::uint8_t>& der) { return x509::CsrPem(der); }

Result<std::shared_ptr<const SigningKey>> CreateKey(const ClientOptions& options, KeyStrength strength,
                                                    const CallOptions& call) {
  if (auto refused = RefuseOfParent(call)) return *std::move(refused);
  // A keystore with a higher best strength may return a weaker key. A key weaker than requested is never
  // accepted.
  auto entries = KeyChainOf(options);
  std::erase_if(entries,
                [&](const KeyChainEntry& entry) { return entry.provider->BestStrength() != strength; });
  const std::shared_ptr<Clock> clock = ClockOf(options);
  Executor queue(1);
  KeyChain chain(std::move(entries), queue, clock.get());
  return chain.GetOrCreateKey({.minimum = strength, .attestation = strength == KeyStrength::kKeyGuard},
                              BeginCall(*clock, call, options.timeouts.acquisition));
}

Result<SecretString> AttestKey(const ClientOptions& options, const std::string& endpoint,
                               const std::string& client_id, std::shared_ptr<const SigningKey> key,
                               const CallOptions& call) {
  if (auto refused = RefuseOfParent(call)) return *std::move(refused);
  const EnvironmentReader environment = EnvironmentOf(options);
  const auto base =
      imds::ResolveImdsBase(options.imds_base_url, environment, options.allow_insecure_imds_base);
  if (!base) return base.error();
  const auto origin = CheckAttestationEndpoint(endpoint, flow::RulesFor(*base, options, environment));
  if (!origin) return origin.error();
  auto attestor = AttestorOf(options, environment);
  if (!attestor) return attestor.error();
  const std::shared_ptr<Clock> clock = ClockOf(options);
  Executor queue(1);
  attestation::AttestationService service(*std::move(attestor), queue, options.timeouts.attestation);
  const std::string spki = x509::SpkiSha256Hex(key->PublicKey());
  const auto secrets = flow::SecretsOf(v1::ReadHostEnvironment(options, environment), environment);
  return service.GetToken({origin->ToString(), client_id, std::move(key), spki, secrets},
                          BeginCall(*clock, call, options.timeouts.acquisition));
}

}  // namespace msiv2
