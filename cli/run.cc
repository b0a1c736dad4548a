#include "cli/run.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <cctype>
#include <ostream>

#include "cli/command_tree.h"
#include "cli/commands.h"
#include "cli/did_you_mean.h"
#include "cli/exit_codes.h"
#include "cli/session.h"
#include "cli/text.h"
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

std::string NamedCommand(const CLI::App& app) {
  const auto named = app.get_subcommands();
  return named.empty() ? std::string() : named.front()->get_name();
}

// A misspelt flag is reported before what is missing because of it.
std::string UsageMessage(const CLI::App& app, const CLI::ParseError& error) {
  const auto leftover = app.remaining(true);
  if (!leftover.empty()) return AboutLeftover(leftover, DescribeCommand(app), NamedCommand(app));
  if (dynamic_cast<const CLI::ExcludesError*>(&error) != nullptr) {
    return std::string(error.what()) + ": give one of the two";
  }
  const std::string said = error.what();
  const auto too_many = said.find(": At Most 1 required but received ");
  return too_many == std::string::npos ? said : said.substr(0, too_many) + " is given more than once";
}

bool LooksLikeAFlag(const std::string& value) {
  const bool dash = value.size() > 1 && value.front() == '-';
  return dash && (value[1] == '-' || std::isalpha(static_cast<unsigned char>(value[1])) != 0);
}

// Returns what is wrong if a flag was taken for the value of the flag before it; empty if none was. Otherwise
// `--resource --mtls-pop` would be a request for a bearer token. A body may be any text.
std::string AboutMissingValue(const CLI::App& app) {
  for (const CLI::App* command : app.get_subcommands()) {
    for (const CLI::Option* option : command->get_options()) {
      if (option->get_positional() || option->check_lname("data")) continue;
      const auto& values = option->results();
      const auto flag = std::find_if(values.begin(), values.end(), LooksLikeAFlag);
      if (flag != values.end()) return option->get_name() + " has no value: " + *flag + " looks like a flag";
    }
  }
  return {};
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
  return ReportUsage(named, UsageMessage(app, error), console);
}

}  // namespace

int Run(const std::vector<std::string>& args, const Console& console) {
  Invocation invocation{console, {}, {}};
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
  if (const std::string wrong = AboutMissingValue(app); !wrong.empty()) {
    return ReportUsage(NamedCommand(app), wrong, console);
  }
  if (!invocation.action) {
    console.err << app.help();
    return kUsage;
  }
  return invocation.action();
}

}  // namespace msiv2::cli
