// START HERE to understand the protocol: the seven steps in order.
#pragma once

#include "flow/steps.h"

namespace msiv2::flow {

/// MintMode says which certificates will do.
enum class MintMode {
  kAny,     ///< one of the certificate store, or whatever IMDS hands out
  kBypass,  ///< a new one of IMDS, not one that it keeps
};

/// MintBinding runs steps 1 to 6: from nothing to a certificate that is bound to a key of this host. It
/// stops at the first failure; no step is skipped and none is tried in a weaker form. `mode` says
/// which certificates will do.
Result<BindingPtr> MintBinding(const StepContext& step, MintMode mode);

}  // namespace msiv2::flow
