// An attestor for the emulator that keeps no copy of the JWT; the emulator's own attestor does.
#pragma once

#include <memory>

#include "msiv2/attestor.h"
#include "msiv2/http.h"

namespace msiv2 {

/// MakeWireAttestor returns an attestor that uses the emulator's attestation service through `transport` and
/// wipes the buffers of the answer.
std::shared_ptr<Attestor> MakeWireAttestor(std::shared_ptr<HttpTransport> transport);

}  // namespace msiv2
