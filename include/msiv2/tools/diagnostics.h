// Diagnostics: single steps of the flow, for tools and for learning. Not needed to get a token.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "msiv2/call.h"
#include "msiv2/key.h"
#include "msiv2/options.h"
#include "msiv2/result.h"
#include "msiv2/secret.h"

namespace msiv2 {

/// CsrInput is what a CSR contains in addition to the key (step 3).
struct CsrInput {
  std::string client_id{};  ///< GUID, becomes CN
  std::string tenant_id{};  ///< GUID, becomes DC
  std::string vm_id{};      ///< CUID; at least one of vm_id and vmss_id
  std::string vmss_id{};
};

/// BuildCsrDer builds and signs the PKCS#10 CSR that step 5 sends, as DER.
/// Errors: `invalid_request` (an id that is not a GUID, no CUID), `key_sign_failed`.
Result<std::vector<std::uint8_t>> BuildCsrDer(const CsrInput& input, const SigningKey& key);

/// CsrPem returns a DER CSR in PEM form, for display and for `openssl req`.
std::string CsrPem(const std::vector<std::uint8_t>& der);

/// CreateKey gets or creates a key of exactly `strength` in the keystores of a client with these options. The
/// key is RSA, 2048 bits, and is checked as in step 2. CreateKey blocks, at most as long as `call` says
/// unless a keystore hangs. A key in memory is a new one each time, never that of a client.
///
/// Errors: `msi_v2_keyguard_unavailable` if there is no KeyGuard key, `min_strength_not_met` if no keystore
/// makes such keys, `key_creation_failed`, `timeout`, `canceled`.
Result<std::shared_ptr<const SigningKey>> CreateKey(const ClientOptions& options, KeyStrength strength,
                                                    const CallOptions& call = {});

/// AttestKey attests `key` as step 4 does, with the attestor of a client with these options, and returns the
/// JWT. `endpoint` is checked against the rules for endpoints that IMDS names. `client_id` is that of the
/// managed identity. Nothing is cached. If the attestor hangs, AttestKey waits until the attestor returns,
/// even past its own time limit. Errors: `endpoint_not_allowed`, `msi_v2_keyguard_unavailable` (not a
/// KeyGuard key), `attestation_failed` (for example, an emulated key and a real attestor),
/// `attestation_library_untrusted`, `invalid_request`, `timeout`, `canceled`.
Result<SecretString> AttestKey(const ClientOptions& options, const std::string& endpoint,
                               const std::string& client_id, std::shared_ptr<const SigningKey> key,
                               const CallOptions& call = {});

/// BuiltInKeyProviders returns the key providers that a client uses on this host if its options name none,
/// strongest first. Creating the list touches no keystore.
std::vector<std::shared_ptr<KeyProvider>> BuiltInKeyProviders();

/// SelectableKeyProviders returns the key providers of this system that `ClientOptions::key_providers` may
/// hold in place of the built-in chain. Their ProviderName is "in-memory", and on Windows also
/// "platform-crypto" (the TPM) and "cng". "cng" is a software key in NCrypt that lasts as long as the
/// process, to try that path without a TPM. KeyGuard is not among them: the built-in chain uses it wherever
/// it is available.
std::vector<std::shared_ptr<KeyProvider>> SelectableKeyProviders();

}  // namespace msiv2
