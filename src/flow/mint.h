// START HERE to understand the protocol: steps 1 to 6, in order; step 7 is token_step.cc.
#pragma once

#include <functional>
#include <memory>

#include "flow/steps.h"

namespace msiv2::flow {

/// MintMode says which certificates will do.
enum class MintMode {
  kAny,      ///< one of the certificate store, or any that IMDS issues
  kRenewal,  ///< a later one of the certificate store, or any that IMDS issues
  kBypass,   ///< a new one of IMDS, not one that it keeps
};

/// AdoptBinding returns a binding that is already current for the identity that step 1 has named, or null.
using AdoptBinding = std::function<BindingPtr(const PlatformMetadata&)>;

/// MintRequest says what is to be minted.
struct MintRequest {
  MintMode mode = MintMode::kAny;
  /// Takes the lock between the processes that share the certificate store (CertificateStore::LockMint). The
  /// caller keeps it until the store has what was minted, and releases it on the same thread.
  std::unique_ptr<MintLock>& lock;
  /// Asked after step 1, for MintMode::kAny only. What it returns is the answer. May be empty.
  AdoptBinding adopt{};
  /// What a MintMode::kRenewal is to take the place of. Null in other modes.
  const Binding* replaces = nullptr;
};

/// MintBinding runs steps 1 to 6: from nothing to a certificate that is bound to a key of this host. It
/// stops at the first failure; no step is skipped and none is tried in a weaker form.
///
/// Steps 3 to 6 run under the store's lock. If another process has minted meanwhile, its certificate is the
/// answer. MintMode::kBypass takes the lock only if it is free at once: no other certificate will do.
Result<BindingPtr> MintBinding(const AcquisitionContext& acquisition, const MintRequest& request);

}  // namespace msiv2::flow
