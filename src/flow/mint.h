// START HERE to understand the protocol: the seven steps in order.
#pragma once

#include <functional>

#include "flow/steps.h"

namespace msiv2::flow {

/// MintMode says which certificates will do.
enum class MintMode {
  kAny,      ///< one of the certificate store, or any that IMDS issues
  kRenewal,  ///< any that IMDS issues
  kBypass,   ///< a new one of IMDS, not one that it keeps
};

/// AdoptBinding returns a binding that already serves for the identity that step 1 has named, or null.
using AdoptBinding = std::function<BindingPtr(const PlatformMetadata&)>;

/// MintBinding runs steps 1 to 6: from nothing to a certificate that is bound to a key of this host. It
/// stops at the first failure; no step is skipped and none is tried in a weaker form. `mode` says
/// which certificates will do.
/// `adopt` (may be empty) is asked after step 1, for MintMode::kAny only; what it returns is the answer.
Result<BindingPtr> MintBinding(const AcquisitionContext& acquisition, MintMode mode,
                               const AdoptBinding& adopt = {});

}  // namespace msiv2::flow
