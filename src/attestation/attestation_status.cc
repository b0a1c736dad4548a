#include "attestation/attestation_status.h"

#include <utility>

namespace msiv2::attestation {
namespace {

struct Row {
  std::string_view name;
  ErrorCode code;
  bool retryable;
};

Row Describe(AttestationStatus status) noexcept {
  constexpr ErrorCode kFailed = ErrorCode::kAttestationFailed;
  constexpr ErrorCode kUntrusted = ErrorCode::kAttestationLibraryUntrusted;
  switch (status) {
    case AttestationStatus::kSuccess:
      return {"Success", kFailed, false};
    case AttestationStatus::kKeyRefused:
      return {"KeyRefused", kFailed, false};
    case AttestationStatus::kPathRefused:
      return {"PathRefused", kUntrusted, false};
    case AttestationStatus::kPinMalformed:
      return {"PinMalformed", kUntrusted, false};
    case AttestationStatus::kLibraryMissing:
      return {"LibraryMissing", kFailed, false};
    case AttestationStatus::kUnreadable:
      return {"Unreadable", kFailed, true};
    case AttestationStatus::kHashMismatch:
      return {"HashMismatch", kUntrusted, false};
    case AttestationStatus::kBadSignature:
      return {"BadSignature", kUntrusted, false};
    case AttestationStatus::kNotALibrary:
      return {"NotALibrary", kFailed, false};
    case AttestationStatus::kWrongArchitecture:
      return {"WrongArchitecture", kFailed, false};
    case AttestationStatus::kDependencyMissing:
      return {"DependencyMissing", kFailed, false};
    case AttestationStatus::kLoadFailed:
      return {"LoadFailed", kFailed, true};
    case AttestationStatus::kNotTheFile:
      return {"NotTheFile", kUntrusted, false};
    case AttestationStatus::kMissingExport:
      return {"MissingExport", kFailed, false};
    case AttestationStatus::kNotInitialized:
      return {"NotInitialized", kFailed, true};
    case AttestationStatus::kNativeError:
      return {"NativeError", kFailed, true};
    case AttestationStatus::kTokenEmpty:
      return {"TokenEmpty", kFailed, true};
    case AttestationStatus::kTokenMalformed:
      return {"TokenMalformed", kFailed, true};
    case AttestationStatus::kTokenStale:
      return {"TokenStale", kFailed, true};
    case AttestationStatus::kHung:
      return {"Hung", kFailed, true};
    case AttestationStatus::kBusy:
      return {"Busy", kFailed, true};
    case AttestationStatus::kException:
      break;
  }
  return {"Exception", kFailed, true};
}

}  // namespace

std::string_view Name(AttestationStatus status) noexcept { return Describe(status).name; }

Error AttestationError(AttestationStatus status, const std::string& reason, std::int64_t native_code) {
  const Row row = Describe(status);
  Error error(row.code, "Status: " + std::string(row.name) +
                            ", NativeErrorCode: " + std::to_string(native_code) + ", Reason: " + reason);
  error.retryable = row.retryable;
  error.native_code = native_code;
  return error;
}

}  // namespace msiv2::attestation
