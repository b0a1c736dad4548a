// Statuses of NCrypt and what they mean for a key.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace msiv2::cng {

/// NCryptStatus is a SECURITY_STATUS. The enumerators are those that this code acts on or names; other
/// numbers may occur. Source: winerror.h of the Windows SDK, unless stated otherwise.
enum class NCryptStatus : std::uint32_t {
  kOk = 0,
  kNoKey = 0x8009000D,                ///< NTE_NO_KEY
  kNoMemory = 0x8009000E,             ///< NTE_NO_MEMORY
  kExists = 0x8009000F,               ///< NTE_EXISTS
  kPermission = 0x80090010,           ///< NTE_PERM
  kNotFound = 0x80090011,             ///< NTE_NOT_FOUND
  kBadFlags = 0x80090009,             ///< NTE_BAD_FLAGS
  kBadProvider = 0x80090013,          ///< NTE_BAD_PROVIDER
  kBadKeyset = 0x80090016,            ///< NTE_BAD_KEYSET
  kProviderDllNotFound = 0x8009001E,  ///< NTE_PROV_DLL_NOT_FOUND
  kFail = 0x80090020,                 ///< NTE_FAIL
  kInvalidHandle = 0x80090026,        ///< NTE_INVALID_HANDLE
  kInvalidParameter = 0x80090027,     ///< NTE_INVALID_PARAMETER
  kBufferTooSmall = 0x80090028,       ///< NTE_BUFFER_TOO_SMALL
  kNotSupported = 0x80090029,         ///< NTE_NOT_SUPPORTED
  kInternalError = 0x8009002D,        ///< NTE_INTERNAL_ERROR
  kDeviceNotReady = 0x80090030,       ///< NTE_DEVICE_NOT_READY
  kDeviceNotFound = 0x80090035,       ///< NTE_DEVICE_NOT_FOUND
  kVbsCannotDecryptKey = 0x8009003A,  ///< NTE_VBS_CANNOT_DECRYPT_KEY
  kVbsIsolationAbsent = 0x80890014,   ///< seen by the reference library when VBS is off; in no header
  kTpmNotFound = 0x8028400F,          ///< TBS_E_TPM_NOT_FOUND
  kBusy = 0x800700AA,                 ///< HRESULT_FROM_WIN32(ERROR_BUSY)
  kServiceNotActive = 0x80070426,     ///< HRESULT_FROM_WIN32(ERROR_SERVICE_NOT_ACTIVE)
  kRpcUnavailable = 0x800706BA,       ///< HRESULT_FROM_WIN32(RPC_S_SERVER_UNAVAILABLE)
  kRpcTooBusy = 0x800706BB,           ///< HRESULT_FROM_WIN32(RPC_S_SERVER_TOO_BUSY)
  kRpcCallFailed = 0x800706BE,        ///< HRESULT_FROM_WIN32(RPC_S_CALL_FAILED)
  kRpcCallNotRun = 0x800706BF,        ///< HRESULT_FROM_WIN32(RPC_S_CALL_FAILED_DNE)
};

/// Text returns "NTE_NOT_SUPPORTED (0x80090029)", or only the number if no name is known.
std::string Text(NCryptStatus status);

/// SaysNoSuchKey returns true if the status of an open means that there is no key of that name.
bool SaysNoSuchKey(NCryptStatus status) noexcept;

/// SaysNotThere returns true if a status means that this system does not have what was requested. A retry in
/// this process is then pointless. Any other status may be transient.
bool SaysNotThere(NCryptStatus status) noexcept;

/// SaysNothingOfTheKey returns true if a failed signature had a cause that is known to pass. Examples are a
/// service that does not answer and a busy TPM. Such a failure is not evidence of a dead key.
bool SaysNothingOfTheKey(NCryptStatus status) noexcept;

/// NCryptFailure is the call that failed, and its status.
struct NCryptFailure {
  std::string_view call;  ///< a static name, for example "NCryptOpenKey"
  NCryptStatus status = NCryptStatus::kFail;

  /// Text returns "NCryptOpenKey returned NTE_NOT_SUPPORTED (0x80090029)".
  std::string Text() const;
  /// Code returns the status as `Error::native_code` holds it: 0x80090029 and not its negative.
  std::int64_t Code() const noexcept { return static_cast<std::int64_t>(status); }
};

}  // namespace msiv2::cng
