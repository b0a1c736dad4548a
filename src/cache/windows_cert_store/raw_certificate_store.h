// The RawCertificateStore port: what the certificate store needs from the system, without any policy.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "msiv2/key.h"
#include "msiv2/result.h"

namespace msiv2::cache {

/// RawCertificate is an entry of a system certificate store.
struct RawCertificate {
  Bytes der{};
  std::string friendly_name{};  ///< UTF-8
  /// The container of the private key, as the entry names it. Whether such a key exists is not known. The
  /// value is nullopt for an entry without a link, and for one that links to a machine key or a legacy (CAPI)
  /// provider.
  std::optional<KeyContainer> container{};
};

/// StoreFailure is a refusal by the system.
struct StoreFailure {
  std::string what{};        ///< human-readable, for example "CertOpenStore"
  std::uint32_t status = 0;  ///< the system's error number
};

/// RawCertificateStore is one certificate store of this system. Entries are identified by their DER.
///
/// Threads: all members may be called at the same time, also by other processes.
class RawCertificateStore {
 public:
  virtual ~RawCertificateStore() = default;

  /// List returns the entries whose friendly name starts with `name_prefix`, in no particular order.
  virtual Result<std::vector<RawCertificate>, StoreFailure> List(std::string_view name_prefix) = 0;

  /// Add writes an entry with its name and, if `entry` has a container, its link to the key. It writes all of
  /// this or nothing. A certificate that already exists, under whatever name, is a failure: it belongs to
  /// another owner.
  virtual Result<void, StoreFailure> Add(const RawCertificate& entry) = 0;

  /// Remove drops exactly the entry with this DER. It succeeds if there is none. The key stays.
  virtual Result<void, StoreFailure> Remove(const Bytes& der) = 0;
};

}  // namespace msiv2::cache
