// Step 7: the token.
#include <algorithm>
#include <utility>

#include "base/foreign_time.h"
#include "base/wait.h"
#include "entra/binding.h"
#include "entra/rejection.h"
#include "entra/token.h"
#include "flow/exchange.h"
#include "flow/steps.h"
#include "rotation/schedule.h"

namespace msiv2::flow {
namespace {

using TokenPtr = std::shared_ptr<const AccessToken>;

HttpRequest RequestFor(const StepContext& step, const Binding& binding) {
  return entra::BuildTokenRequest({.endpoint = binding.token_endpoint,
                                   .tenant_id = binding.tenant_id,
                                   .client_id = binding.client_id,
                                   .resource = step.plan.resource,
                                   .type = step.plan.type,
                                   .claims = step.plan.claims,
                                   .request_id = step.trace.correlation_id(),
                                   .certificate = binding.certificate,
                                   .max_tls = step.plan.token_leg_max,
                                   .timeouts = step.plan.timeouts});
}

void SetLifetime(AccessToken& token, const TokenResponse& response, const Binding& binding,
                 std::chrono::system_clock::time_point asked_at) {
  // A token is of no use without its certificate, so it never outlives it. Nor does it end after 2100.
  const auto not_after = binding.certificate->not_after();
  token.expires_on =
      std::min(ForeignTimeIn(response.expires_in.count(), asked_at).value_or(not_after), not_after);
  std::optional<std::chrono::seconds> refresh_in = response.refresh_in;
  if (!refresh_in && response.expires_in > std::chrono::hours(2)) refresh_in = response.expires_in / 2;
  const auto due = refresh_in ? ForeignTimeIn(refresh_in->count(), asked_at) : std::nullopt;
  if (due) token.refresh_on = rotation::RefreshAt(*due, token.expires_on, asked_at);
}

// The token of an answer whose type is right, once its binding is verified.
Result<TokenPtr> MakeToken(const StepContext& step, const Binding& binding, TokenResponse response,
                           std::chrono::system_clock::time_point asked_at) {
  auto token = std::make_shared<AccessToken>();
  if (response.type == TokenType::kMtlsPop) {
    const auto verified =
        entra::VerifyTokenBinding(response.access_token.Reveal(), binding.certificate->x5t_s256());
    if (!verified) return verified.error();
    token->binding_verified = *verified;
    token->binding = binding.certificate;
  }
  SetLifetime(*token, response, binding, asked_at);
  token->secret = std::move(response.access_token);
  token->type = response.type;
  token->resource = step.plan.resource;
  token->client_id = binding.client_id;
  token->tenant_id = binding.tenant_id;
  token->attested = binding.attested;
  token->key_tier = binding.certificate->strength();
  token->key_origin = binding.certificate->origin();
  return TokenPtr(std::move(token));
}

CertificateVerdict Verdict(const Error& error, const Binding& binding) {
  if (entra::RejectsCertificate(error)) return CertificateVerdict::kRefused;
  // Else it would stand in the way of every call of every process until its end.
  const bool disowned = binding.restored && entra::DisownsCertificate(error);
  return disowned ? CertificateVerdict::kMaybeRefused : CertificateVerdict::kNone;
}

Result<TokenPtr> AskForToken(const StepContext& step, const Binding& binding, CertificateVerdict& verdict) {
  if (auto ended = CheckCall(step.call, Step::kToken)) return *std::move(ended);
  const auto asked_at = step.ports.clock.Now();
  int attempts = 0;
  auto answer = Exchange(step, Step::kToken, binding.token_endpoint, RequestFor(step, binding),
                         RetryLeg::kToken, step.plan.retries, attempts);
  if (!answer) {
    Error error = FailureError(answer.error(), entra::kTokenLeg, attempts, step.plan.secrets);
    verdict = Verdict(error, binding);
    if (entra::MayRejectCertificate(answer.error())) verdict = CertificateVerdict::kMaybeRefused;
    return error;
  }
  auto response = entra::ParseTokenResponse(*answer, step.plan.type, step.plan.secrets);
  SecureWipe(answer->body);
  if (response) return MakeToken(step, binding, *std::move(response), asked_at);
  response.error().attempts = attempts;
  verdict = Verdict(response.error(), binding);
  return std::move(response).error();
}

Outcome DescribeToken(const AccessToken& token, std::chrono::system_clock::time_point now) {
  std::string detail =
      std::string(Name(token.type)) + " token, valid for " + InMinutes(token.expires_on - now);
  if (token.binding_verified) detail += ", cnf matches the certificate";
  return {detail, ""};
}

}  // namespace

Result<TokenPtr> FetchToken(const StepContext& step, const Binding& binding, CertificateVerdict& verdict) {
  verdict = CertificateVerdict::kNone;
  return step.trace.Run(
      Step::kToken, binding.token_endpoint, [&] { return AskForToken(step, binding, verdict); },
      [&](const TokenPtr& token) { return DescribeToken(*token, step.ports.clock.Now()); });
}

}  // namespace msiv2::flow
