// msiv2 call: acquire a bound token and call a resource with it over mTLS.
#include <CLI/App.hpp>
#include <memory>
#include <optional>
#include <ostream>
#include <sstream>
#include <string_view>
#include <utility>

#include "cli/call_output.h"
#include "cli/checks.h"
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
  std::string output = "text";
  std::string output_file;
  bool fail = false;
  bool no_claims_retry = false;
};

int UsageFailure(const Console& console, const std::string& message, bool json) {
  if (json) return EndWithError(Error(ErrorCode::kInvalidRequest, message), console, json);
  console.err << "msiv2 call: " << Printable(message) << "\n";
  return kUsage;
}

// With an emulator a path is enough: the port of a built-in emulator is not known in advance.
std::string FullUrl(const std::string& url, const EmulatorSession& session) {
  const bool is_path = !url.empty() && url.front() == '/';
  return is_path && session.endpoints ? session.endpoints->resource + url : url;
}

// A name is a token of RFC 9110 section 5.6.2.
bool IsHeaderName(std::string_view name) {
  constexpr std::string_view kCharacters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-.^_`|~";
  return !name.empty() && name.find_first_not_of(kCharacters) == std::string_view::npos;
}

// Adds the header of one --header. Returns what is wrong with it, without its value, which may be a secret;
// empty if nothing is.
std::string AddHeader(const std::string& line, HttpHeaders& headers) {
  const std::size_t colon = line.find(':');
  if (colon == std::string::npos) return "--header has no colon; it reads 'Name: value'";
  const std::string name = line.substr(0, colon);
  if (!IsHeaderName(name)) {
    return "--header '" + name + "' is not the name of a header; use letters, digits and hyphens";
  }
  const std::size_t value = line.find_first_not_of(" \t", colon + 1);
  headers.emplace_back(name, value == std::string::npos ? "" : line.substr(value));
  return {};
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

bool WriteAnswer(const CallFlags& flags, const Console& console, const HttpResponse& answer) {
  const std::string text =
      flags.output == "json" ? AnswerJson(answer) : AnswerText(answer, flags.include_headers);
  if (flags.output_file.empty()) {
    console.out.write(text.data(), static_cast<std::streamsize>(text.size()));
    return true;
  }
  const std::string cause = WriteOutputFile(flags.output_file, text);
  if (cause.empty()) return true;
  console.err << "msiv2 call: cannot write " << Printable(flags.output_file) << ": " << cause << "\n";
  return false;
}

// Makes `request` as the flags describe it. Returns what is wrong with a flag; nullopt if nothing is.
std::optional<std::string> ReadRequest(const CallFlags& flags, const Console& console,
                                       ResourceRequest& request) {
  for (const std::string& line : flags.headers) {
    const std::string wrong = AddHeader(line, request.headers);
    if (!wrong.empty()) return wrong;
  }
  auto body = Body(flags, console);
  if (!body.text) return "cannot read --data-file " + *flags.data_file + ": " + body.cause;
  request.body = *std::move(body.text);
  request.method = Method(flags);
  return std::nullopt;
}

int RunCall(CallFlags flags, const Invocation& invocation) {
  const Console& console = invocation.console;
  const bool json = flags.output == "json";
  ResourceRequest request;
  if (const auto wrong = ReadRequest(flags, console, request)) return UsageFailure(console, *wrong, json);
  const auto session = OpenEmulator(invocation.emulator);
  if (!session) return EndWithError(session.error(), console, json);

  request.url = FullUrl(flags.url, *session);
  const auto sendable = ResourceClient::CheckRequest(request);  // before a token is requested
  if (!sendable) return EndWithError(sendable.error(), console, json);
  if (!flags.token.attestation && !flags.token.allow_unattested) {  // the flag --mtls-pop need not be there
    Error error(ErrorCode::kPopRequiresAttestation,
                "the token of call is always bound, and --attestation was not set");
    error.option = Option::kWithAttestationSupport;
    return EndWithError(error, console, json);
  }
  flags.token.mtls_pop = true;
  if (flags.token.resource.empty()) flags.token.resource = OriginOf(request.url);
  const auto answer = CallResource(flags.token, request, !flags.no_claims_retry, console, *session);
  if (!answer) return EndWithError(answer.error(), console, json);
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
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  CLI::Option* data = command.add_option("-d,--data", flags.data, "Body to send")->type_name("TEXT");
  command.add_option("--data-file", flags.data_file, "Regular file whose content is the body; - is stdin")
      ->type_name("FILE")
      ->excludes(data);
  command.add_flag("-i,--include", flags.include_headers,
                   "Print the status line and headers too; JSON always has them");
  command.add_option("--output", flags.output, "What to print")
      ->check(TextOrJsonNotAFile("--output-file"))
      ->type_name("FORMAT:{text,json}");
  command
      .add_option("-o,--output-file", flags.output_file, "Write the answer to a file; a link is not followed")
      ->type_name("FILE");
  command.add_flag("-f,--fail", flags.fail, "Exit with code 8 when the answer is 400 or more");
  command.add_flag("--no-claims-retry", flags.no_claims_retry,
                   "Leave a claims challenge unanswered: print the 401");
}

}  // namespace

void AddCallCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* command =
      AddCommand(app, invocation, "call", "Acquire a bound token and call a resource with it");
  if (command == nullptr) return;
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
