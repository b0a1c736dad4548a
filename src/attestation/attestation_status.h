// One name for each outcome of an attestation.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "msiv2/error.h"

namespace msiv2::attestation {

/// AttestationStatus is the outcome of an attestation: success, or the cause of its failure.
enum class AttestationStatus {
  kSuccess,
  kKeyRefused,         ///< only a KeyGuard key of this host, with a handle, can be attested
  kPathRefused,        ///< the library's path is not an absolute path on a drive of this machine
  kPinMalformed,       ///< the configured SHA-256 is malformed
  kLibraryMissing,     ///< there is no file at the path
  kUnreadable,         ///< the file cannot be opened or read as required
  kHashMismatch,       ///< the file does not match the pin
  kBadSignature,       ///< there is no pin, and the file is not signed by Microsoft
  kNotALibrary,        ///< the file is not a Windows library
  kWrongArchitecture,  ///< the library is for another processor
  kDependencyMissing,  ///< the system lacks a library that this library needs
  kLoadFailed,         ///< the system refused to load the library
  kNotTheFile,         ///< the system loaded a file other than the one that was checked
  kMissingExport,      ///< an export is missing: another library, or another version
  kNotInitialized,     ///< InitAttestationLib of the library failed
  kNativeError,        ///< the library was called and returned an error code
  kTokenEmpty,         ///< the library, or the service, returned an empty token
  kTokenMalformed,     ///< the token is not a JWT, or its `exp` is missing or out of range
  kTokenStale,         ///< the token expires within five minutes
  kHung,               ///< no answer in time; the call is still running
  kBusy,               ///< an earlier call still hangs
  kException,          ///< an exception was thrown
};

/// Name returns the status as one word, for example "NativeError". If the sibling libraries have a status for
/// the case, the word is theirs (ATT-4). The view is static.
std::string_view Name(AttestationStatus status) noexcept;

/// AttestationError returns the error of `status`, with the message `Status: <name>, NativeErrorCode:
/// <native_code>, Reason: <reason>` (ATT-4). The code is `attestation_library_untrusted` if the file must not
/// be trusted, else `attestation_failed`. `native_code` is the attestation library's code for kNativeError
/// and kNotInitialized. It is the system's code if the system refused something, else 0. The error is
/// retryable only if the cause may pass by itself.
Error AttestationError(AttestationStatus status, const std::string& reason, std::int64_t native_code = 0);

}  // namespace msiv2::attestation
