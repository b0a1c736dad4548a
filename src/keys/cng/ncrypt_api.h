// The functions of NCrypt that the key providers call, as a port. Windows implements it, and tests replace
// it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>

#include "base/bytes.h"
#include "keys/cng/ncrypt_status.h"
#include "msiv2/key.h"
#include "msiv2/result.h"

namespace msiv2::cng {

/// NCryptHandle is an NCRYPT_PROV_HANDLE or an NCRYPT_KEY_HANDLE; 0 is none.
using NCryptHandle = std::uintptr_t;

// Names and flags as in ncrypt.h of the Windows SDK (mingw's header lacks the isolation flags).
inline constexpr std::string_view kSoftwareKeystore = "Microsoft Software Key Storage Provider";
inline constexpr std::string_view kPlatformKeystore = "Microsoft Platform Crypto Provider";

inline constexpr std::string_view kLengthProperty = "Length";
inline constexpr std::string_view kExportPolicyProperty = "Export Policy";
inline constexpr std::string_view kKeyUsageProperty = "Key Usage";
inline constexpr std::string_view kImplTypeProperty = "Impl Type";
inline constexpr std::string_view kVirtualIsoProperty = "Virtual Iso";

inline constexpr std::uint32_t kKeyBits = 2048;  ///< of every key: RSA

inline constexpr std::uint32_t kSilentFlag = 0x40;                      ///< NCRYPT_SILENT_FLAG
inline constexpr std::uint32_t kOverwriteKeyFlag = 0x80;                ///< NCRYPT_OVERWRITE_KEY_FLAG
inline constexpr std::uint32_t kUseVirtualIsolationFlag = 0x0002'0000;  ///< NCRYPT_USE_VIRTUAL_ISOLATION_FLAG
inline constexpr std::uint32_t kUsePerBootKeyFlag = 0x0004'0000;        ///< NCRYPT_USE_PER_BOOT_KEY_FLAG
inline constexpr std::uint32_t kPersistFlag = 0x8000'0000;              ///< NCRYPT_PERSIST_FLAG
inline constexpr std::uint32_t kAllowAllUsages = 0x00FF'FFFF;           ///< NCRYPT_ALLOW_ALL_USAGES
inline constexpr std::uint32_t kAllowSigningFlag = 0x2;                 ///< NCRYPT_ALLOW_SIGNING_FLAG
inline constexpr std::uint32_t kImplHardwareFlag = 0x1;                 ///< NCRYPT_IMPL_HARDWARE_FLAG

/// NCryptApi is the table of NCrypt functions, with types that every system has. Names are ASCII.
///
/// NCryptDeleteKey is left out on purpose. It deletes by the name behind a handle, so that a stale handle
/// deletes the key that another process put in its place. No function exports a private key.
///
/// Threads: all members may be called at the same time. None throws.
class NCryptApi {
 public:
  virtual ~NCryptApi() = default;

  /// OpenProvider is NCryptOpenStorageProvider.
  virtual NCryptStatus OpenProvider(std::string_view name, NCryptHandle& provider) = 0;
  /// OpenKey is NCryptOpenKey. Without NCRYPT_MACHINE_KEY_FLAG it searches the user's keys.
  virtual NCryptStatus OpenKey(NCryptHandle provider, std::string_view name, std::uint32_t flags,
                               NCryptHandle& key) = 0;
  /// CreateKey is NCryptCreatePersistedKey for RSA. An empty name creates a key that is not persisted.
  virtual NCryptStatus CreateKey(NCryptHandle provider, std::string_view name, std::uint32_t flags,
                                 NCryptHandle& key) = 0;
  /// SetNumber is NCryptSetProperty for a DWORD.
  virtual NCryptStatus SetNumber(NCryptHandle object, std::string_view property, std::uint32_t value,
                                 std::uint32_t flags) = 0;
  /// GetProperty is NCryptGetProperty: `size` becomes the number of bytes written.
  virtual NCryptStatus GetProperty(NCryptHandle object, std::string_view property,
                                   std::span<std::uint8_t> value, std::size_t& size) = 0;
  /// FinalizeKey is NCryptFinalizeKey: it generates the key, and writes it under its name.
  virtual NCryptStatus FinalizeKey(NCryptHandle key, std::uint32_t flags) = 0;
  /// ExportPublicKey is NCryptExportKey for a BCRYPT_RSAPUBLIC_BLOB: `size` becomes the number of bytes
  /// written.
  virtual NCryptStatus ExportPublicKey(NCryptHandle key, std::span<std::uint8_t> blob, std::size_t& size) = 0;
  /// SignHash is NCryptSignHash, silent, PSS with a salt as long as the digest.
  virtual NCryptStatus SignHash(NCryptHandle key, SignaturePadding padding, DigestAlgorithm algorithm,
                                ByteView digest, std::span<std::uint8_t> signature, std::size_t& size) = 0;
  /// Free is NCryptFreeObject.
  virtual NCryptStatus Free(NCryptHandle object) = 0;
};

/// NCryptSource returns the table, each time a provider is asked for a key. Errors: `key_creation_failed`.
using NCryptSource = std::function<Result<std::shared_ptr<NCryptApi>>()>;

}  // namespace msiv2::cng
