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
  const BearerTokenPlan& plan;
  const Ports& ports;
  const Trace& trace;
  const CallContext& call;
  std::string refused_token_sha256;  ///< of the token that a resource refused, lower-case hex; or empty
};

/// RequestBearer asks the source for a token.
///
/// Errors carry the source's name. These are of kind ErrorKind::kService: those of v1::ParseTokenAnswer,
/// `imds_unreachable` or `managed_identity_unreachable_network`, `tls_failed`, `timeout`, `canceled`.
///
/// `managed_identity_all_sources_unavailable`, of kind ErrorKind::kClient, is for a host of which nothing
/// says that it has IMDS (imds/who_answers.h).
Result<std::shared_ptr<const AccessToken>> RequestBearer(const BearerContext& bearer);

}  // namespace msiv2::flow
