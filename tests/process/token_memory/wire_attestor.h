// An attestor for the emulator that keeps no copy of the JWT: that of the emulator does.
#pragma once

#include <memory>

#include "msiv2/attestor.h"
#include "msiv2/http.h"

namespace msiv2 {

/// MakeWireAttestor returns an attestor that asks the emulator's attestation service through `transport` and
/// wipes what held the answer.
std::shared_ptr<Attestor> MakeWireAttestor(std::shared_ptr<HttpTransport> transport);

}  // namespace msiv2
