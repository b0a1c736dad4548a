// The form of a client credentials request, as every token endpoint of Entra checks it.
#pragma once

#include <httplib.h>

#include <optional>
#include <string>

#include "emulator/entra_errors.h"

namespace msiv2::emulator {

/// CheckTokenForm refuses a tenant other than `tenant_id`, a missing parameter, another grant, a client
/// secret, and a scope that is not `<resource>/.default`. Otherwise it sets `resource` and returns nullopt.
/// `tenant` is the tenant in the path.
std::optional<AadstsError> CheckTokenForm(const httplib::Request& request, const std::string& tenant,
                                          const std::string& tenant_id, std::string& resource);

}  // namespace msiv2::emulator
