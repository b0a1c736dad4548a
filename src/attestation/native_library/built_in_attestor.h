// The attestor that a client has without bringing one.
#pragma once

#include <chrono>
#include <memory>

#include "attestation/native_library/library_choice.h"
#include "msiv2/attestor.h"
#include "msiv2/options.h"
#include "msiv2/result.h"

namespace msiv2::attestation {

/// MakeBuiltInAttestor makes the attestor of the configured library, or null where none is configured. No
/// file is touched: what is wrong with it is said when a key is to be attested, so that a client that attests
/// nothing does not fail for it.
///
/// Elsewhere than on Windows there is no such library: MSIV2_ATTESTATION_LIBRARY is ignored, and a path in
/// the options is `invalid_request`.
Result<std::shared_ptr<Attestor>> MakeBuiltInAttestor(const AttestationLibrary& option,
                                                      const EnvironmentReader& environment,
                                                      std::chrono::milliseconds timeout);

/// LoadBuiltInLibrary checks, loads and initialises the configured library, as the first attestation would,
/// and tells whether one is configured. Errors: those of loading; `timeout` and `canceled` by the limits of
/// `context`; elsewhere than on Windows those of MakeBuiltInAttestor.
Result<bool> LoadBuiltInLibrary(const AttestationLibrary& option, const EnvironmentReader& environment,
                                const CallContext& context, std::chrono::milliseconds timeout);

}  // namespace msiv2::attestation
