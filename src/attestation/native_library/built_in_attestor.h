// The attestor that a client uses if it is given none.
#pragma once

#include <chrono>
#include <memory>

#include "attestation/native_library/library_choice.h"
#include "msiv2/attestor.h"
#include "msiv2/options.h"
#include "msiv2/result.h"

namespace msiv2::attestation {

/// MakeBuiltInAttestor creates the attestor of the configured library, or returns null if none is configured.
/// It does not touch the file. A problem with the file is reported when a key is attested, so a client that
/// attests nothing does not fail because of it.
///
/// On systems other than Windows there is no such library. There MSIV2_ATTESTATION_LIBRARY is ignored, and a
/// path or a SHA-256 in the options is `invalid_request`.
Result<std::shared_ptr<Attestor>> MakeBuiltInAttestor(const AttestationLibrary& option,
                                                      const EnvironmentReader& environment,
                                                      std::chrono::milliseconds timeout);

/// LoadBuiltInLibrary checks, loads and initialises the configured library, as the first attestation would.
/// It returns true if a library is configured. Errors: those of loading; `timeout` and `canceled` from the
/// limits of `context`; on systems other than Windows, those of MakeBuiltInAttestor.
Result<bool> LoadBuiltInLibrary(const AttestationLibrary& option, const EnvironmentReader& environment,
                                const CallContext& context, std::chrono::milliseconds timeout);

}  // namespace msiv2::attestation
