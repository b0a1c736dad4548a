#include "flow/bearer_request.h"

#include <utility>

#include "base/ascii.h"
#include "base/wait.h"
#include "flow/exchange.h"
#include "flow/token_step.h"
#include "http/failure.h"
#include "http/request_wiper.h"
#include "http/retry.h"
#include "imds/who_answers.h"
#include "rotation/schedule.h"
#include "v1/answer.h"
#include "v1/arc_challenge.h"
#include "v1/arc_files.h"
#include "v1/assertion_file.h"

namespace msiv2::flow {
namespace {

// Returns the error for an outcome that is not IMDS's own. Where nothing says that this host has IMDS, there
// is nothing that could fail: a chain of credentials goes on.
Error NotImds(const ImdsAnswered& sent, const KnownSecrets& secrets) {
  Error error = imds::NotImdsError(imds::ImdsLeg::kToken, sent.from, sent.answered.outcome,
                                   sent.answered.attempts.made, secrets);
  if (!imds::HasNoImds(sent.from)) return error;
  const char* nothing =
      sent.from == imds::Answerer::kNoService ? "nothing answers at the address of IMDS: " : "";
  Error none(ErrorCode::kAllSourcesUnavailable, Step::kToken,
             "this host names no source of managed identities, and " + (nothing + error.message));
  none.http_status = error.http_status;
  none.native_code = error.native_code;
  return none;
}

// What others may quote: the secrets of this host, and what the request proves itself with.
KnownSecrets SecretsOf(const BearerTokenPlan& plan, const SecretString* proof) {
  KnownSecrets secrets = plan.secrets;
  secrets.Add(plan.target.secret.Reveal());
  if (proof != nullptr) secrets.Add(Trim(proof->Reveal()));
  return secrets;
}

Error NoAnswer(const BearerTokenPlan& plan, const HttpFailure& failure, int attempts,
               const KnownSecrets& secrets) {
  Error error = FailureError(failure, v1::LegOf(plan.source->id), attempts, secrets);
  // The pin has not changed by the next attempt, and the usual cure speaks of trust anchors.
  const bool refused_here = failure.kind == HttpFailure::Kind::kTls && failure.tls_alert < 0;
  if (refused_here && !plan.target.server_pin.empty()) {
    error.message += "; its certificate must be the one that IDENTITY_SERVER_THUMBPRINT names";
    error.retryable = false;
  }
  return error;
}

// What the source answered, and what it took.
struct SourceAnswer {
  Result<HttpResponse> answer;
  Attempts attempts{};
};

ImdsAnswered Exchange(const BearerContext& bearer, const HttpRequest& request) {
  const BearerTokenPlan& plan = bearer.plan;
  const auto retry = RetriesOf(bearer.trace, bearer.ports.random, Step::kToken, plan.origin, plan.retries);
  if (plan.source->id == IdentitySource::kImds) {
    return AskImds(bearer.ports.http, bearer.ports.imds_bases, {plan.origin, plan.named},
                   imds::ImdsLeg::kToken, request, plan.source->retries, retry, bearer.call);
  }
  return {SendWithRetry(bearer.ports.http, request, plan.source->retries, retry, bearer.call)};
}

SourceAnswer Send(const BearerContext& bearer, const v1::SourceCall& source_call) {
  HttpRequest request = bearer.plan.source->build(source_call);
  // A secret is in a header, the assertion of a workload identity in the body.
  const RequestWiper wiper(request);
  ImdsAnswered sent = Exchange(bearer, request);
  Answered& answered = sent.answered;
  const auto with = [&](Result<HttpResponse> answer) {
    return SourceAnswer{std::move(answer), answered.attempts};
  };
  const bool is_source = sent.from == imds::Answerer::kImds;
  if (is_source && answered.outcome) return with(*std::move(answered.outcome));
  const KnownSecrets secrets = SecretsOf(bearer.plan, source_call.proof);
  Error error = is_source ? NoAnswer(bearer.plan, answered.outcome.error(), answered.attempts.made, secrets)
                          : NotImds(sent, secrets);
  if (answered.outcome) SecureWipe(answered.outcome->body);
  return with(std::move(error));
}

Result<SecretString> ReadProof(const std::string& folder, const HttpResponse& challenge) {
  const auto path = v1::ParseArcChallenge(challenge);
  if (!path) return path.error();
  const auto name = v1::ArcKeyName(folder, *path);
  if (!name) return name.error();
  return v1::ReadArcKey(folder, *name);
}

// A 401 of Azure Arc names a file, and a caller that can read the file proves that by its content. It is
// answered once: a second 401 is final.
SourceAnswer AnswerChallenge(const BearerContext& bearer, v1::SourceCall source_call,
                             const SourceAnswer& challenge, SecretString& key) {
  auto read = ReadProof(bearer.plan.target.file, *challenge.answer);
  if (!read) {
    read.error().http_status = challenge.answer->status;
    return {std::move(read).error(), {challenge.attempts.made, challenge.attempts.out_of_time}};
  }
  key = *std::move(read);
  source_call.proof = &key;
  SourceAnswer answer = Send(bearer, source_call);
  answer.attempts.made += challenge.attempts.made;
  return answer;
}

SourceAnswer Ask(const BearerContext& bearer, SecretString& proof) {
  const BearerTokenPlan& plan = bearer.plan;
  v1::SourceCall source_call{.target = plan.target,
                             .identity = plan.identity,
                             .resource = plan.resource,
                             .request_id = bearer.trace.correlation_id(),
                             .timeouts = plan.timeouts,
                             .capabilities = plan.capabilities,
                             .refused_token_sha256 = bearer.refused_token_sha256,
                             .claims = plan.claims};
  if (plan.source->id == IdentitySource::kWorkloadIdentity) {
    auto assertion = v1::ReadAssertion(plan.target.file);
    if (!assertion) return {std::move(assertion).error()};
    proof = *std::move(assertion);
    source_call.proof = &proof;
  }
  SourceAnswer answer = Send(bearer, source_call);
  const bool challenged =
      answer.answer && answer.answer->status == 401 && plan.source->id == IdentitySource::kAzureArc;
  if (!challenged) return answer;
  return AnswerChallenge(bearer, std::move(source_call), answer, proof);
}

TokenPtr MakeToken(const BearerTokenPlan& plan, v1::SourceToken answer,
                   std::chrono::system_clock::time_point asked_at) {
  auto token = std::make_shared<AccessToken>();
  token->secret = std::move(answer.access_token);
  token->type = TokenType::kBearer;
  token->expires_on = answer.lifetime.expires_on;
  if (answer.lifetime.refresh_on) {
    token->refresh_on = rotation::RefreshAt(*answer.lifetime.refresh_on, token->expires_on, asked_at);
  }
  token->resource = plan.resource;
  const bool by_client_id = plan.identity.kind() == ManagedIdentityId::Kind::kClientId;
  token->client_id = by_client_id ? plan.identity.id() : answer.client_id;
  if (token->client_id.empty()) token->client_id = plan.target.client_id;
  token->tenant_id = plan.target.tenant_id;
  token->identity_source = plan.source->id;
  return token;
}

Result<TokenPtr> AskForToken(const BearerContext& bearer) {
  if (auto ended = CheckCall(bearer.call, Step::kToken)) return *std::move(ended);
  const auto asked_at = bearer.ports.clock.Now();
  SecretString proof;
  auto [answer, attempts] = Ask(bearer, proof);
  auto token =
      answer ? v1::ParseTokenAnswer(bearer.plan.source->id, *answer, SecretsOf(bearer.plan, &proof), asked_at)
             : Result<v1::SourceToken>(answer.error());
  if (answer) SecureWipe(answer->body);
  if (token) return MakeToken(bearer.plan, *std::move(token), asked_at);
  return attempts.Complete(std::move(token).error());
}

}  // namespace

Result<TokenPtr> RequestBearer(const BearerContext& bearer) {
  auto token = bearer.trace.Run(
      Step::kToken, bearer.plan.origin,
      [&]() -> Result<TokenPtr> {
        auto asked = AskForToken(bearer);
        if (asked) return asked;
        Error& error = asked.error();
        error.source = Name(bearer.plan.source->id);
        // What is wrong here says nothing about MSI v2.
        if (error.kind == ErrorKind::kMsiV2) error.kind = ErrorKind::kService;
        return asked;
      },
      [&](const TokenPtr& got) {
        return Outcome{"Bearer token of " + std::string(Name(got->identity_source)) + ", valid for " +
                           InMinutes(got->expires_on - bearer.ports.clock.Now()),
                       got->client_id.empty() ? std::string() : "client " + got->client_id};
      });
  return token;
}

}  // namespace msiv2::flow
