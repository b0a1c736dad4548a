// The CertificateStore port.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "msiv2/call.h"
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

/// MintLock is what CertificateStore::LockMint returns. The destructor releases what it holds, on the thread
/// that called LockMint.
class MintLock {
 public:
  virtual ~MintLock() = default;
};

/// CertificateStore saves binding certificates beyond the life of the process. Best effort: a failure costs a
/// round trip, never a token. Everything it returns is checked again like a fresh certificate.
///
/// `alias` is `<identity>#att=<0|1>`. Threads: all members may be called at the same time, on a background
/// thread or on that of a caller that waits for a token. They must be quick, apart from LockMint, and must
/// not throw.
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

  /// LockMint waits until no other process that shares the store mints a certificate for `alias`. It keeps
  /// the others from minting until what it returns is destroyed. So processes that start at the same moment
  /// mint one certificate, not one each. `container` has the key that the certificate is for.
  ///
  /// It returns null if the store has no such lock; this is the default. A lock that is not free in time does
  /// not stop the mint: LockMint then returns an object that releases nothing. It returns before the deadline
  /// of `call` and soon after its cancellation. After any answer but null, the store is loaded again.
  virtual std::unique_ptr<MintLock> LockMint(std::string_view alias, const KeyContainer& container,
                                             const CallContext& call) {
    static_cast<void>(alias);
    static_cast<void>(container);
    static_cast<void>(call);
    return nullptr;
  }
};

}  // namespace msiv2
