// The CertificateStore port.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "msiv2/key.h"

namespace msiv2 {

/// StoredCertificate is what a store keeps for an alias. It holds nothing secret: the key stays in its
/// keystore.
struct StoredCertificate {
  std::vector<std::uint8_t> leaf_der{};
  std::string token_endpoint{};  ///< origin of the token endpoint, `https://host[:port]`
  std::string tenant_id{};
  /// Where the key of the certificate is persisted, to link the two. Nothing for a key that ends with the
  /// process, and for an emulated one, which is linked to nothing of this host.
  std::optional<KeyContainer> container{};
};

/// CertificateStore keeps binding certificates beyond the process. Best effort: a failure costs a round
/// trip, never a token. Everything it returns is checked again like a fresh certificate.
///
/// `alias` is `<identity>#att=<0|1>`. Threads: all members may be called at the same time, on the thread of a
/// caller who waits for a token or on one in the background; they must be quick and must not throw.
class CertificateStore {
 public:
  virtual ~CertificateStore() = default;

  /// Load returns the certificates kept for `alias`, newest first; empty where there are none.
  virtual std::vector<StoredCertificate> Load(std::string_view alias) = 0;

  /// Save keeps `certificate` for `alias`.
  virtual void Save(std::string_view alias, const StoredCertificate& certificate) = 0;

  /// Remove drops exactly the certificate with this DER from `alias`: it was refused, or its key is gone.
  virtual void Remove(std::string_view alias, const std::vector<std::uint8_t>& leaf_der) = 0;
};

}  // namespace msiv2
