// msiv2 doctor: explains why bound tokens do not work on this host, and what to do.
#include <CLI/App.hpp>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/commands.h"
#include "cli/exit_codes.h"
#include "cli/option_words.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/text.h"
#include "msiv2/tools/doctor.h"

namespace msiv2::cli {
namespace {

constexpr char kDefaultTokenEndpoint[] = "mtlsauth.microsoft.com";

constexpr char kDoctorExamples[] =
    "Examples:\n"
    "  msiv2 doctor\n"
    "  msiv2 doctor --token-endpoint                             also try TLS to mtlsauth.microsoft.com\n"
    "  msiv2 doctor --token-endpoint=westeurope.mtlsauth.microsoft.com\n"
    "  msiv2 doctor --output json | jq '.findings[] | select(.severity == \"failure\")'\n"
    "  msiv2 --emulator doctor\n"
    "\n"
    "Exits with 0 when all is well, 9 when the worst finding is a warning, 10 when it is a failure.\n"
    "Read-only: it makes no key and asks for no certificate or token. Of variables it prints no value, but "
    "for the\n"
    "origin of IMDS, and the paths in SSL_CERT_FILE and SSL_CERT_DIR that are of no use.\n"
    "IMDS names the token endpoint together with a certificate only, so without --token-endpoint none is "
    "tried\n"
    "(on an emulator its own one is).";

struct DoctorFlags {
  TokenFlags token;
  std::string token_endpoint;
  std::string output = "text";
};

std::ptrdiff_t Count(const Diagnosis& diagnosis, Severity severity) {
  return std::count_if(diagnosis.findings.begin(), diagnosis.findings.end(),
                       [&](const Finding& finding) { return finding.severity == severity; });
}

void PrintText(std::ostream& out, const Diagnosis& diagnosis) {
  constexpr std::size_t kSeverityWidth = 9;
  constexpr std::size_t kCheckWidth = 16;
  for (const Finding& finding : diagnosis.findings) {
    out << PadRight(Name(finding.severity), kSeverityWidth) << PadRight(finding.check, kCheckWidth)
        << InFlags(finding.text, finding.named_in_text) << "\n";
    if (finding.cure.empty()) continue;
    out << PadRight("", kSeverityWidth) << "cause  " << finding.cause << "\n"
        << PadRight("", kSeverityWidth) << "cure   " << InFlags(finding.cure, finding.named_in_cure) << "\n";
  }
  out << "ok " << Count(diagnosis, Severity::kOk) << ", warnings " << Count(diagnosis, Severity::kWarning)
      << ", failures " << Count(diagnosis, Severity::kFailure) << ", skipped "
      << Count(diagnosis, Severity::kSkipped) << "\n";
}

void PrintJson(std::ostream& out, const Diagnosis& diagnosis) {
  using Json = nlohmann::ordered_json;
  auto findings = Json::array();
  for (const Finding& finding : diagnosis.findings) {
    findings.push_back(Json{{"check", finding.check},
                            {"severity", Name(finding.severity)},
                            {"cause", finding.cause},
                            {"text", InFlags(finding.text, finding.named_in_text)},
                            {"cure", InFlags(finding.cure, finding.named_in_cure)}});
  }
  const Json json = {{"worst", Name(diagnosis.Worst())}, {"findings", std::move(findings)}};
  out << json.dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
}

int ExitCodeOf(Severity worst) {
  if (worst == Severity::kFailure) return kDoctorFailure;
  return worst == Severity::kWarning ? kDoctorWarning : kOk;
}

int RunDoctor(const DoctorFlags& flags, const Invocation& invocation) {
  const Console& console = invocation.console;
  const bool json = flags.output == "json";
  const auto session = OpenEmulator(invocation.emulator);
  if (!session) return EndWithError(session.error(), console, json);
  DiagnoseOptions options{MakeClientOptions(flags.token, console, *session, nullptr), flags.token_endpoint};
  if (session->endpoints && options.token_endpoint.empty())
    options.token_endpoint = session->endpoints->entra;
  const auto waiting = WithWaitingLine(nullptr, flags.token, console);
  if (waiting) waiting->OnEvent({.kind = Event::Kind::kStepStarted, .where = "the checks of this host"});
  const auto diagnosis = Diagnose(options, MakeCallOptions(flags.token, console));
  if (!diagnosis) return EndWithError(diagnosis.error(), console, json);
  if (json) {
    PrintJson(console.out, *diagnosis);
  } else {
    PrintText(console.out, *diagnosis);
  }
  return ExitCodeOf(diagnosis->Worst());
}

}  // namespace

void AddDoctorCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* command =
      AddCommand(app, invocation, "doctor", "Find out why bound tokens do not work here, and what to do");
  if (command == nullptr) return;
  const auto flags = std::make_shared<DoctorFlags>();
  flags->token.attestation = true;  // on an emulator, also use its KeyGuard and attestor
  AddIdentityFlags(*command, flags->token);
  AddSourceFlags(*command, flags->token);
  AddEnvironmentFlags(*command, flags->token);
  command->add_flag(std::string("--token-endpoint{") + kDefaultTokenEndpoint + "}", flags->token_endpoint,
                    "Try a TLS connection to the token endpoint: the default one, or with =HOST another");
  AddTextOrJsonFlag(*command, flags->output);
  command->footer(kDoctorExamples);
  command->callback([flags, &invocation] {
    invocation.action = [flags, &invocation] { return RunDoctor(*flags, invocation); };
  });
}

}  // namespace msiv2::cli
