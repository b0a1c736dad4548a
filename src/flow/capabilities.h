// GetCapabilities: what the host's own word, the environment and the key providers add up to.
#pragma once

#include <vector>

#include "flow/host_probe.h"
#include "keys/provider_description.h"
#include "msiv2/capabilities.h"
#include "msiv2/options.h"

namespace msiv2::flow {

/// ClientKeys is what a client could bind with. No key has been made to find it out.
struct ClientKeys {
  std::vector<ProviderDescription> providers;  ///< strongest first
  bool has_attestor = false;
};

/// JudgeHost returns the capabilities of a host that answered as `answers`. `emulator`: its IMDS is on
/// loopback, which takes keys that today's service refuses.
Capabilities JudgeHost(const HostAnswers& answers, const ClientKeys& keys, bool emulator);

/// GetCapabilities reads the environment at each call. It asks `probe` unless MSI v2 is switched off or the
/// identity has another source. It never asks a key provider for a key. Errors: `invalid_request` (an IMDS
/// base that is none), `timeout`, `canceled`.
Result<Capabilities> GetCapabilities(HostProbe& probe, const ClientOptions& options, const ClientKeys& keys,
                                     const CallContext& call);

}  // namespace msiv2::flow
