// msiv2 sources: shows which sources of bearer tokens this host has, and why. Makes no network call.
#include <CLI/App.hpp>
#include <iomanip>
#include <memory>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/commands.h"
#include "cli/exit_codes.h"
#include "cli/option_words.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/source_names.h"
#include "msiv2/client.h"

namespace msiv2::cli {
namespace {

constexpr char kSourcesExamples[] =
    "Examples:\n"
    "  msiv2 sources\n"
    "  msiv2 sources --workload-identity --output json | jq -r '.[] | select(.chosen) | .source'\n"
    "\n"
    "No request is sent. IMDS is `possible` if nothing on this host indicates whether it exists.\n"
    "Exits with 0 whatever is found. Variables are named, their values never printed.";

struct SourcesFlags {
  TokenFlags token;
  std::string output = "text";
};

void PrintJson(std::ostream& out, const std::vector<SourceFinding>& findings) {
  auto rows = nlohmann::ordered_json::array();
  for (const SourceFinding& finding : findings) {
    rows.push_back({{"source", SourceWord(finding.source)},
                    {"name", Name(finding.source)},
                    {"state", Name(finding.state)},
                    {"chosen", finding.chosen},
                    {"why", InFlags(finding.why, finding.named_in_why)},
                    {"warning", finding.warning}});
  }
  out << rows.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << "\n";
}

void PrintText(std::ostream& out, const std::vector<SourceFinding>& findings) {
  out << "Sources of bearer tokens, in the order in which they are looked for; -> is asked\n";
  for (const SourceFinding& finding : findings) {
    out << (finding.chosen ? "-> " : "   ") << std::left << std::setw(17) << SourceWord(finding.source)
        << std::setw(9) << Name(finding.state) << " " << InFlags(finding.why, finding.named_in_why) << "\n";
    if (!finding.warning.empty()) out << "   warning: " << finding.warning << "\n";
  }
}

int RunSources(const SourcesFlags& flags, const Invocation& invocation) {
  const Console& console = invocation.console;
  const bool json = flags.output == "json";
  const auto session = OpenEmulator(invocation.emulator, flags.token.source);
  if (!session) return EndWithError(session.error(), console, json);
  const auto findings =
      ManagedIdentityClient::FindSources(MakeClientOptions(flags.token, console, *session, nullptr));
  if (json) {
    PrintJson(console.out, findings);
  } else {
    PrintText(console.out, findings);
  }
  return kOk;
}

}  // namespace

void AddSourcesCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* command = AddCommand(app, invocation, "sources",
                                 "Tell which sources of bearer tokens (MSI v1) this host has, and why");
  if (command == nullptr) return;
  const auto flags = std::make_shared<SourcesFlags>();
  AddSourceFlags(*command, flags->token);
  AddTextOrJsonFlag(*command, flags->output);
  command->footer(kSourcesExamples);
  command->callback([flags, &invocation] {
    invocation.action = [flags, &invocation] { return RunSources(*flags, invocation); };
  });
}

}  // namespace msiv2::cli
