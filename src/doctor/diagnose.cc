#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "base/begin_call.h"
#include "base/foreign_text.h"
#include "base/uuid.h"
#include "base/wait.h"
#include "builtin.h"
#include "cache_scope_registry.h"
#include "doctor/checks.h"
#include "doctor/gather.h"
#include "flow/gate.h"
#include "flow/imds_bases.h"
#include "keys/provider_description.h"
#include "msiv2/clock.h"
#include "msiv2/tools/doctor.h"
#include "tls/openssl/system_anchors.h"

namespace msiv2 {
namespace {

void ReadSystemTrust(doctor::Facts& facts) {
  const tls::SystemTrust trust = tls::InspectSystemTrust();
  facts.system_anchors = trust.has_anchors;
  for (const std::string& problem : trust.problems) {
    facts.trust_problems.push_back(ForeignText(problem, facts.secrets));
  }
}

// Returns the transport of a client with these options; null, with the reason in `facts`, if it cannot be
// created.
std::shared_ptr<HttpTransport> CreateTransport(const ClientOptions& options,
                                               const EnvironmentReader& environment, doctor::Facts& facts) {
  if (!options.http) ReadSystemTrust(facts);
  auto made = TransportOf(options.http, options.tls, environment);
  if (made) return *std::move(made);
  facts.trust_error = std::move(made).error();
  return nullptr;
}

imds::HostKnowledge KnowledgeOf(const doctor::Facts& facts, const ClientOptions& options) {
  const flow::ImdsBases* bases = CacheScope::Registry::BasesOf(options);
  const bool answered = bases != nullptr && bases->HasAnswered(facts.imds_base);
  return flow::KnowledgeOf(facts.imds_named || answered, v1::FirmwareOfHost);
}

std::vector<doctor::StoredKeyFact> InspectStoredKeys(std::vector<KeyChainEntry> providers,
                                                     const KnownSecrets& secrets) {
  std::erase_if(providers, [](const KeyChainEntry& entry) { return entry.provider == nullptr; });
  std::stable_sort(providers.begin(), providers.end(), [](const KeyChainEntry& a, const KeyChainEntry& b) {
    return a.provider->BestStrength() > b.provider->BestStrength();
  });
  std::vector<doctor::StoredKeyFact> facts;
  for (const KeyChainEntry& entry : providers) {
    if (auto key = entry.provider->InspectStoredKey()) {
      facts.push_back({ForeignText(entry.provider->ProviderName()),
                       {key->state, ForeignText(key->reason, secrets), key->native_code}});
    }
  }
  return facts;
}

}  // namespace

Result<Diagnosis> Diagnose(const DiagnoseOptions& options, const CallOptions& call) {
  if (auto refused = RefuseOfParent(call)) return *std::move(refused);
  const ClientOptions& client = options.client;
  if (auto refused = flow::RefuseIdentity(client.identity)) return *std::move(refused);
  const std::shared_ptr<Clock> clock = ClockOf(client);
  const EnvironmentReader environment = EnvironmentOf(client);
  const CallContext context = BeginCall(*clock, call, client.timeouts.acquisition);

  doctor::Facts facts;
  doctor::ReadEnvironment(client, environment, facts);
  const auto attestor = AttestorOf(client, environment);
  if (!attestor) return attestor.error();     // as the creation of a client would
  facts.has_attestor = *attestor != nullptr;  // a built-in one counts too
  facts.host_knowledge = KnowledgeOf(facts, client);
  facts.rules = flow::RulesFor(facts.imds_base, client, environment);
  const auto providers = KeyChainOf(client);
  facts.providers = DescribeProviders(providers);
  facts.stored_keys = InspectStoredKeys(providers, facts.secrets);
  facts.key_memory = BuiltInKeyMemory(client);
  facts.token_endpoint = options.token_endpoint;
  if (const auto http = CreateTransport(client, environment, facts)) {
    doctor::AskImds(*http, client, MakeUuid(DeviceRandom()), context, facts);
    doctor::TryEndpoints(*http, client, context, facts);
  }
  if (auto ended = CheckCall(context, Step::kRequest)) return *std::move(ended);
  return Diagnosis{doctor::CheckAll(facts)};
}

}  // namespace msiv2
