#include "msiv2/tools/selftest.h"

#include <memory>
#include <utility>

#include "attestation/native_library/built_in_attestor.h"
#include "base/ascii.h"
#include "base/begin_call.h"
#include "base/environment.h"
#include "base/hex.h"
#include "builtin.h"
#include "flow/gate.h"
#include "imds/base_url.h"
#include "msiv2/client.h"
#include "msiv2/clock.h"
#include "selftest/attestation_site.h"
#include "selftest/run_rows.h"
#include "selftest/system_parts.h"

namespace msiv2 {
namespace {

// The limit for all rows together; each row also has its own.
constexpr std::chrono::hours kLongest{24};

// Returns the options of the client that the self-test stands for. Keys, attestor, certificate store and
// clock are those of the system, and the cache scope of the options is not used.
ClientOptions ClientOf(const SelfTestOptions& options) {
  ClientOptions client = options.client;
  client.key_providers.clear();
  client.attestor = nullptr;
  client.certificate_store = nullptr;
  client.clock = nullptr;
  client.cache_scope = nullptr;
  if (!client.environment) client.environment = ProcessEnvironment();
  return client;
}

Result<selftest::AttestationSite> SiteOf(const ClientOptions& client, const CallContext& context) {
  auto base =
      imds::ResolveImdsBase(client.imds_base_url, client.environment, client.allow_insecure_imds_base);
  if (!base) return base.error();
  const auto http = TransportOf(client.http, client.tls, client.environment);
  if (!http) return http.error();
  const auto rules = flow::RulesFor(*base, client, client.environment);
  return selftest::ReadAttestationSite(
      **http, {*base, client.identity, MakeUuid(DeviceRandom()), client.timeouts}, rules, context);
}

Result<TokenResult> AcquireFor(ClientOptions options, const std::string& resource,
                               const CallContext& context) {
  // Nothing is cached, and nothing restored from the certificate store, so that every step is executed.
  options.cache_scope = CacheScope::Private();
  options.environment = [inner = options.environment](const char* name) -> std::optional<std::string> {
    if (std::string_view(name) == kStoreSwitchVariable) return "1";
    return inner(name);
  };
  auto client = ManagedIdentityClient::Create(std::move(options));
  if (!client) return client.error();
  const auto request = TokenRequest::AttestedPop(resource);
  const auto left = context.deadline - context.clock->MonotonicNow();
  return client->AcquireToken(
      request, {std::chrono::duration_cast<std::chrono::milliseconds>(left), context.cancellation});
}

void AddServices(const SelfTestOptions& options, const ClientOptions& client, selftest::Parts& parts) {
  parts.load_library = [client, limit = options.row_limit](const CallContext& context) {
    return attestation::LoadBuiltInLibrary(client.attestation_library, client.environment, context, limit);
  };
  parts.attestation_site = [client](const CallContext& context) { return SiteOf(client, context); };
  parts.acquire = [client, resource = options.resource](const CallContext& context) {
    return AcquireFor(client, resource, context);
  };
  parts.clock = SystemClock();
  parts.random = DeviceRandom();
  parts.with_imds = options.with_imds;
  parts.previous_key = ToLower(options.previous_key);
  parts.row_limit = options.row_limit;
  parts.imds_row_limit = options.imds_row_limit;
}

}  // namespace

Result<SelfTestReport> RunSelfTest(const SelfTestOptions& options, const CallOptions& call) {
  if (auto refused = RefuseOfParent(call)) return *std::move(refused);
  if (!options.previous_key.empty() && !IsSha256Hex(options.previous_key)) {
    return Error(ErrorCode::kInvalidRequest, "previous_key is not a SHA-256 of 64 hex digits");
  }
  const auto parts = MakeSelfTestParts();
  if (parts == nullptr) return selftest::SkipRows("this is not a Windows system", options.on_row);
  const ClientOptions client = ClientOf(options);
  AddServices(options, client, *parts);
  auto attestor = AttestorOf(client, client.environment);
  if (!attestor) return attestor.error();
  parts->attestor = *std::move(attestor);
  const std::shared_ptr<Clock> clock = parts->clock;
  return selftest::RunRows(parts, BeginCall(*clock, call, kLongest), options.on_row);
}

}  // namespace msiv2
