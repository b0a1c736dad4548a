// msiv2 token: acquires a token and prints it, or a summary of it.
#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <ostream>

#include "cli/commands.h"
#include "cli/exit_codes.h"
#include "cli/options.h"
#include "cli/output.h"
#include "msiv2/client.h"

namespace msiv2::cli {
namespace {

constexpr char kTokenExamples[] =
    "Examples:\n"
    "  msiv2 token --resource https://vault.azure.net\n"
    "  msiv2 token --resource https://vault.azure.net --mtls-pop --attestation\n"
    "  msiv2 token --resource https://vault.azure.net --mtls-pop --allow-unattested --explain\n"
    "  msiv2 token --resource https://vault.azure.net --mtls-pop --attestation --output json | jq .cnf\n"
    "  msiv2 --emulator token --resource https://vault.azure.net --mtls-pop --attestation --output json\n"
    "  msiv2 --emulator token --source app-service --resource https://vault.azure.net\n"
    "\n"
    "Without the flags of a bound token (--mtls-pop, --request-over-mtls) it is MSI v1: a bearer token.\n"
    "--output json and --output header print the token itself; nothing else ever does.\n"
    "On Linux, and wherever else the key of a bound token is only in memory, the key ends with the command.\n"
    "The printed token is then of no use to another program. `msiv2 call` acquires and uses it in one "
    "process.";

struct TokenCommandFlags {
  TokenFlags token;
  std::string output = "text";
};

Result<TokenResult> Acquire(const TokenCommandFlags& flags, const Console& console,
                            const EmulatorSession& session) {
  const auto observer = MakeObserver(flags.token, console);
  auto client = ManagedIdentityClient::Create(MakeClientOptions(flags.token, console, session, observer));
  if (!client) return client.error();
  return client->AcquireToken(MakeTokenRequest(flags.token), MakeCallOptions(flags.token, console));
}

int Fail(const Error& error, const TokenCommandFlags& flags, const Console& console) {
  const bool json = ParseTokenFormat(flags.output) == TokenFormat::kJson;
  if (json) PrintErrorJson(console.out, error);
  if (!json || flags.token.explain || flags.token.verbose) PrintError(console.err, error);
  return ExitCodeFor(error);
}

// A header is meant for another program, which cannot sign with a key that only this process has.
void SayThatTheKeyEnds(std::ostream& err, const AccessToken& token) {
  if (!token.binding || token.binding->key()->Container()) return;
  err << "msiv2: notice: this token is bound to a key in memory, which ends with this command; no other "
         "program can use it, but `msiv2 call` can\n";
}

int RunToken(const TokenCommandFlags& flags, const Invocation& invocation) {
  const Console& console = invocation.console;
  const auto session = OpenEmulator(invocation.emulator, flags.token.source);
  if (!session) return Fail(session.error(), flags, console);
  const auto token = Acquire(flags, console, *session);
  if (!token) return Fail(token.error(), flags, console);
  const TokenFormat format = ParseTokenFormat(flags.output);
  PrintToken(console.out, *token, format);
  if (format == TokenFormat::kHeader) SayThatTheKeyEnds(console.err, **token);
  return kOk;
}

}  // namespace

void AddTokenCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* command = AddCommand(app, invocation, "token", "Acquire a token and print it, or what it is");
  if (command == nullptr) return;
  const auto flags = std::make_shared<TokenCommandFlags>();
  command->add_option("--resource", flags->token.resource, "The resource to call, for example its URL")
      ->required()
      ->type_name("URL");
  AddTokenFlags(*command, flags->token);
  AddSourceFlags(*command, flags->token);
  command->add_flag("--request-over-mtls", flags->token.request_over_mtls,
                    "Ask for a bearer token over the bound connection; excludes --mtls-pop");
  command->add_option("--output", flags->output, "What to print")
      ->check(CLI::IsMember({"text", "json", "header"}))
      ->type_name("FORMAT");
  command->footer(kTokenExamples);
  command->callback([flags, &invocation] {
    invocation.action = [flags, &invocation] { return RunToken(*flags, invocation); };
  });
}

}  // namespace msiv2::cli
