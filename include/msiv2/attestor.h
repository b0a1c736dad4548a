// The Attestor port.
#pragma once

#include <memory>
#include <string>

#include "msiv2/call.h"
#include "msiv2/key.h"
#include "msiv2/result.h"
#include "msiv2/secret.h"

namespace msiv2 {

/// AttestationRequest is what an attestor needs to have a key vouched for.
struct AttestationRequest {
  std::string endpoint{};   ///< origin, `https://host[:port]`, already checked
  std::string client_id{};  ///< of the managed identity, from the platform metadata
  std::shared_ptr<const SigningKey> key{};
};

/// AttestationLibrary names Microsoft's native library that vouches for KeyGuard keys on Windows:
/// AttestationClientLib.dll. The path is absolute, on a drive of this machine, and never searched for; put
/// the file where only administrators may write. The file is trusted by its pin, or, without one, by an
/// Authenticode signature whose signer is Microsoft. docs/howto/attestation_library.md tells more.
struct AttestationLibrary {
  /// Empty: MSIV2_ATTESTATION_LIBRARY, else the client has no attestor. Elsewhere than on Windows the
  /// variable is ignored, and a path given here is refused with `invalid_request` when the client is created.
  std::string path{};
  /// SHA-256 of the file, 64 hex digits. Empty: MSIV2_ATTESTATION_LIBRARY_SHA256, else the signature decides.
  std::string sha256{};
};

/// Attestor obtains a JWT from the attestation service that says the key is isolated.
///
/// Threads: the library makes one call at a time, on a background thread, and stops waiting for it at
/// the deadline; the call itself may go on.
class Attestor {
 public:
  virtual ~Attestor() = default;

  /// Attest returns the JWT in compact form. Errors: `attestation_failed`,
  /// `attestation_library_untrusted`; a failure is final for the acquisition and never skipped.
  virtual Result<SecretString> Attest(const AttestationRequest& request, const CallContext& context) = 0;

  /// AcceptsEmulatedKeys is true only for an emulator's attestor. A real attestor leaves it false, and
  /// the library then refuses to show it an emulated key.
  virtual bool AcceptsEmulatedKeys() const { return false; }
};

}  // namespace msiv2
