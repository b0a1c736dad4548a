// msiv2 capabilities: what this host can do, found out without making a key.
#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/commands.h"
#include "cli/exit_codes.h"
#include "cli/options.h"
#include "cli/output.h"
#include "msiv2/client.h"

namespace msiv2::cli {
namespace {

constexpr char kExamples[] =
    "Examples:\n"
    "  msiv2 capabilities\n"
    "  msiv2 capabilities --output json | jq .pop_available\n"
    "  msiv2 --emulator capabilities\n"
    "\n"
    "Exits with 0 whatever the host can do; msiv2 doctor says what to mend. No key is made to find out.";

struct Flags {
  TokenFlags token;
  std::string output = "text";
};

std::string TierLabel(KeyTier tier, KeyOrigin origin) {
  std::string label(Name(tier));
  if (tier != KeyTier::kNone && origin == KeyOrigin::kEmulated) label += " (emulated)";
  return label;
}

void PrintJson(std::ostream& out, const Capabilities& host) {
  using Json = nlohmann::ordered_json;
  auto reasons = Json::array();
  for (const CapabilityReason& reason : host.reasons) {
    reasons.push_back(Json{{"code", Name(reason.code)}, {"text", reason.text}, {"cure", reason.cure}});
  }
  const Json json = {{"source", Name(host.source)},
                     {"host_security", Name(host.host_security)},
                     {"pop_available", host.pop_available},
                     {"strength", TierLabel(host.strength, host.origin)},
                     {"could_bind", TierLabel(host.could_bind, host.origin)},
                     {"origin", Name(host.origin)},
                     {"reasons", std::move(reasons)}};
  out << json.dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
}

void PrintText(std::ostream& out, const Capabilities& host) {
  out << "Proof of possession is " << (host.pop_available ? "available" : "not available")
      << " on this host\n"
      << "  source       " << Name(host.source) << "\n"
      << "  host         " << Name(host.host_security) << "\n"
      << "  strength     " << TierLabel(host.strength, host.origin) << "\n"
      << "  could bind   " << TierLabel(host.could_bind, host.origin) << "\n";
  for (const CapabilityReason& reason : host.reasons) {
    out << Name(reason.code) << "\n  cause  " << reason.text << "\n  cure   " << reason.cure << "\n";
  }
}

Result<Capabilities> Ask(const Flags& flags, const Console& console, const EmulatorSession& session) {
  auto client = ManagedIdentityClient::Create(MakeClientOptions(flags.token, console, session, nullptr));
  if (!client) return client.error();
  return client->GetCapabilities(MakeCallOptions(flags.token, console));
}

int RunCapabilities(const Flags& flags, const Invocation& invocation) {
  const Console& console = invocation.console;
  const bool json = flags.output == "json";
  const auto fail = [&](const Error& error) {
    if (json) {
      PrintErrorJson(console.out, error);
    } else {
      PrintError(console.err, error);
    }
    return ExitCodeFor(error);
  };
  const auto session = OpenEmulator(invocation.emulator);
  if (!session) return fail(session.error());
  const auto host = Ask(flags, console, *session);
  if (!host) return fail(host.error());
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
      app.add_subcommand("capabilities", "Tell whether this host can have bound tokens, and how strong");
  const auto flags = std::make_shared<Flags>();
  flags->token.attestation = true;  // on an emulator: with all that it offers
  AddEnvironmentFlags(*command, flags->token);
  command->add_option("--output", flags->output, "What to print")
      ->check(CLI::IsMember({"text", "json"}))
      ->type_name("FORMAT");
  command->footer(kExamples);
  command->callback([flags, &invocation] {
    invocation.action = [flags, &invocation] { return RunCapabilities(*flags, invocation); };
  });
}

}  // namespace msiv2::cli
