#include "cli/run.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <ostream>

#include "cli/commands.h"
#include "cli/exit_codes.h"
#include "cli/session.h"
#include "cli/text.h"
#include "cli/usage_errors.h"
#include "msiv2/version.h"

namespace msiv2::cli {
namespace {

constexpr char kDescription[] =
    "msiv2: access tokens for this host's managed identity, bound to a key that never leaves the machine.";

constexpr char kExamples[] =
    "Examples:\n"
    "  msiv2 demo                                 the whole flow on a built-in emulator, explained\n"
    "  msiv2 token --resource https://vault.azure.net --mtls-pop --attestation --explain\n"
    "  msiv2 --emulator token --resource https://vault.azure.net --mtls-pop --attestation --output json\n"
    "  msiv2 token --resource https://vault.azure.net        a plain bearer token, of MSI v1\n"
    "  msiv2 call https://NAME.vault.azure.net/secrets?api-version=7.4 --resource https://vault.azure.net "
    "--attestation\n";

void AddEverything(CLI::App& app, Invocation& invocation) {
  app.name("msiv2");
  app.description(kDescription);
  app.footer(std::string(kExamples) + "\n" + kExitCodeHelp);
  app.set_version_flag("-V,--version", std::string("msiv2 ") + Version(), "Print the version and exit");
  app.add_flag(std::string("--emulator{") + kBuiltInEmulator + "}", invocation.emulator,
               "Run against the emulator: a built-in one, or with =CONTROL_URL one that runs already");
  // A subcommand passes flags that it does not know to the program: `msiv2 token --emulator` works as well.
  app.fallthrough();
  // Otherwise the word `token` in `msiv2 help token` would be a second command.
  app.require_subcommand(0, 1);
  // `/hello` is a path of a resource on every system, never a flag.
  app.allow_windows_style_options(false);

  AddTokenCommand(app, invocation);
  AddCallCommand(app, invocation);
  AddCsrCommand(app, invocation);
  AddDemoCommand(app, invocation);
  AddDoctorCommand(app, invocation);
  AddCapabilitiesCommand(app, invocation);
  AddSourcesCommand(app, invocation);
  AddSelfTestCommand(app, invocation);
  AddEmulatorCommand(app, invocation);
  AddErrorsCommand(app, invocation);
  AddCompletionCommand(app, invocation);
  AddVersionCommand(app, invocation);
  AddHelpCommand(app, invocation);  // last: it knows the others
}

int ReportUsage(const std::string& named, const std::string& message, const Console& console) {
  const std::string command = named.empty() ? "msiv2" : "msiv2 " + named;
  console.err << command << ": " << Printable(message) << "\nTry: " << command << " --help\n";
  return kUsage;
}

int ReportParse(const CLI::App& app, const CLI::ParseError& error, const Console& console) {
  const std::string named = NamedCommand(app);
  const bool misspelt = named.empty() && !app.remaining(true).empty();
  if (error.get_exit_code() == 0 && !misspelt) return app.exit(error, console.out, console.err);  // --help
  return ReportUsage(named, AboutRefused(app, error, console), console);
}

}  // namespace

CLI::App* AddCommand(CLI::App& app, const Invocation& invocation, const std::string& name,
                     const std::string& description) {
  CLI::App* const command = app.add_subcommand(name, description);
  const auto* const words = invocation.words;
  const bool named = words == nullptr || std::find(words->begin(), words->end(), name) != words->end();
  return named ? command : nullptr;
}

CommandInfo DescribeProgram(const Console& console) {
  Invocation any{console, {}, {}, nullptr};
  CLI::App app;
  AddEverything(app, any);
  return DescribeCommand(app);
}

int Run(const std::vector<std::string>& args, const Console& console) {
  Invocation invocation{console, {}, {}, &args};
  CLI::App app;
  AddEverything(app, invocation);
  // The parser would take it for the built-in emulator: an empty variable must not change what a script
  // tests.
  if (std::find(args.begin(), args.end(), "--emulator=") != args.end()) {
    return ReportUsage({}, "--emulator= names no control URL; --emulator alone is the built-in one", console);
  }
  try {
    std::vector<std::string> reversed(args.rbegin(), args.rend());  // the order in which CLI11 takes them
    app.parse(std::move(reversed));
  } catch (const CLI::ParseError& error) {
    return ReportParse(app, error, console);
  }
  if (const std::string wrong = AboutAccepted(app); !wrong.empty()) {
    return ReportUsage(NamedCommand(app), wrong, console);
  }
  if (!invocation.action) {
    console.err << app.help();
    return kUsage;
  }
  return invocation.action();
}

}  // namespace msiv2::cli
