// The checks of the doctor. Each is a pure function from the facts to one finding with one cause and one
// cure.
#pragma once

#include <optional>
#include <vector>

#include "doctor/facts.h"
#include "msiv2/tools/doctor.h"

namespace msiv2::doctor {

// checks_host.cc: options, environment, this machine.
Finding CheckEnvironment(const Facts& facts);
Finding CheckBearerSource(const Facts& facts);
Finding CheckKillSwitch(const Facts& facts);
Finding CheckStoreSwitch(const Facts& facts);
Finding CheckProxy(const Facts& facts);
Finding CheckAllowedHosts(const Facts& facts);
Finding CheckKeys(const Facts& facts);
Finding CheckStoredKeys(const Facts& facts);
Finding CheckKeyMemory(const Facts& facts);

// checks_imds.cc: what IMDS answered.
Finding CheckImds(const Facts& facts);
Finding CheckClock(const Facts& facts);
Finding CheckIdentity(const Facts& facts);

// checks_tls.cc: the endpoints other than IMDS.
Finding CheckTrustAnchors(const Facts& facts);
Finding CheckAttestation(const Facts& facts);
Finding CheckTokenEndpoint(const Facts& facts);

/// CheckAll runs every check, in the order of the flow.
std::vector<Finding> CheckAll(const Facts& facts);

/// MsiV1DoesNotAnswer returns the finding `check` if IMDS was asked and its MSI v1 does not answer as it
/// should. It is skipped if CheckImds reports that IMDS does not answer.
std::optional<Finding> MsiV1DoesNotAnswer(const char* check, const Facts& facts);

// Helpers that create findings.
Finding Ok(std::string check, std::string text);
Finding Skipped(std::string check, std::string text);
/// FromError creates a finding from an error: its code, message and cure.
Finding FromError(std::string check, Severity severity, const Error& error);

}  // namespace msiv2::doctor
