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
  kWarning,  ///< may be in the way, or weakens something
  kFailure,  ///< bound tokens cannot be had while it lasts
};

/// Name returns "ok", "skipped", "warning" or "failure". The view is static.
std::string_view Name(Severity severity) noexcept;

/// Finding is what one check found. It holds no secret: of environment variables the names, never the values,
/// but for the origin of IMDS where AZURE_POD_IDENTITY_AUTHORITY_HOST gives an acceptable one.
struct Finding {
  std::string check;  ///< its name, for example "imds"; stays the same from version to version
  Severity severity = Severity::kOk;
  std::string
      cause;  ///< one word: "ok", "not_checked", the wire name of an ErrorCode, or one of the doctor's own
  std::string text;  ///< what was found, one or two sentences
  std::string cure;  ///< what to do; empty where there is nothing to do
};

/// Diagnosis is the findings of all checks, in the order of the flow.
struct Diagnosis {
  std::vector<Finding> findings;

  /// Worst returns the worst severity among the findings; what was skipped counts as kOk.
  Severity Worst() const noexcept;
};

/// DiagnoseOptions say what to look at.
struct DiagnoseOptions {
  /// The client whose prospects are wanted. No client is made; the ports for keys, attestor and certificate
  /// store are not called but for `ProviderName` and `BestTier`.
  ClientOptions client{};
  /// Host or https URL of a token endpoint to try a TLS connection to, without a certificate and without a
  /// request for a token. Empty: none is tried, because IMDS names the endpoint with the certificate only.
  std::string token_endpoint{};
};

/// Diagnose runs every check once, without retries, and returns what each found.
///
/// Read-only: it sends IMDS the probes of GetCapabilities and one request for the platform metadata, and
/// opens TLS connections to the attestation endpoint that those name (where the client has an attestor) and
/// to `token_endpoint`, with a HEAD of `/`. It asks for no key, certificate, JWT or token.
///
/// One thing it leaves behind in the process: where the client's options name no key provider it sets up
/// OpenSSL's secure heap, as the first in-memory key would, because only that tells what the system grants.
/// An application that wants a larger heap calls CRYPTO_secure_malloc_init before.
///
/// Errors: `timeout` and `canceled` of the call itself; everything else is a finding.
Result<Diagnosis> Diagnose(const DiagnoseOptions& options, const CallOptions& call = {});

}  // namespace msiv2
