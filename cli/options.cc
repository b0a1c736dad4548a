#include "cli/options.h"

#include <CLI/App.hpp>
#include <CLI/Validators.hpp>

#include "cli/checks.h"
#include "cli/explain.h"
#include "cli/source_names.h"
#include "cli/waiting_notice.h"
#include "msiv2/tools/diagnostics.h"

namespace msiv2::cli {
namespace {

constexpr double kLongestTimeout = 24 * 60 * 60;

void AddRequestFlags(CLI::App& command, TokenFlags& flags) {
  command.add_flag("--mtls-pop", flags.mtls_pop, "Ask for a token that is bound to the key (mtls_pop)");
  command.add_flag("--attestation", flags.attestation,
                   "Have the key attested; a KeyGuard key is then mandatory");
  command.add_flag("--allow-unattested", flags.allow_unattested,
                   "Accept an unattested binding on the strongest key of this host");
  command
      .add_option("--minimum-strength", flags.minimum_strength,
                  "Refuse a key that is weaker; a minimum, never a choice")
      ->check(CLI::IsMember({"none", "software", "hardware", "keyguard"}))
      ->type_name("STRENGTH");
  command.add_option("--claims", flags.claims, "Claims request, for example from a resource's 401")
      ->type_name("JSON");
  command.add_flag("--force-refresh", flags.force_refresh, "Skip the token cache");
}

std::string DefaultTimeout() {
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(Timeouts().acquisition).count());
}

std::vector<std::string> SelectableNames() {
  std::vector<std::string> names;
  for (const auto& provider : SelectableKeyProviders()) names.emplace_back(provider->ProviderName());
  return names;
}

void UseKeyProvider(const std::string& name, ClientOptions& options) {
  for (auto& provider : SelectableKeyProviders()) {
    if (provider->ProviderName() == name) options.key_providers = {std::move(provider)};
  }
}

void AddExplainFlags(CLI::App& command, TokenFlags& flags) {
  command.add_flag("--no-retries", flags.no_retries, "Exactly one attempt on every leg");
  command.add_flag("--explain", flags.explain,
                   "Print one line a step to stderr as it happens; never a token");
  command.add_flag("--verbose", flags.verbose,
                   "Like --explain, with client, tenant and thumbprint; never a token");
}

ManagedIdentityId Identity(const TokenFlags& flags) {
  if (!flags.client_id.empty()) return ManagedIdentityId::ClientId(flags.client_id);
  if (!flags.object_id.empty()) return ManagedIdentityId::ObjectId(flags.object_id);
  if (!flags.resource_id.empty()) return ManagedIdentityId::ResourceId(flags.resource_id);
  return ManagedIdentityId::SystemAssigned();
}

KeyStrength Strength(const std::string& word) {
  for (const KeyStrength strength :
       {KeyStrength::kSoftware, KeyStrength::kHardware, KeyStrength::kKeyGuard}) {
    if (word == Name(strength)) return strength;
  }
  return KeyStrength::kNone;
}

// An emulated host has the variables of its source, and none of this host's.
EnvironmentReader VariablesOf(const std::string& source, const Console& console,
                              const EmulatorSession& session) {
  if (!session.endpoints || !session.endpoints->environment.contains(source))
    return WithoutProxies(console.environment, session);
  return [variables =
              session.endpoints->environment.at(source)](const char* name) -> std::optional<std::string> {
    const auto variable = variables.find(name);
    if (variable == variables.end()) return std::nullopt;
    return variable->second;
  };
}

}  // namespace

void AddIdentityFlags(CLI::App& command, TokenFlags& flags) {
  auto* client = command.add_option("--client-id", flags.client_id, "User-assigned identity, by client id");
  auto* object = command.add_option("--object-id", flags.object_id, "User-assigned identity, by object id");
  auto* resource =
      command.add_option("--resource-id", flags.resource_id, "User-assigned identity, by Azure resource id");
  const auto refuse_empty = [](const std::string& id) {
    const bool blank = id.find_first_not_of(" \t\r\n") == std::string::npos;
    return blank ? std::string("is empty; leave the flag out for the system-assigned identity")
                 : std::string();
  };
  for (CLI::Option* option : {client, object, resource}) option->type_name("ID")->check(refuse_empty);
  client->excludes(object)->excludes(resource);
  object->excludes(resource);
}

void AddEnvironmentFlags(CLI::App& command, TokenFlags& flags) {
  command
      .add_option("--timeout", flags.timeout_seconds,
                  "Give up after so many seconds, all steps together; default: " + DefaultTimeout())
      ->check(NumberFrom(0.001, kLongestTimeout))
      ->type_name("SECONDS");
  command
      .add_option("--imds-base", flags.imds_base,
                  "Base URL of IMDS; default: AZURE_POD_IDENTITY_AUTHORITY_HOST, else http://169.254.169.254")
      ->type_name("URL");
  command
      .add_option("--trust-anchors", flags.trust_anchors,
                  "PEM certificates to trust in addition to the system's")
      ->check([](const std::string& path) { return std::string(path.empty() ? "names no file" : ""); })
      ->type_name("FILE");
}

void AddTextOrJsonFlag(CLI::App& command, std::string& format) {
  command.add_option("--output", format, "What to print")
      ->check(CLI::IsMember({"text", "json"}))
      ->type_name("FORMAT");
}

void AddSourceFlags(CLI::App& command, TokenFlags& flags) {
  command
      .add_option(
          "--source", flags.source,
          "Take bearer tokens from this source; default: the first that this host has, else imds. With "
          "--emulator the emulator plays it")
      ->check(CLI::IsMember(SourceWords()))
      ->type_name("NAME");
  command.add_flag("--workload-identity", flags.workload_identity,
                   "Look for a Kubernetes workload identity first");
}

void AddTokenFlags(CLI::App& command, TokenFlags& flags) {
  AddRequestFlags(command, flags);
  command
      .add_option("--key-provider", flags.key_provider,
                  "Use this key provider in place of the strongest of the host")
      ->check(CLI::IsMember(SelectableNames()))
      ->type_name("NAME");
  AddIdentityFlags(command, flags);
  AddEnvironmentFlags(command, flags);
  AddExplainFlags(command, flags);
}

TokenRequest MakeTokenRequest(const TokenFlags& flags) {
  TokenRequest request;
  request.resource = flags.resource;
  request.mtls_proof_of_possession = flags.mtls_pop;
  request.with_attestation_support = flags.attestation;
  request.allow_unattested = flags.allow_unattested;
  request.request_over_mtls = flags.request_over_mtls;
  request.minimum_strength = Strength(flags.minimum_strength);
  request.claims = flags.claims;
  request.force_refresh = flags.force_refresh;
  return request;
}

CallOptions MakeCallOptions(const TokenFlags& flags, const Console& console) {
  CallOptions call;
  call.cancellation = console.cancellation;
  if (flags.timeout_seconds > 0) {
    call.timeout = std::chrono::milliseconds(static_cast<std::int64_t>(flags.timeout_seconds * 1000));
  }
  return call;
}

ClientOptions MakeClientOptions(const TokenFlags& flags, const Console& console,
                                const EmulatorSession& session, std::shared_ptr<Observer> observer) {
  ClientOptions options;
  // The emulated KeyGuard is for attested requests only: without --attestation the host's own keys are used.
  if (session.endpoints) emulator::Use(*session.endpoints, flags.attestation, options);
  if (!flags.key_provider.empty()) UseKeyProvider(flags.key_provider, options);
  options.identity = Identity(flags);
  if (!flags.imds_base.empty()) options.imds_base_url = flags.imds_base;
  options.source = ParseSource(flags.source);
  options.allow_workload_identity = flags.workload_identity;
  options.tls.trust_anchors_file = flags.trust_anchors;
  options.retries = !flags.no_retries;
  options.observer = std::move(observer);
  options.environment = VariablesOf(flags.source, console, session);
  return options;
}

ResourceClientOptions MakeResourceOptions(const TokenFlags& flags, const std::string& url,
                                          const Console& console, const EmulatorSession& session) {
  ResourceClientOptions options;
  const bool emulated = session.endpoints && (url + "/").starts_with(session.endpoints->resource + "/");
  options.environment = emulated ? WithoutProxies(console.environment, session) : console.environment;
  if (session.endpoints) emulator::Use(*session.endpoints, options);
  options.tls.trust_anchors_file = flags.trust_anchors;
  return options;
}

std::shared_ptr<Observer> MakeObserver(const TokenFlags& flags, const Console& console) {
  if (!flags.explain && !flags.verbose) {
    return WithWaitingLine(std::make_shared<SettingsObserver>(console.err), flags, console);
  }
  return WithWaitingLine(std::make_shared<ExplainObserver>(console.err, flags.verbose), flags, console);
}

std::shared_ptr<Observer> WithWaitingLine(std::shared_ptr<Observer> other, const TokenFlags& flags,
                                          const Console& console) {
  if (!console.err_is_terminal) return other;
  const auto at_most = MakeCallOptions(flags, console).timeout.value_or(Timeouts().acquisition);
  return std::make_shared<WaitingNotice>(std::move(other), console.err, at_most, console.quiet);
}

}  // namespace msiv2::cli
