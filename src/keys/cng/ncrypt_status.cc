#include "keys/cng/ncrypt_status.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace msiv2::cng {
namespace {

using NamedStatus = std::pair<NCryptStatus, std::string_view>;

constexpr NamedStatus kNames[] = {
    {NCryptStatus::kBadFlags, "NTE_BAD_FLAGS"},
    {NCryptStatus::kNoKey, "NTE_NO_KEY"},
    {NCryptStatus::kNoMemory, "NTE_NO_MEMORY"},
    {NCryptStatus::kExists, "NTE_EXISTS"},
    {NCryptStatus::kPermission, "NTE_PERM"},
    {NCryptStatus::kNotFound, "NTE_NOT_FOUND"},
    {NCryptStatus::kBadProvider, "NTE_BAD_PROVIDER"},
    {NCryptStatus::kBadKeyset, "NTE_BAD_KEYSET"},
    {NCryptStatus::kProviderDllNotFound, "NTE_PROV_DLL_NOT_FOUND"},
    {NCryptStatus::kFail, "NTE_FAIL"},
    {NCryptStatus::kInvalidHandle, "NTE_INVALID_HANDLE"},
    {NCryptStatus::kInvalidParameter, "NTE_INVALID_PARAMETER"},
    {NCryptStatus::kBufferTooSmall, "NTE_BUFFER_TOO_SMALL"},
    {NCryptStatus::kNotSupported, "NTE_NOT_SUPPORTED"},
    {NCryptStatus::kInternalError, "NTE_INTERNAL_ERROR"},
    {NCryptStatus::kDeviceNotReady, "NTE_DEVICE_NOT_READY"},
    {NCryptStatus::kDeviceNotFound, "NTE_DEVICE_NOT_FOUND"},
    {NCryptStatus::kVbsCannotDecryptKey, "NTE_VBS_CANNOT_DECRYPT_KEY"},
    {NCryptStatus::kVbsIsolationAbsent, "VBS key isolation is not available"},
    {NCryptStatus::kTpmNotFound, "TBS_E_TPM_NOT_FOUND"},
    {NCryptStatus::kBusy, "ERROR_BUSY"},
    {NCryptStatus::kServiceNotActive, "ERROR_SERVICE_NOT_ACTIVE"},
    {NCryptStatus::kRpcUnavailable, "RPC_S_SERVER_UNAVAILABLE"},
    {NCryptStatus::kRpcTooBusy, "RPC_S_SERVER_TOO_BUSY"},
    {NCryptStatus::kRpcCallFailed, "RPC_S_CALL_FAILED"},
    {NCryptStatus::kRpcCallNotRun, "RPC_S_CALL_FAILED_DNE"},
};

constexpr NCryptStatus kNoSuchKey[] = {NCryptStatus::kBadKeyset, NCryptStatus::kNoKey,
                                       NCryptStatus::kNotFound};

// NTE_BAD_FLAGS: the flags of our calls are constants, so this is an older Windows that does not know them.
constexpr NCryptStatus kNotThere[] = {NCryptStatus::kNotSupported, NCryptStatus::kVbsIsolationAbsent,
                                      NCryptStatus::kBadFlags,     NCryptStatus::kProviderDllNotFound,
                                      NCryptStatus::kBadProvider,  NCryptStatus::kDeviceNotFound,
                                      NCryptStatus::kTpmNotFound};

constexpr NCryptStatus kPassing[] = {NCryptStatus::kNoMemory,       NCryptStatus::kDeviceNotReady,
                                     NCryptStatus::kBusy,           NCryptStatus::kRpcTooBusy,
                                     NCryptStatus::kRpcUnavailable, NCryptStatus::kServiceNotActive,
                                     NCryptStatus::kRpcCallFailed,  NCryptStatus::kRpcCallNotRun};

// The non-fatal answers of a TPM. TPM 1.2: TPM_E_RETRY to TPM_E_DEFEND_LOCK_RUNNING, from 0x80280800. TPM
// 2.0: the warnings (TPM_20_E_RETRY, TPM_20_E_LOCKOUT), from 0x80280900. TBS_E_*: the service in front of the
// TPM.
constexpr std::uint32_t kTpmWarnings = 0x80280800;
constexpr std::uint32_t kTpmWarningsEnd = 0x80280A00;
constexpr std::uint32_t kTpmService = 0x80284000;
constexpr std::uint32_t kTpmServiceEnd = 0x80284100;

template <std::size_t Size>
bool IsOneOf(NCryptStatus status, const NCryptStatus (&list)[Size]) noexcept {
  return std::find(std::begin(list), std::end(list), status) != std::end(list);
}

std::string Hex(NCryptStatus status) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string text = "0x";
  for (int shift = 28; shift >= 0; shift -= 4) {
    text += kDigits[(static_cast<std::uint32_t>(status) >> static_cast<unsigned>(shift)) & 15U];
  }
  return text;
}

}  // namespace

std::string Text(NCryptStatus status) {
  for (const auto& [named, name] : kNames) {
    if (named == status) return std::string(name) + " (" + Hex(status) + ")";
  }
  return Hex(status);
}

bool SaysNoSuchKey(NCryptStatus status) noexcept { return IsOneOf(status, kNoSuchKey); }

bool SaysNotThere(NCryptStatus status) noexcept { return IsOneOf(status, kNotThere); }

bool SaysNothingOfTheKey(NCryptStatus status) noexcept {
  const auto number = static_cast<std::uint32_t>(status);
  return IsOneOf(status, kPassing) || (number >= kTpmWarnings && number < kTpmWarningsEnd) ||
         (number >= kTpmService && number < kTpmServiceEnd);
}

std::string NCryptFailure::Text() const {
  return std::string(call) + " returned " + msiv2::cng::Text(status);
}

}  // namespace msiv2::cng
