// START HERE to understand the protocol: the seven steps in order.
#pragma once

#include "flow/steps.h"

namespace msiv2::flow {

/// MintBinding runs steps 1 to 6: from nothing to a certificate that is bound to a key of this host. It
/// stops at the first failure; no step is skipped and none is tried in a weaker form. `bypass_cache`: neither
/// the certificate store nor IMDS may answer with a certificate that it keeps.
Result<BindingPtr> MintBinding(const StepContext& step, bool bypass_cache);

}  // namespace msiv2::flow
