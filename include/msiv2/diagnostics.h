// Diagnostics: pieces of the flow on their own, for tools and for learning. Not needed to get a token.
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

/// CsrInput is what a CSR is made of besides the key (step 3).
struct CsrInput {
  std::string client_id{};  ///< GUID, becomes CN
  std::string tenant_id{};  ///< GUID, becomes DC
  std::string vm_id{};      ///< CUID; at least one of vm_id and vmss_id
  std::string vmss_id{};
};

/// BuildCsrDer builds and signs the PKCS#10 CSR that step 5 sends, as DER.
/// Errors: `invalid_request` (ids that are no GUIDs, no CUID), `key_sign_failed`.
Result<std::vector<std::uint8_t>> BuildCsrDer(const CsrInput& input, const SigningKey& key);

/// CsrPem returns a DER CSR in PEM form, for people and for `openssl req`.
std::string CsrPem(const std::vector<std::uint8_t>& der);

/// CreateKey gets or creates a key of exactly `tier` in the keystores of a client with these options: RSA,
/// 2048 bits, judged as in step 2. It blocks, at most as long as `call` says unless a keystore hangs. A key
/// in memory is a new one each time, never that of a client.
///
/// Errors: `msi_v2_keyguard_unavailable` where there is no KeyGuard key, `min_strength_not_met` where no
/// keystore makes such keys, `key_creation_failed`, `timeout`, `canceled`.
Result<std::shared_ptr<const SigningKey>> CreateKey(const ClientOptions& options, KeyTier tier,
                                                    const CallOptions& call = {});

/// AttestKey has `key` vouched for as step 4 does, by the attestor of a client with these options, and
/// returns the JWT. `endpoint` is held against the rules for what IMDS names; `client_id` is that of the
/// managed identity. No cache. It waits for the end of a call into an attestor that hangs, even past its own
/// time. Errors: `endpoint_not_allowed`, `msi_v2_keyguard_unavailable` (no KeyGuard
/// key), `attestation_failed` (among others an emulated key and a real attestor),
/// `attestation_library_untrusted`, `invalid_request`.
Result<SecretString> AttestKey(const ClientOptions& options, const std::string& endpoint,
                               const std::string& client_id, std::shared_ptr<const SigningKey> key,
                               const CallOptions& call = {});

/// BuiltInKeyProviders returns the key providers that a client uses on this host when its options name
/// none, strongest first. Making the list touches no keystore.
std::vector<std::shared_ptr<KeyProvider>> BuiltInKeyProviders();

/// SelectableKeyProviders returns the key providers of this system that may be put into
/// `ClientOptions::key_providers` in place of the built-in chain, by their ProviderName: "in-memory", and on
/// Windows "platform-crypto" (the TPM) and "cng" (a software key in NCrypt that ends with the process, to try
/// that path where there is no TPM). KeyGuard is not among them: the built-in chain takes it wherever it is
/// to be had.
std::vector<std::shared_ptr<KeyProvider>> SelectableKeyProviders();

}  // namespace msiv2
