// Entries of the certificate store: which ones are ours, and which of two remains usable longer.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "cache/windows_cert_store/raw_certificate_store.h"
#include "msiv2/certificate_store.h"
#include "msiv2/key.h"

namespace msiv2::cache {

/// kNamePrefix starts every friendly name that this library and the sibling libraries write.
inline constexpr std::string_view kNamePrefix = "MSAL|";

/// IsKnownContainer returns true if a key of this container can be ours. Ours are `KeyGuardRSAKey` in the
/// Microsoft Software Key Storage Provider and `HardwareRSAKey` in the Microsoft Platform Crypto Provider. A
/// key of the second name in the software provider cannot be ours. The sibling library on .NET creates such
/// keys, but they are not hardware keys (G-28).
bool IsKnownContainer(const std::optional<KeyContainer>& container);

/// StoredEntry is an entry that names one of our keys, with the contents of its certificate.
struct StoredEntry {
  StoredCertificate stored;
  RsaPublicKey public_key;
  std::vector<std::string> common_names;
  std::chrono::system_clock::time_point not_before;
  std::chrono::system_clock::time_point not_after;
  bool can_authenticate = false;  ///< its usages, if any, allow client authentication and signing
  std::string thumbprint;         ///< x5t#S256
};

/// ReadEntry returns nullopt for a certificate that is not linked to a known container, cannot be read or has
/// no RSA key.
std::optional<StoredEntry> ReadEntry(StoredCertificate stored);

/// EntriesOf returns the entries of `raw` that are ours and stored for `alias`. `alias` has no surrounding
/// white space and is compared byte by byte. All other entries are ignored.
std::vector<StoredEntry> EntriesOf(std::string_view alias, std::vector<RawCertificate> raw);

/// ServesAsWell returns true if `kept` can do everything that `fresh` can do, for as long. It has the same
/// key, container, client, tenant and endpoint, is already fit for use, and does not expire earlier (PER-6).
bool ServesAsWell(const StoredEntry& kept, const StoredEntry& fresh,
                  std::chrono::system_clock::time_point now);

}  // namespace msiv2::cache
