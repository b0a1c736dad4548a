// One request to a source of MSI v1: its proof, its retries, its answer.
#pragma once

#include <memory>
#include <string>

#include "flow/ports.h"
#include "flow/select.h"
#include "flow/trace.h"
#include "msiv2/token.h"

namespace msiv2::flow {

/// BearerContext is what one acquisition from a source is made of.
struct BearerContext {
  const V1Plan& plan;
  const Ports& ports;
  const Trace& trace;
  const CallContext& call;
  std::string refused_token_sha256;  ///< of the token that a resource refused, lower-case hex; or empty
  bool* out_of_time = nullptr;       ///< set when a retry was due and the call's deadline left no time for it
};

/// RequestBearer asks the source for a token.
///
/// Errors carry the source's name and are of kind ErrorKind::kService: those of v1::ParseTokenAnswer,
/// `imds_unreachable` or `managed_identity_unreachable_network`, `tls_failed`, `timeout`, `canceled`; and
/// `managed_identity_all_sources_unavailable` where nobody takes the connection to an IMDS that nothing
/// names.
Result<std::shared_ptr<const AccessToken>> RequestBearer(const BearerContext& bearer);

}  // namespace msiv2::flow
