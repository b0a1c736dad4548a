// msiv2 call: acquire a bound token and call a resource with it over mTLS.
#include <CLI/App.hpp>
#include <memory>
#include <optional>
#include <ostream>
#include <sstream>
#include <utility>

#include "cli/commands.h"
#include "cli/exit_codes.h"
#include "cli/files.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/resource_call.h"
#include "cli/text.h"

namespace msiv2::cli {
namespace {

constexpr char kCallExamples[] =
    "Examples:\n"
    "  msiv2 call https://NAME.vault.azure.net/secrets?api-version=7.4 \\\n"
    "      --resource https://vault.azure.net --attestation\n"
    "  msiv2 call https://api.example.com/items -X PUT -H 'Content-Type: application/json' \\\n"
    "      --data-file item.json --attestation --fail\n"
    "  msiv2 --emulator call /hello --attestation --explain -i\n"
    "\n"
    "The token is always an mtls_pop token. Without --fail any HTTP answer is success.\n"
    "A 401 with a claims challenge is answered once: by a new certificate, a token with these claims, and "
    "the same call\n"
    "again. --no-claims-retry prints the 401 instead.";

constexpr int kFirstErrorStatus = 400;

struct CallFlags {
  TokenFlags token;
  std::string url;
  std::string method;
  std::vector<std::string> headers;
  std::optional<std::string> data;
  std::optional<std::string> data_file;
  bool include_headers = false;
  std::string output_file;
  bool fail = false;
  bool no_claims_retry = false;
};

int UsageFailure(const Console& console, const std::string& message) {
  console.err << "msiv2 call: " << message << "\n";
  return kUsage;
}

// With an emulator a path is enough: the port of a built-in emulator is not known in advance.
std::string FullUrl(const std::string& url, const EmulatorSession& session) {
  const bool is_path = !url.empty() && url.front() == '/';
  return is_path && session.endpoints ? session.endpoints->resource + url : url;
}

std::optional<HttpHeaders> ParseHeaders(const std::vector<std::string>& lines) {
  HttpHeaders headers;
  for (const std::string& line : lines) {
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos || colon == 0) return std::nullopt;
    const std::size_t value = line.find_first_not_of(" \t", colon + 1);
    headers.emplace_back(line.substr(0, colon), value == std::string::npos ? "" : line.substr(value));
  }
  return headers;
}

FileText ReadAll(std::istream& in) {
  std::ostringstream text;
  text << in.rdbuf();
  if (in.bad()) return {std::nullopt, "stdin failed"};
  return {text.str(), {}};
}

// Returns the body that -d or --data-file names, or why there is none.
FileText Body(const CallFlags& flags, const Console& console) {
  if (flags.data) return {*flags.data, {}};
  if (!flags.data_file) return {std::string(), {}};
  return *flags.data_file == "-" ? ReadAll(console.in) : ReadInputFile(*flags.data_file);
}

std::string Method(const CallFlags& flags) {
  if (!flags.method.empty()) return flags.method;
  return flags.data || flags.data_file ? "POST" : "GET";
}

void PrintAnswer(std::ostream& out, const HttpResponse& answer, bool include_headers) {
  if (include_headers) {
    out << "HTTP/1.1 " << answer.status << "\n";
    for (const auto& [name, value] : answer.headers) out << name << ": " << value << "\n";
    out << "\n";
  }
  out.write(answer.body.data(), static_cast<std::streamsize>(answer.body.size()));
}

bool WriteAnswer(const CallFlags& flags, const Console& console, const HttpResponse& answer) {
  if (flags.output_file.empty()) {
    PrintAnswer(console.out, answer, flags.include_headers);
    return true;
  }
  std::ostringstream text;
  PrintAnswer(text, answer, flags.include_headers);
  const std::string cause = WriteOutputFile(flags.output_file, std::move(text).str());
  if (cause.empty()) return true;
  console.err << "msiv2 call: cannot write " << flags.output_file << ": " << cause << "\n";
  return false;
}

int RunCall(CallFlags flags, const Invocation& invocation) {
  const Console& console = invocation.console;
  const auto headers = ParseHeaders(flags.headers);
  if (!headers) return UsageFailure(console, "a header reads 'Name: value'");
  const auto body = Body(flags, console);
  if (!body.text) return UsageFailure(console, "cannot read the file of --data-file: " + body.cause);
  const auto session = OpenEmulator(invocation.emulator);
  if (!session) return EndWithError(session.error(), console);

  ResourceRequest request{Method(flags), FullUrl(flags.url, *session), *headers, *body.text};
  const auto sendable = ResourceClient::CheckRequest(request);  // before a token is requested
  if (!sendable) return EndWithError(sendable.error(), console);
  flags.token.mtls_pop = true;
  if (flags.token.resource.empty()) flags.token.resource = OriginOf(request.url);
  const auto answer = CallResource(flags.token, request, !flags.no_claims_retry, console, *session);
  if (!answer) return EndWithError(answer.error(), console);
  if (!WriteAnswer(flags, console, *answer)) return kOther;
  if (!flags.fail || answer->status < kFirstErrorStatus) return kOk;
  console.err << "msiv2 call: the resource answered HTTP " << answer->status << "\n";
  return kResourceRefused;
}

void AddRequestOptions(CLI::App& command, CallFlags& flags) {
  command.add_option("url", flags.url, "https URL to call; with --emulator also a path on its resource")
      ->required()
      ->type_name("URL");
  command.add_option("-X,--request", flags.method, "Method; default GET, or POST with a body")
      ->type_name("METHOD");
  command.add_option("-H,--header", flags.headers, "Header to send, 'Name: value'; may be repeated")
      ->type_name("HEADER")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  CLI::Option* data = command.add_option("-d,--data", flags.data, "Body to send")->type_name("TEXT");
  command.add_option("--data-file", flags.data_file, "Regular file whose content is the body; - is stdin")
      ->type_name("FILE")
      ->excludes(data);
  command.add_flag("-i,--include", flags.include_headers, "Print the status line and headers too");
  command.add_option("-o,--output", flags.output_file, "Write the answer to a file; a link is not followed")
      ->type_name("FILE");
  command.add_flag("-f,--fail", flags.fail, "Exit with code 8 when the answer is 400 or more");
  command.add_flag("--no-claims-retry", flags.no_claims_retry,
                   "Leave a claims challenge unanswered: print the 401");
}

}  // namespace

void AddCallCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* command = app.add_subcommand("call", "Acquire a bound token and call a resource with it");
  const auto flags = std::make_shared<CallFlags>();
  AddRequestOptions(*command, *flags);
  command->add_option("--resource", flags->token.resource, "The token's resource; default: the URL's origin")
      ->type_name("URL");
  AddTokenFlags(*command, flags->token);
  command->footer(kCallExamples);
  command->callback([flags, &invocation] {
    invocation.action = [flags, &invocation] { return RunCall(*flags, invocation); };
  });
}

}  // namespace msiv2::cli
