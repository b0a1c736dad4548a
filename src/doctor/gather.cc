#include "doctor/gather.h"

#include <algorithm>
#include <utility>

#include "base/environment.h"
#include "http/http_date.h"
#include "http/proxy.h"
#include "imds/base_url.h"
#include "imds/metadata.h"
#include "imds/probe.h"
#include "msiv2/clock.h"
#include "msiv2/secret.h"
#include "v1/sources.h"

namespace msiv2::doctor {
namespace {

constexpr std::chrono::milliseconds kLongestAttempt{10000};

bool IsSet(const EnvironmentReader& environment, const char* name) {
  const auto value = environment(name);
  return value && !value->empty();
}

ProxyFacts ReadProxyFacts(const EnvironmentReader& environment) {
  ProxyFacts facts;
  facts.variable = ProxyVariable(environment);
  if (!facts.variable.empty()) {
    const SecretString value(environment(facts.variable.c_str()).value_or(""));
    const Proxy proxy = ReadProxy(facts.variable, value.Reveal());
    facts.origin = proxy.origin;
    facts.problem = proxy.problem;
    facts.over_tls = proxy.over_tls;
  }
  facts.has_exceptions = IsSet(environment, "no_proxy") || IsSet(environment, "NO_PROXY");
  return facts;
}

std::optional<std::chrono::seconds> ClockAhead(const Sent& sent, const Clock& clock) {
  const auto header = sent ? sent->Header("Date") : std::nullopt;
  const auto date = header ? ParseHttpDate(*header) : std::nullopt;
  if (!date) return std::nullopt;
  return std::chrono::floor<std::chrono::seconds>(clock.Now()) - *date;
}

HttpRequest HeadOfRoot(const Origin& origin, const ClientOptions& options) {
  HttpRequest request;
  request.method = "HEAD";  // only the TLS handshake matters
  request.url = origin.ToString() + "/";
  request.max_tls = options.tls.token_leg_max;
  request.use_proxy = true;
  request.connect_timeout = options.timeouts.connect;
  request.attempt_timeout = std::min(options.timeouts.attempt, kLongestAttempt);
  return request;
}

BearerFacts ReadBearer(const v1::HostEnvironment& host, v1::Choice choice,
                       const ManagedIdentityId& identity) {
  BearerFacts bearer{std::string(Name(choice.source->id)), std::move(choice.why), {}};
  bearer.is_imds = choice.source->id == IdentitySource::kImds;
  bearer.error = choice.source->refuse(identity);
  if (bearer.error) return bearer;
  auto target = choice.source->locate(host, identity);
  if (!target) bearer.error = std::move(target).error();
  return bearer;
}

// Returns the attestation endpoint that step 1 named, if the rules allow it.
std::optional<Origin> AttestationOrigin(const Facts& facts) {
  if (!facts.has_attestor || !facts.metadata || !*facts.metadata) return std::nullopt;
  const auto metadata = imds::ParseMetadataResponse(**facts.metadata, facts.identity, /*attesting=*/true);
  if (!metadata) return std::nullopt;
  auto origin = CheckAttestationEndpoint(metadata->attestation_endpoint, facts.rules);
  if (!origin) return std::nullopt;
  return *std::move(origin);
}

}  // namespace

void ReadEnvironment(const ClientOptions& options, const EnvironmentReader& environment, Facts& facts) {
  const v1::HostEnvironment host = v1::ReadHostEnvironment(options, environment);
  v1::Choice choice = v1::ChooseSource(host, options.source, options.allow_workload_identity);
  facts.other_source = v1::RefuseBound(choice, host, options.identity);
  facts.imds_named = choice.named;
  facts.bearer = ReadBearer(host, std::move(choice), options.identity);
  for (const std::string& warning : v1::SourceWarnings(host, options.allow_workload_identity)) {
    facts.bearer.warning += (facts.bearer.warning.empty() ? "" : "; ") + warning;
  }
  facts.kill_switch = ReadSwitch(environment, kKillSwitchVariable);
  facts.store_switch = ReadSwitch(environment, kStoreSwitchVariable);
  facts.proxy = ReadProxyFacts(environment);
  AddProxySecrets(environment, facts.secrets);
  v1::AddSecretsOf(host, facts.secrets);
  facts.identity = options.identity;
  facts.has_attestor = options.attestor != nullptr;
  facts.own_transport = options.http != nullptr;
  facts.more_anchors = !options.tls.trust_anchors_pem.empty() || !options.tls.trust_anchors_file.empty();
  auto base = imds::ResolveImdsBase(options.imds_base_url, environment, options.allow_insecure_imds_base);
  if (base) {
    facts.imds_base = *std::move(base);
  } else {
    facts.imds_base_error = std::move(base).error();
  }
}

void AskImds(HttpTransport& http, const ClientOptions& options, const std::string& request_id,
             const CallContext& call, Facts& facts) {
  if (facts.imds_base.empty()) return;
  const imds::ProbeCall probe{facts.imds_base, request_id, options.timeouts};
  facts.v2_probe = http.Send(imds::BuildV2Probe(probe), call);
  if (imds::IsSilent(*facts.v2_probe)) return;
  const bool is_imds = *facts.v2_probe && V2Answerer(facts) == imds::Answerer::kImds;
  if (is_imds) {  // another service says nothing of this host and its time
    facts.clock_ahead = ClockAhead(*facts.v2_probe, *call.clock);
    facts.compute = http.Send(imds::BuildComputeRequest(probe), call);
  }
  facts.v1_probe = http.Send(imds::BuildV1Probe(probe), call);
  const bool has_v2 = is_imds && imds::ReadProbe(**facts.v2_probe) != imds::ProbeAnswer::kAbsent;
  if (!has_v2) return;
  HttpRequest metadata =
      imds::BuildMetadataRequest({facts.imds_base, facts.identity, request_id, options.timeouts});
  metadata.attempt_timeout = std::min(metadata.attempt_timeout, kLongestAttempt);
  facts.metadata = http.Send(metadata, call);
}

void TryEndpoints(HttpTransport& http, const ClientOptions& options, const CallContext& call, Facts& facts) {
  if (const auto origin = AttestationOrigin(facts)) {
    facts.attestation = http.Send(HeadOfRoot(*origin, options), call);
  }
  if (facts.token_endpoint.empty()) return;
  const auto origin = CheckGivenTokenEndpoint(facts.token_endpoint, facts.rules);
  if (origin) facts.token = http.Send(HeadOfRoot(*origin, options), call);
}

}  // namespace msiv2::doctor
