// The service account token that Kubernetes projects into a pod, and how Entra checks it.
#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <string>

#include "emulator/entra_errors.h"
#include "emulator/jwt_signer.h"
#include "emulator/private_file.h"

namespace msiv2::emulator {

/// FederatedToken keeps a signed token in a file, as the kubelet does, and checks it as Entra does. Threads:
/// all members may be called at the same time.
class FederatedToken {
 public:
  /// kLifetime is the longest lifetime that Kubernetes is usually asked for.
  static constexpr std::chrono::seconds kLifetime = std::chrono::hours(24);

  /// Rotate writes a new token. The previous token remains valid until it expires, as in a cluster. The first
  /// call creates the file.
  Result<void> Rotate(std::chrono::system_clock::time_point now);

  /// path returns the path of the file, which is removed with the object.
  std::string path() const { return folder_.path() + "/azure-identity-token"; }

  /// Check returns why an assertion is refused at `now`; nullopt if it is valid.
  std::optional<AadstsError> Check(const std::string& assertion,
                                   std::chrono::system_clock::time_point now) const;

 private:
  const PrivateFolder folder_;
  const JwtSigner cluster_;
  std::mutex mutex_;  ///< one writer of the file at a time
};

}  // namespace msiv2::emulator
