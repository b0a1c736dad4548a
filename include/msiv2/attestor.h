// The Attestor port.
#pragma once

#include <memory>
#include <string>

#include "msiv2/call.h"
#include "msiv2/key.h"
#include "msiv2/result.h"
#include "msiv2/secret.h"

namespace msiv2 {

/// AttestationRequest holds the inputs that an Attestor needs to attest a key.
struct AttestationRequest {
  std::string endpoint{};   ///< origin, `https://host[:port]`, already checked
  std::string client_id{};  ///< of the managed identity, from the platform metadata
  std::shared_ptr<const SigningKey> key{};
};

/// AttestationLibrary names Microsoft's native library that attests KeyGuard keys on Windows,
/// AttestationClientLib.dll. The path is absolute, on a drive of this machine, and is never searched for. Put
/// the file where only administrators may write. The file is trusted by its pin. Without a pin, it needs an
/// Authenticode signature whose signer is Microsoft. See docs/howto/attestation_library.md.
struct AttestationLibrary {
  /// If empty: MSIV2_ATTESTATION_LIBRARY, else the client has no attestor. On systems other than Windows the
  /// variable is ignored, and a path given here is refused with `invalid_request` when the client is created.
  std::string path{};
  /// SHA-256 of the file, 64 hex digits. If empty: MSIV2_ATTESTATION_LIBRARY_SHA256, else the signature
  /// decides.
  std::string sha256{};
};

/// Attestor obtains a JWT in which the attestation service states that the key is isolated.
///
/// Threads: Attest runs on a background thread, one call at a time for all clients that share state
/// (CacheScope). AttestKey makes calls of its own. The library stops waiting for a call at the deadline; the
/// call itself may continue.
class Attestor {
 public:
  virtual ~Attestor() = default;

  /// Attest returns the JWT in compact form. Errors: `attestation_failed`, `attestation_library_untrusted`. A
  /// failure is final for the acquisition and is never skipped.
  virtual Result<SecretString> Attest(const AttestationRequest& request, const CallContext& context) = 0;

  /// AcceptsEmulatedKeys returns true only for an emulator's attestor. A real attestor returns false, and the
  /// library then never shows it an emulated key.
  virtual bool AcceptsEmulatedKeys() const { return false; }
};

}  // namespace msiv2
