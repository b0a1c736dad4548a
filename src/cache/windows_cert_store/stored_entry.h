// What an entry of the certificate store is to us: which ones are ours, and which of two serves longer.
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

/// kNamePrefix starts every friendly name of ours and of the sibling libraries.
inline constexpr std::string_view kNamePrefix = "MSAL|";

/// IsKnownContainer tells whether a key of this container can be ours: `KeyGuardRSAKey` in the Microsoft
/// Software Key Storage Provider, `HardwareRSAKey` in the Microsoft Platform Crypto Provider. A key of the
/// second name in the software provider, which the sibling library on .NET makes, is not: it is no hardware
/// key (G-28).
bool IsKnownContainer(const std::optional<KeyContainer>& container);

/// StoredEntry is an entry that names a key of ours, with what its certificate says about itself.
struct StoredEntry {
  StoredCertificate stored;
  RsaPublicKey public_key;
  std::vector<std::string> common_names;
  std::chrono::system_clock::time_point not_before;
  std::chrono::system_clock::time_point not_after;
  bool can_authenticate = false;  ///< its usages, if any, allow what we need it for
  std::string thumbprint;         ///< x5t#S256
};

/// ReadEntry returns nothing for a certificate that is not linked to a known container, cannot be read or has
/// no RSA key.
std::optional<StoredEntry> ReadEntry(StoredCertificate stored);

/// EntriesOf returns those of `raw` that are ours and kept for `alias` (no white space around it; compared
/// byte by byte). The others are no business of ours.
std::vector<StoredEntry> EntriesOf(std::string_view alias, std::vector<RawCertificate> raw);

/// ServesAsWell tells whether `kept` does for everything that `fresh` would do, and for as long: the same
/// key, client, tenant and endpoint, fit for use already, and an end that is not earlier (PER-6).
bool ServesAsWell(const StoredEntry& kept, const StoredEntry& fresh,
                  std::chrono::system_clock::time_point now);

}  // namespace msiv2::cache
