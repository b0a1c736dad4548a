// The RawCertificateStore port: what the certificate store needs of the system, without any policy.
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
  /// Where the entry's private key is, as the entry says: nothing is known about whether there is such a key.
  /// Nothing for an entry without a link, and for one that links to a machine key or a legacy (CAPI)
  /// provider.
  std::optional<KeyContainer> container{};
};

/// StoreFailure says what the system refused.
struct StoreFailure {
  std::string what{};        ///< for people, for example "CertOpenStore"
  std::uint32_t status = 0;  ///< the system's error number
};

/// RawCertificateStore is one certificate store of this system. Entries are told apart by their DER.
///
/// Threads: all members may be called at the same time, also by other processes.
class RawCertificateStore {
 public:
  virtual ~RawCertificateStore() = default;

  /// List returns the entries whose friendly name starts with `name_prefix`, in no particular order.
  virtual Result<std::vector<RawCertificate>, StoreFailure> List(std::string_view name_prefix) = 0;

  /// Add writes an entry with its name and, where `entry` has a container, its link to the key: all of it or
  /// nothing. A certificate that is there already, under whatever name, is a failure: it is another's.
  virtual Result<void, StoreFailure> Add(const RawCertificate& entry) = 0;

  /// Remove drops exactly the entry with this DER; none there is a success. The key stays.
  virtual Result<void, StoreFailure> Remove(const Bytes& der) = 0;
};

}  // namespace msiv2::cache
