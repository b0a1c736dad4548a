// msiv2 selftest: tries which features of this Windows machine work.
#include <CLI/App.hpp>
#include <algorithm>
#include <cctype>
#include <memory>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/checks.h"
#include "cli/commands.h"
#include "cli/exit_codes.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/text.h"
#include "msiv2/tools/selftest.h"

namespace msiv2::cli {
namespace {

constexpr double kLongestRow = 60 * 60;

constexpr char kSelftestExamples[] =
    "Examples:\n"
    "  msiv2 selftest --windows                              keys, TPM, locks, certificate store, library\n"
    "  msiv2 selftest --windows --previous-key FINGERPRINT   after a restart: is the KeyGuard key a new one\n"
    "  msiv2 selftest --windows --imds                       also attest the key and acquire a token\n"
    "  msiv2 selftest --windows --imds --resource https://vault.azure.net --client-id ID\n"
    "  msiv2 selftest --windows --output json | jq '.rows[] | select(.outcome == \"FAIL\")'\n"
    "\n"
    "Each row is PASS, FAIL or SKIPPED, with what was found or why not; docs/cli.md names the rows.\n"
    "Exits with 0 when no row is FAIL, 11 when one is. A row that hangs fails after its time limit, and the\n"
    "others go on. No token, JWT or private key is printed. The keys stay, for other programs share them;\n"
    "the certificate store is left as it was. Elsewhere than on Windows every row is SKIPPED.";

struct SelftestFlags {
  TokenFlags token;  // its identity and environment flags
  bool windows = false;
  bool imds = false;
  std::string resource;
  std::string previous_key;
  double row_seconds = 0;
  std::string output = "text";
};

void PrintRow(std::ostream& out, const SelfTestRow& row) {
  constexpr std::size_t kOutcomeWidth = 9;
  constexpr std::size_t kNameWidth = 21;
  out << PadRight(Name(row.outcome), kOutcomeWidth) << PadRight(row.name, kNameWidth) << row.text
      << std::endl;
}

void PrintCounts(std::ostream& out, const SelfTestReport& report) {
  out << "passed " << report.Count(SelfTestOutcome::kPass) << ", failed "
      << report.Count(SelfTestOutcome::kFail) << ", skipped " << report.Count(SelfTestOutcome::kSkipped)
      << "\n";
}

void PrintJson(std::ostream& out, const SelfTestReport& report) {
  using Json = nlohmann::ordered_json;
  auto rows = Json::array();
  for (const SelfTestRow& row : report.rows) {
    rows.push_back(Json{{"name", row.name}, {"outcome", Name(row.outcome)}, {"text", row.text}});
  }
  const Json json = {{"passed", report.Count(SelfTestOutcome::kPass)},
                     {"failed", report.Count(SelfTestOutcome::kFail)},
                     {"skipped", report.Count(SelfTestOutcome::kSkipped)},
                     {"keyguard_key", report.keyguard_key},
                     {"rows", std::move(rows)}};
  out << json.dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
}

SelfTestOptions MakeOptions(const SelftestFlags& flags, const Console& console) {
  SelfTestOptions options;
  options.client = MakeClientOptions(flags.token, console, {}, nullptr);
  options.with_imds = flags.imds;
  if (!flags.resource.empty()) options.resource = flags.resource;
  options.previous_key = flags.previous_key;
  if (flags.row_seconds > 0) {
    options.row_limit = std::chrono::milliseconds(static_cast<std::int64_t>(flags.row_seconds * 1000));
    options.imds_row_limit = options.row_limit;
  }
  // Prints each row when it ends: some rows take long, and one may end the program.
  if (flags.output == "text") {
    options.on_row = [&console](const SelfTestRow& row) { PrintRow(console.out, row); };
  }
  return options;
}

int RunSelfTestCommand(const SelftestFlags& flags, const Invocation& invocation) {
  const Console& console = invocation.console;
  if (!invocation.emulator.empty()) {
    console.err << "msiv2 selftest: it tries this machine and the real services: leave out --emulator\n";
    return kUsage;
  }
  const bool json = flags.output == "json";
  const auto report = RunSelfTest(MakeOptions(flags, console), MakeCallOptions(flags.token, console));
  if (!report) return EndWithError(report.error(), console, json);
  if (json) {
    PrintJson(console.out, *report);
  } else {
    PrintCounts(console.out, *report);
  }
  return report->Count(SelfTestOutcome::kFail) > 0 ? kSelfTestFailure : kOk;
}

// Returns what is wrong with the value of --previous-key; empty if nothing is.
std::string RefuseFingerprint(const std::string& text) {
  constexpr std::size_t kDigits = 64;
  const bool is_one = text.size() == kDigits && std::all_of(text.begin(), text.end(), [](unsigned char c) {
                        return std::isxdigit(c) != 0;
                      });
  return is_one ? "" : "a fingerprint has 64 hex digits, as the row per_boot prints it";
}

void AddFlags(CLI::App& command, SelftestFlags& flags) {
  command.add_flag("--windows", flags.windows, "Try what bound tokens need of a Windows machine")->required();
  CLI::Option* imds =
      command.add_flag("--imds", flags.imds,
                       "Also ask IMDS, the attestation service and Entra, for a certificate and a token");
  command
      .add_option("--resource", flags.resource,
                  "Resource of that token; default: https://management.azure.com")
      ->needs(imds)
      ->type_name("URL");
  command
      .add_option("--previous-key", flags.previous_key,
                  "Fingerprint of the KeyGuard key before the last restart, as per_boot printed it")
      ->check(&RefuseFingerprint)
      ->type_name("FINGERPRINT");
  command
      .add_option("--row-timeout", flags.row_seconds,
                  "Time limit of each row; default: 60 seconds, 180 for those that need --imds")
      ->check(NumberFrom(0.001, kLongestRow))
      ->type_name("SECONDS");
  AddIdentityFlags(command, flags.token);
  AddEnvironmentFlags(command, flags.token);
  AddTextOrJsonFlag(command, flags.output);
}

}  // namespace

void AddSelfTestCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* command =
      AddCommand(app, invocation, "selftest", "Try on a real Windows machine what bound tokens need of it");
  if (command == nullptr) return;
  const auto flags = std::make_shared<SelftestFlags>();
  AddFlags(*command, *flags);
  command->footer(kSelftestExamples);
  command->callback([flags, &invocation] {
    invocation.action = [flags, &invocation] { return RunSelfTestCommand(*flags, invocation); };
  });
}

}  // namespace msiv2::cli
