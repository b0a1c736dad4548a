// Calls the attestation library and interprets its answers.
#pragma once

#include <optional>

#include "attestation/native_library/log_capture.h"
#include "attestation/native_library/native_abi.h"
#include "msiv2/attestor.h"
#include "msiv2/result.h"

namespace msiv2::attestation {

/// InitNativeLibrary calls InitAttestationLib with a log callback, which must not be null.
/// Errors: AttestationStatus::kNotInitialized with the library's code, kException.
std::optional<Error> InitNativeLibrary(const NativeFunctions& functions, LogCapture& log);

/// CallNativeLibrary attests the key of `request`. Some versions reject the null client payload with -8; they
/// are called once more with `{}`. Each buffer that the library returns is wiped and freed exactly once, also
/// after an error code.
///
/// Errors: AttestationStatus::kNativeError with the library's code, kTokenEmpty, kTokenMalformed for a token
/// longer than 64 KiB, kException for a C++ exception. An access violation in the library ends the process,
/// because nothing in the process could be trusted any more.
Result<SecretString> CallNativeLibrary(const NativeFunctions& functions, LogCapture& log,
                                       const AttestationRequest& request);

}  // namespace msiv2::attestation
