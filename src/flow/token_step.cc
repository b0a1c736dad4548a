#include "flow/token_step.h"

#include <algorithm>
#include <utility>

#include "base/foreign_time.h"
#include "base/wait.h"
#include "entra/binding.h"
#include "entra/rejection.h"
#include "entra/token.h"
#include "flow/exchange.h"
#include "rotation/schedule.h"

namespace msiv2::flow {
namespace {

HttpRequest RequestFor(const AcquisitionContext& acquisition, const Binding& binding) {
  return entra::BuildTokenRequest({.endpoint = binding.token_endpoint,
                                   .tenant_id = binding.tenant_id,
                                   .client_id = binding.client_id,
                                   .resource = acquisition.plan.resource,
                                   .type = acquisition.plan.type,
                                   .claims = acquisition.plan.claims,
                                   .request_id = acquisition.trace.correlation_id(),
                                   .certificate = binding.certificate,
                                   .max_tls = acquisition.plan.token_leg_max,
                                   .timeouts = acquisition.plan.timeouts});
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
Result<TokenPtr> MakeToken(const AcquisitionContext& acquisition, const Binding& binding,
                           TokenResponse response, std::chrono::system_clock::time_point asked_at) {
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
  token->resource = acquisition.plan.resource;
  token->client_id = binding.client_id;
  token->tenant_id = binding.tenant_id;
  token->attested = binding.attested;
  token->key_strength = binding.certificate->strength();
  token->key_origin = binding.certificate->origin();
  return TokenPtr(std::move(token));
}

CertificateVerdict Verdict(const Error& error, const Binding& binding) {
  if (entra::RejectsCertificate(error)) return CertificateVerdict::kRefused;
  // Else it would stand in the way of every call of every process until its end.
  if (binding.restored && entra::DisownsCertificate(error)) return CertificateVerdict::kMaybeRefused;
  return entra::DoubtsCertificate(error) ? CertificateVerdict::kDoubtful : CertificateVerdict::kNone;
}

CertificateVerdict Verdict(const HttpFailure& failure, const Error& error, const Binding& binding) {
  if (entra::MayRejectCertificate(failure)) return CertificateVerdict::kMaybeRefused;
  const CertificateVerdict verdict = Verdict(error, binding);
  const bool doubtful = verdict == CertificateVerdict::kNone && entra::DoubtsBinding(failure);
  return doubtful ? CertificateVerdict::kDoubtful : verdict;
}

// Reads what the token endpoint answered to a request of `asked_at`, and wipes it.
TokenAttempt ReadAnswer(const AcquisitionContext& acquisition, const Binding& binding, Answered& answered,
                        std::chrono::system_clock::time_point asked_at) {
  if (!answered.outcome) {
    const HttpFailure& failure = answered.outcome.error();
    Error error = answered.Complete(
        FailureError(failure, entra::kTokenLeg, answered.attempts.made, acquisition.plan.secrets));
    const auto verdict = Verdict(failure, error, binding);
    return {std::move(error), verdict};
  }
  auto response =
      entra::ParseTokenResponse(*answered.outcome, acquisition.plan.type, acquisition.plan.secrets);
  SecureWipe(answered.outcome->body);
  if (response) {
    auto token = MakeToken(acquisition, binding, *std::move(response), asked_at);
    if (token) return {std::move(token)};
    return {answered.Complete(std::move(token).error())};
  }
  Error error = answered.Complete(std::move(response).error());
  const auto verdict = Verdict(error, binding);
  return {std::move(error), verdict};
}

Outcome DescribeToken(const AccessToken& token, std::chrono::system_clock::time_point now) {
  std::string detail =
      std::string(Name(token.type)) + " token, valid for " + InMinutes(token.expires_on - now);
  if (token.binding_verified) detail += ", cnf matches the certificate";
  return {detail, ""};
}

// Traces the end of the step, and returns `attempt`.
TokenAttempt Traced(const AcquisitionContext& acquisition, const std::string& where,
                    std::chrono::steady_clock::time_point started, TokenAttempt attempt) {
  if (attempt.token) {
    acquisition.trace.Ended(Step::kToken, where, started,
                            DescribeToken(**attempt.token, acquisition.ports.clock.Now()));
  } else {
    acquisition.trace.Failed(Step::kToken, where, started, attempt.token.error());
  }
  return attempt;
}

}  // namespace

TokenAttempt FetchToken(const AcquisitionContext& acquisition, const Binding& binding) {
  const std::string& where = binding.token_endpoint;
  const auto started = acquisition.trace.Started(Step::kToken, where);
  if (auto ended = CheckCall(acquisition.call, Step::kToken)) {
    return Traced(acquisition, where, started, {*std::move(ended)});
  }
  const auto asked_at = acquisition.ports.clock.Now();
  Answered answered = SendWithRetry(
      acquisition.ports.http, RequestFor(acquisition, binding), RetryLeg::kToken,
      RetriesOf(acquisition.trace, acquisition.ports.random, Step::kToken, where, acquisition.plan.retries),
      acquisition.call);
  return Traced(acquisition, where, started, ReadAnswer(acquisition, binding, answered, asked_at));
}

}  // namespace msiv2::flow
