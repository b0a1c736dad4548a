// msiv2 capabilities: shows what this host can do, without creating a key.
#include <CLI/App.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/commands.h"
#include "cli/exit_codes.h"
#include "cli/explain.h"
#include "cli/option_words.h"
#include "cli/options.h"
#include "cli/output.h"
#include "msiv2/client.h"

namespace msiv2::cli {
namespace {

constexpr char kCapabilitiesExamples[] =
    "Examples:\n"
    "  msiv2 capabilities\n"
    "  msiv2 capabilities --output json | jq .pop_available\n"
    "  msiv2 --emulator capabilities\n"
    "\n"
    "Exits with 0 whatever the host can do; msiv2 doctor says what to fix. No key is created.";

struct CapabilitiesFlags {
  TokenFlags token;
  std::string output = "text";
};

std::string StrengthLabel(KeyStrength strength, KeyOrigin origin) {
  std::string label(Name(strength));
  if (strength != KeyStrength::kNone && origin == KeyOrigin::kEmulated) label += " (emulated)";
  return label;
}

void PrintJson(std::ostream& out, const Capabilities& host) {
  using Json = nlohmann::ordered_json;
  auto reasons = Json::array();
  for (const CapabilityReason& reason : host.reasons) {
    reasons.push_back(Json{{"code", Name(reason.code)},
                           {"text", InFlags(reason.text, reason.named_in_text)},
                           {"cure", InFlags(reason.cure, reason.named_in_cure)}});
  }
  Json json = {{"source", Name(host.imds_version)},
               {"host_security", Name(host.host_security)},
               {"pop_available", host.pop_available},
               {"strength", StrengthLabel(host.strength, host.origin)},
               {"could_bind", StrengthLabel(host.could_bind, host.origin)},
               {"origin", Name(host.origin)},
               {"bearer_source", nullptr},
               {"identity_here", Name(host.identity_here)},
               {"reasons", std::move(reasons)}};
  if (host.bearer_source) json["bearer_source"] = Name(*host.bearer_source);
  out << json.dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
}

std::string BearerLabel(const Capabilities& host) {
  if (!host.bearer_source) return "none: this host has no managed identity";
  return std::string(Name(*host.bearer_source)) + ", " + std::string(Name(host.identity_here));
}

void PrintText(std::ostream& out, const Capabilities& host) {
  out << "Proof of possession is " << (host.pop_available ? "available" : "not available")
      << " on this host\n"
      << "  source       " << Name(host.imds_version) << "\n"
      << "  host         " << Name(host.host_security) << "\n"
      << "  strength     " << StrengthLabel(host.strength, host.origin) << "\n"
      << "  could bind   " << StrengthLabel(host.could_bind, host.origin) << "\n"
      << "  bearer       " << BearerLabel(host) << "\n";
  for (const CapabilityReason& reason : host.reasons) {
    out << Name(reason.code) << "\n  cause  " << InFlags(reason.text, reason.named_in_text) << "\n  cure   "
        << InFlags(reason.cure, reason.named_in_cure) << "\n";
  }
}

Result<Capabilities> Ask(const CapabilitiesFlags& flags, const Console& console,
                         const EmulatorSession& session) {
  const auto observer =
      WithWaitingLine(std::make_shared<SettingsObserver>(console.err), flags.token, console);
  observer->OnEvent({.kind = Event::Kind::kStepStarted, .step = Step::kMetadata});
  auto client = ManagedIdentityClient::Create(MakeClientOptions(flags.token, console, session, observer));
  if (!client) return client.error();
  return client->GetCapabilities(MakeCallOptions(flags.token, console));
}

int RunCapabilities(const CapabilitiesFlags& flags, const Invocation& invocation) {
  const Console& console = invocation.console;
  const bool json = flags.output == "json";
  const auto session = OpenEmulator(invocation.emulator);
  if (!session) return EndWithError(session.error(), console, json);
  const auto host = Ask(flags, console, *session);
  if (!host) return EndWithError(host.error(), console, json);
  if (json) {
    PrintJson(console.out, *host);
  } else {
    PrintText(console.out, *host);
  }
  return kOk;
}

}  // namespace

void AddCapabilitiesCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* command =
      AddCommand(app, invocation, "capabilities", "Show if this host can have bound tokens, and how strong");
  if (command == nullptr) return;
  const auto flags = std::make_shared<CapabilitiesFlags>();
  flags->token.attestation = true;  // on an emulator, also use its KeyGuard and attestor
  AddSourceFlags(*command, flags->token);
  AddEnvironmentFlags(*command, flags->token);
  AddTextOrJsonFlag(*command, flags->output);
  command->footer(kCapabilitiesExamples);
  command->callback([flags, &invocation] {
    invocation.action = [flags, &invocation] { return RunCapabilities(*flags, invocation); };
  });
}

}  // namespace msiv2::cli
