// The CertificateStore port.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "msiv2/key.h"

namespace msiv2 {

/// StoredCertificate is what a store saves for an alias. It holds no secret: the key stays in its keystore.
struct StoredCertificate {
  std::vector<std::uint8_t> leaf_der{};
  std::string token_endpoint{};  ///< origin of the token endpoint, `https://host[:port]`
  std::string tenant_id{};
  /// Where the certificate's key is persisted, to link the two. nullopt for a key that exists only as long as
  /// the process. Also nullopt for an emulated key, which is linked to nothing on this host.
  std::optional<KeyContainer> container{};
};

/// CertificateStore saves binding certificates beyond the life of the process. Best effort: a failure costs a
/// round trip, never a token. Everything it returns is checked again like a fresh certificate.
///
/// `alias` is `<identity>#att=<0|1>`. Threads: all members may be called at the same time, on a background
/// thread or on that of a caller that waits for a token. They must be quick and must not throw.
class CertificateStore {
 public:
  virtual ~CertificateStore() = default;

  /// Load returns the certificates saved for `alias`, newest first. Empty if there are none.
  virtual std::vector<StoredCertificate> Load(std::string_view alias) = 0;

  /// Save stores `certificate` for `alias`.
  virtual void Save(std::string_view alias, const StoredCertificate& certificate) = 0;

  /// Remove deletes exactly the certificate with this DER from `alias`. The certificate was refused, or its
  /// key is gone.
  virtual void Remove(std::string_view alias, const std::vector<std::uint8_t>& leaf_der) = 0;
};

}  // namespace msiv2
