// Self-test: what of this Windows machine works for bound tokens, tried out and not guessed. Not needed to
// get a token.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "msiv2/call.h"
#include "msiv2/options.h"
#include "msiv2/result.h"

namespace msiv2 {

/// SelfTestOutcome is how a row of the self-test ended.
enum class SelfTestOutcome {
  kPass,
  kFail,     ///< it should work here and does not
  kSkipped,  ///< this machine does not have it, or it was not asked for: nothing was shown
};

/// Name returns "PASS", "FAIL" or "SKIPPED". The view is static.
std::string_view Name(SelfTestOutcome outcome) noexcept;

/// SelfTestRow is what one row found. It holds no token, no JWT and no key material, public keys aside.
struct SelfTestRow {
  std::string name;  ///< for example "keyguard"; stays the same from version to version
  SelfTestOutcome outcome = SelfTestOutcome::kSkipped;
  std::string text;  ///< what was found or why not, one line
};

/// SelfTestReport is every row, in the order in which they ran.
struct SelfTestReport {
  std::vector<SelfTestRow> rows;
  /// SHA-256 of the KeyGuard key's SPKI, 64 hex digits, for SelfTestOptions::previous_key after a restart;
  /// empty where there is no such key.
  std::string keyguard_key;

  /// Count returns how many rows ended with `outcome`.
  std::size_t Count(SelfTestOutcome outcome) const noexcept;
};

/// SelfTestOptions say how far to go.
struct SelfTestOptions {
  /// Identity, base of IMDS, attestation library, environment and transport. Other ports are not used: the
  /// self-test looks at those of the system.
  ClientOptions client{};
  /// Also ask IMDS, the attestation service and Entra, which issues a certificate and a token.
  bool with_imds = false;
  /// The resource of that token.
  std::string resource = "https://management.azure.com";
  /// SelfTestReport::keyguard_key of a run before the last restart. Empty: whether a key ends with its boot
  /// is not shown.
  std::string previous_key{};
  /// A row that takes longer fails, and its thread is left behind; the others go on.
  std::chrono::milliseconds row_limit{60000};
  /// The same for the rows that ask IMDS, which wait for services.
  std::chrono::milliseconds imds_row_limit{180000};
  /// Told of each row as it ends, on the thread of the caller. May be empty.
  std::function<void(const SelfTestRow&)> on_row{};
};

/// RunSelfTest tries what bound tokens need of a Windows machine: its version, NCrypt, locks between
/// processes, KeyGuard and its per-boot keys, the TPM, signatures, the user's certificate store, the
/// attestation library and, `with_imds`, the services. Elsewhere than on Windows every row is skipped.
///
/// It makes the keys that a client would make, KeyGuardRSAKey and HardwareRSAKey of this user, and leaves
/// them, since other programs share them. Of the certificate store it leaves nothing behind. What it calls is
/// called on threads of its own; one that hangs stays until the process ends.
///
/// Errors: `invalid_request` (a previous_key that is no fingerprint), `timeout` and `canceled` of the call
/// itself; everything else is a row. Unset, the timeout of the call is that of all rows together.
Result<SelfTestReport> RunSelfTest(const SelfTestOptions& options, const CallOptions& call = {});

}  // namespace msiv2
