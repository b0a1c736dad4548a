// Doctor: why bound tokens do not work on this host, and what to do. Not needed to get a token.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "msiv2/call.h"
#include "msiv2/options.h"
#include "msiv2/result.h"

namespace msiv2 {

/// Severity is how bad a finding is.
enum class Severity {
  kOk,
  kSkipped,  ///< not checked; `Finding::text` says why
  kWarning,  ///< may prevent bound tokens, or weakens something
  kFailure,  ///< bound tokens are not available while the problem lasts
};

/// Name returns "ok", "skipped", "warning" or "failure". The view is static.
std::string_view Name(Severity severity) noexcept;

/// Finding is the result of one check. It holds no secret. It holds the names of environment variables, never
/// their values, with two exceptions. One is the origin of IMDS, if AZURE_POD_IDENTITY_AUTHORITY_HOST gives
/// an acceptable one. The others are the paths in SSL_CERT_FILE and SSL_CERT_DIR that add no certificate.
struct Finding {
  std::string check;  ///< its name, for example "imds"; does not change between versions
  Severity severity = Severity::kOk;
  std::string
      cause;  ///< one word: "ok", "not_checked", the wire name of an ErrorCode, or one of the doctor's own
  std::string text;                          ///< what was found, one or two sentences
  std::string cure;                          ///< what to do; empty if there is nothing to do
  std::vector<NamedOption> named_in_text{};  ///< where `text` names options
  std::vector<NamedOption> named_in_cure{};  ///< where `cure` names options
};

/// Diagnosis is the findings of all checks, in the order of the flow.
struct Diagnosis {
  std::vector<Finding> findings;

  /// Worst returns the worst severity among the findings. Skipped checks count as kOk.
  Severity Worst() const noexcept;
};

/// DiagnoseOptions select what to examine.
struct DiagnoseOptions {
  /// The options of the client to examine. No client is created. Of the key providers, only `ProviderName`,
  /// `BestStrength` and `InspectStoredKey` are called. The attestor and the certificate store are not called.
  ClientOptions client{};
  /// Host or https URL of a token endpoint to try a TLS connection to, without a certificate and without a
  /// token request. If empty, none is tried, because IMDS names the endpoint only together with the
  /// certificate.
  std::string token_endpoint{};
};

/// Diagnose runs every check once, without retries, and returns what each found.
///
/// Read-only: it sends IMDS the probes of MSI v2 and MSI v1, and requests for the compute and the platform
/// metadata. It opens TLS connections, with a HEAD of `/`, to `token_endpoint` and to the attestation
/// endpoint that the metadata names. It connects to the latter only if the client has an attestor. It creates
/// no key and requests no certificate, JWT or token.
///
/// One side effect remains in the process. If the client's options name no key provider, Diagnose sets up
/// OpenSSL's secure heap, as the first in-memory key would. Only this shows what the system grants. An
/// application that wants a larger heap calls CRYPTO_secure_malloc_init first.
///
/// Errors: `timeout`, `canceled` and `used_after_fork` for the call itself. `invalid_request` for a blank id
/// of the identity, and for an attestation library on a system that has none. Everything else is a finding.
Result<Diagnosis> Diagnose(const DiagnoseOptions& options, const CallOptions& call = {});

}  // namespace msiv2
