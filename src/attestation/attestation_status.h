// One name for each way in which an attestation can end.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "msiv2/error.h"

namespace msiv2::attestation {

/// AttestationStatus says how an attestation ended, or at what it failed.
enum class AttestationStatus {
  kSuccess,
  kKeyRefused,         ///< only a KeyGuard key of this host, with a handle, can be attested
  kPathRefused,        ///< the library's path is no absolute path on a drive of this machine
  kPinMalformed,       ///< what should be a SHA-256 is none
  kLibraryMissing,     ///< there is no file at the path
  kUnreadable,         ///< the file cannot be opened or read as it must be
  kHashMismatch,       ///< the file is not the pinned one
  kBadSignature,       ///< there is no pin, and the file is not signed by Microsoft
  kNotALibrary,        ///< the file is no Windows library
  kWrongArchitecture,  ///< it is one for another processor
  kDependencyMissing,  ///< the system lacks a library that it needs
  kLoadFailed,         ///< the system would not load it
  kNotTheFile,         ///< the system loaded another file than the one that was checked
  kMissingExport,      ///< it is another library, or another version
  kNotInitialized,     ///< its InitAttestationLib failed
  kNativeError,        ///< it was called and answered with an error code
  kTokenEmpty,         ///< it, or the service, answered with nothing where a token should be
  kTokenMalformed,     ///< the token is no JWT
  kTokenStale,         ///< the token ends within five minutes
  kHung,               ///< no answer in time; the call goes on
  kBusy,               ///< an earlier call hangs
  kException,          ///< something was thrown
};

/// Name returns the status as one word, for example "NativeError"; where the sibling libraries have a status
/// for the case, it is their word (ATT-4). The view is static.
std::string_view Name(AttestationStatus status) noexcept;

/// AttestationError returns the error of `status`, with the message
/// `Status: <name>, NativeErrorCode: <native_code>, Reason: <reason>` (ATT-4):
/// `attestation_library_untrusted` where the file must not be trusted, else `attestation_failed`.
/// `native_code` is the attestation library's own for kNativeError and kNotInitialized, the system's where
/// that refused something, else 0. To try again helps only where the cause may pass by itself.
Error AttestationError(AttestationStatus status, const std::string& reason, std::int64_t native_code = 0);

}  // namespace msiv2::attestation
