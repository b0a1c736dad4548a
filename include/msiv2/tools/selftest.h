// Self-test: tries out what bound tokens need on this Windows machine. Not needed to get a token. It is in a
// library of its own: the CMake target msiv2::selftest, which is the component `selftest` of the package.
// With pkg-config, add `-lmsiv2_selftest`.
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
  kSkipped,  ///< this machine does not have it, or it was not requested: nothing was shown
};

/// Name returns "PASS", "FAIL" or "SKIPPED". The view is static.
std::string_view Name(SelfTestOutcome outcome) noexcept;

/// SelfTestRow is the result of one row. It holds no token, no JWT and no key material except public keys.
struct SelfTestRow {
  std::string name;  ///< for example "keyguard"; does not change between versions
  SelfTestOutcome outcome = SelfTestOutcome::kSkipped;
  std::string text;  ///< what was found, or why not; one line
};

/// SelfTestReport is every row, in the order in which they ran.
struct SelfTestReport {
  std::vector<SelfTestRow> rows;
  /// SHA-256 of the KeyGuard key's SPKI, 64 hex digits. Pass it as SelfTestOptions::previous_key after a
  /// restart. Empty if there is no such key.
  std::string keyguard_key;

  /// Count returns how many rows ended with `outcome`.
  std::size_t Count(SelfTestOutcome outcome) const noexcept;
};

/// SelfTestOptions select what to test.
struct SelfTestOptions {
  /// Identity, base of IMDS, attestation library, environment and transport. The key providers, attestor,
  /// certificate store, clock and cache scope are ignored: the self-test examines those of the system.
  ClientOptions client{};
  /// Also ask IMDS, the attestation service and Entra, which issue a certificate and a token.
  bool with_imds = false;
  /// The resource of that token.
  std::string resource = "https://management.azure.com";
  /// SelfTestReport::keyguard_key of a run before the last restart. If empty, the self-test does not show
  /// whether a key ends with its boot.
  std::string previous_key{};
  /// Time limit of a row. A row that takes longer fails and its thread is left running; the other rows
  /// continue.
  std::chrono::milliseconds row_limit{60000};
  /// The same for the rows that ask IMDS, which wait for services.
  std::chrono::milliseconds imds_row_limit{180000};
  /// Called with each row as it ends, on the thread of the caller. May be empty.
  std::function<void(const SelfTestRow&)> on_row{};
};

/// RunSelfTest tests what bound tokens need on a Windows machine: its version, NCrypt, locks between
/// processes, KeyGuard and its per-boot keys, the TPM and signatures. It also tests the user's certificate
/// store, the attestation library and, `with_imds`, the services. On other systems every row is skipped.
///
/// It creates the keys that a client would create, KeyGuardRSAKey and HardwareRSAKey of this user. It leaves
/// them in place, because other programs share them. It leaves nothing in the certificate store. Each row
/// runs on its own thread; if a row hangs, its thread stays until the process ends.
///
/// Errors: `invalid_request` (a previous_key that is not a fingerprint), `timeout` and `canceled` of the call
/// itself. Everything else is a row. If the call has no timeout, each row has its own limit and all rows
/// together have 24 hours.
Result<SelfTestReport> RunSelfTest(const SelfTestOptions& options, const CallOptions& call = {});

}  // namespace msiv2
