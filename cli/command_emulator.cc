// msiv2 emulator: runs IMDS, attestation service, Entra and a resource on loopback until it is stopped.
#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <algorithm>
#include <condition_variable>
#include <istream>
#include <limits>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <ostream>
#include <sstream>
#include <thread>

#include "cli/checks.h"
#include "cli/commands.h"
#include "cli/exit_codes.h"
#include "cli/files.h"
#include "cli/output.h"
#include "cli/text.h"
#include "emulator/emulator.h"

namespace msiv2::cli {
namespace {

constexpr char kEmulatorExamples[] =
    "Examples:\n"
    "  msiv2 emulator --ca-out emulator-ca.pem\n"
    "  msiv2 emulator --imds-port 8901 --control-port 8905 --require-attestation\n"
    "  msiv2 emulator --fault 'imds.issuecredential status=503 count=2'\n"
    "  msiv2 emulator --source app-service\n"
    "  msiv2 emulator --source imds,workload --ca-out emulator-ca.pem\n"
    "  msiv2 emulator --source arc --arc-folder /var/opt/azcmagent/tokens\n"
    "  msiv2 --emulator=http://127.0.0.1:8905 token --resource https://vault.azure.net --mtls-pop "
    "--attestation\n"
    "\n"
    "When it is ready it prints one line of JSON with its addresses to stdout, and the variables of each "
    "source in\n"
    "its member `environment`; on stderr they are lines for a shell. SIGINT or SIGTERM ends it. "
    "docs/howto/any_sdk.md\n"
    "shows how to point an SDK of any language at it.";

constexpr std::int64_t kLongestLife = std::int64_t{10} * 365 * 24 * 60 * 60;

struct EmulatorFlags {
  emulator::EmulatorOptions options;
  std::string faults_file;
  std::string entra_asks = "handshake";
  std::string resource_asks = "handshake";
  std::int64_t certificate_lifetime = 0;
  std::int64_t token_lifetime = 0;
  std::string ca_out;
  bool until_stdin_closes = false;
};

emulator::AskForCertificate Moment(const std::string& word) {
  if (word == "renegotiation") return emulator::AskForCertificate::kRenegotiation;
  if (word == "post-handshake") return emulator::AskForCertificate::kPostHandshake;
  return emulator::AskForCertificate::kHandshake;
}

// Adds the rules of a file, one per line. Empty lines and lines that start with # are skipped. Returns why
// the file cannot be used, with the number of a wrong line; empty if it can.
std::string ReadFaults(const std::string& path, std::vector<std::string>& faults) {
  const FileText file = ReadInputFile(path);
  if (!file.text) return file.cause;
  std::istringstream lines(*file.text);
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.find_first_not_of(" \t") == std::string::npos || line.front() == '#') continue;
    const auto known = emulator::CheckFault(line);
    if (!known) return "line " + std::to_string(number) + ": " + known.error().message;
    faults.push_back(line);
  }
  return {};
}

// Returns the JSON on one line, so that a program that starts the emulator can wait for that line and parse
// it.
std::string OnOneLine(const std::string& json) { return nlohmann::ordered_json::parse(json).dump(); }

// Puts `value` in single quotes if a shell would read more than plain text into it.
std::string ForShell(const std::string& value) {
  constexpr char kPlain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:";
  if (value.find_first_not_of(kPlain) == std::string::npos && !value.empty()) return value;
  std::string quoted = "'";
  for (const char letter : value) quoted += letter == '\'' ? std::string("'\\''") : std::string(1, letter);
  return quoted + "'";
}

void PrintEnvironment(std::ostream& err, const emulator::Endpoints& endpoints) {
  for (const auto& [source, variables] : endpoints.environment) {
    err << "As " << source << ", for a program in another terminal:\n";
    for (const auto& [name, value] : variables) err << "export " << name << "=" << ForShell(value) << "\n";
  }
  err << std::flush;
}

void PrintHowToUse(std::ostream& err, const emulator::Endpoints& endpoints, const std::string& ca_file) {
  err << "The emulator is ready. Everything is real but the protection of its keys.\n"
      << "  imds         " << endpoints.imds << "\n"
      << "  attestation  " << endpoints.attestation << "\n"
      << "  entra        " << endpoints.entra << "\n"
      << "  resource     " << endpoints.resource << "\n"
      << "  control      " << endpoints.control << "\n"
      << "Use it from another terminal:\n"
      << "  msiv2 --emulator=" << endpoints.control
      << " token --resource https://vault.azure.net --mtls-pop --attestation\n"
      << "or as any program would:\n"
      << "  export AZURE_POD_IDENTITY_AUTHORITY_HOST=" << endpoints.imds << "\n"
      << "  msiv2 token --resource https://vault.azure.net --mtls-pop --allow-unattested --trust-anchors "
      << (ca_file.empty() ? "FILE  (restart with --ca-out FILE)" : ca_file) << "\n"
      << std::flush;
}

/// Stop waits for what ends the emulator: a cancellation or the end of stdin.
struct Stop {
  std::mutex mutex;
  std::condition_variable changed;
  bool asked = false;

  void Ask() {
    std::lock_guard lock(mutex);
    asked = true;
    changed.notify_all();
  }
  void Wait() {
    std::unique_lock lock(mutex);
    changed.wait(lock, [this] { return asked; });
  }
};

// No portable call wakes a thread that reads stdin. If a signal comes first, the thread is left behind and
// the process ends right after. The thread shares ownership of `stop`, and std::cin is never destroyed.
void StopWhenStdinCloses(std::istream& in, const std::shared_ptr<Stop>& stop) {
  std::thread([&in, stop] {
    in.ignore(std::numeric_limits<std::streamsize>::max());
    stop->Ask();
  }).detach();
}

void WaitUntilStopped(const Console& console, bool until_stdin_closes) {
  const auto stop = std::make_shared<Stop>();
  const auto registration = console.cancellation.OnCancel([stop] { stop->Ask(); });
  if (until_stdin_closes) StopWhenStdinCloses(console.in, stop);
  stop->Wait();
}

int FailToUseFile(const Console& console, const std::string& what, const std::string& cause, ExitCode code) {
  console.err << "msiv2 emulator: cannot " << Printable(what) << ": " << Printable(cause) << "\n";
  return code;
}

bool Plays(const emulator::EmulatorOptions& options, std::string_view source) {
  return std::find(options.sources.begin(), options.sources.end(), source) != options.sources.end();
}

int RunEmulator(EmulatorFlags flags, const Invocation& invocation) {
  const Console& console = invocation.console;
  if (!flags.options.arc_folder.empty() && !Plays(flags.options, "arc")) {
    console.err << "msiv2 emulator: --arc-folder does nothing without --source arc\n";
    return kUsage;
  }
  flags.options.entra_asks = Moment(flags.entra_asks);
  flags.options.resource_asks = Moment(flags.resource_asks);
  if (flags.certificate_lifetime > 0) {
    flags.options.certificate_lifetime = std::chrono::seconds(flags.certificate_lifetime);
  }
  if (flags.token_lifetime > 0) flags.options.token_lifetime = std::chrono::seconds(flags.token_lifetime);
  if (!flags.faults_file.empty()) {
    const std::string cause = ReadFaults(flags.faults_file, flags.options.faults);
    if (!cause.empty()) return FailToUseFile(console, "read " + flags.faults_file, cause, kUsage);
  }
  const auto emulator = emulator::Emulator::Start(flags.options);
  if (!emulator) {
    return EndWithError(emulator.error(), console);
  }
  const emulator::Endpoints& endpoints = (*emulator)->endpoints();
  if (!flags.ca_out.empty()) {
    const std::string cause = WriteOutputFile(flags.ca_out, endpoints.ca_pem);
    if (!cause.empty()) return FailToUseFile(console, "write " + flags.ca_out, cause, kOther);
  }
  PrintHowToUse(console.err, endpoints, flags.ca_out);
  PrintEnvironment(console.err, endpoints);
  console.out << OnOneLine(emulator::EndpointsJson(endpoints))
              << std::endl;  // flushed: a waiting program reads the line now
  WaitUntilStopped(console, flags.until_stdin_closes);
  return kOk;
}

void AddPortFlags(CLI::App& command, emulator::EmulatorOptions& options) {
  const auto port = [&command](const char* name, std::uint16_t& value, const char* server) {
    command.add_option(name, value, std::string("Port of ") + server + "; 0: any free one")
        ->check(WholeNumberFrom(0, 65535))
        ->type_name("PORT");
  };
  port("--imds-port", options.imds_port, "IMDS");
  port("--attestation-port", options.attestation_port, "the attestation service");
  port("--entra-port", options.entra_port, "Entra");
  port("--resource-port", options.resource_port, "the protected resource");
  port("--control-port", options.control_port, "the control endpoint");
}

std::string Seconds(std::chrono::seconds duration) { return std::to_string(duration.count()); }

void AddBehaviourFlags(CLI::App& command, EmulatorFlags& flags) {
  const CLI::IsMember moments({"handshake", "renegotiation", "post-handshake"});
  command.add_flag("--require-attestation", flags.options.require_attestation,
                   "Issue certificates for attested keys only, as today's service does");
  command.add_flag("--v1-only", flags.options.v1_only, "Answer as a host that has MSI v1 only");
  command.add_option("--entra-asks", flags.entra_asks, "When Entra asks for the client certificate")
      ->check(moments)
      ->type_name("WHEN");
  command.add_option("--resource-asks", flags.resource_asks, "When the resource asks for it")
      ->check(moments)
      ->type_name("WHEN");
  command.add_flag("--tokenboundauth", flags.options.resource_wants_tokenboundauth,
                   "The resource wants x-ms-tokenboundauth: true, as Key Vault does");
  command
      .add_option("--certificate-lifetime", flags.certificate_lifetime,
                  "Life of issued certificates; default: " + Seconds(flags.options.certificate_lifetime))
      ->check(WholeNumberFrom(1, kLongestLife))
      ->type_name("SECONDS");
  command
      .add_option("--token-lifetime", flags.token_lifetime,
                  "Life of issued tokens; default: " + Seconds(flags.options.token_lifetime))
      ->check(WholeNumberFrom(1, kLongestLife))
      ->type_name("SECONDS");
}

// The parser's own way to read a list would leave out an entry that is empty.
void AddSourceFlags(CLI::App& command, emulator::EmulatorOptions& options) {
  const auto play = [&options](const std::vector<std::string>& lists) {
    for (const std::string& list : lists) {
      const std::vector<std::string> names = Entries(list);
      options.sources.insert(options.sources.end(), names.begin(), names.end());
    }
  };
  const CLI::IsMember known(emulator::SourceNames());
  command
      .add_option_function<std::vector<std::string>>(
          "--source", play,
          "Play a source of bearer tokens (MSI v1) and print its variables; may be repeated, or be a "
          "list with commas")
      ->type_name("NAME[,NAME]")
      ->expected(1)
      ->allow_extra_args(false)
      ->check(EachEntry(known), known.get_description())
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  command
      .add_option("--arc-folder", options.arc_folder,
                  "Folder of the challenge files of --source arc; SDKs read /var/opt/azcmagent/tokens only. "
                  "Default: a new private folder")
      ->type_name("FOLDER");
}

}  // namespace

void AddEmulatorCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* command =
      AddCommand(app, invocation, "emulator", "Run IMDS, attestation, Entra and a resource on loopback");
  if (command == nullptr) return;
  const auto flags = std::make_shared<EmulatorFlags>();
  AddPortFlags(*command, flags->options);
  command->add_option("--fault", flags->options.faults, "Fault rule; may be repeated")
      ->type_name("RULE")
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  command->add_option("--faults-file", flags->faults_file, "File of fault rules, one a line")
      ->type_name("FILE");
  AddSourceFlags(*command, flags->options);
  AddBehaviourFlags(*command, *flags);
  command
      ->add_option("--ca-out", flags->ca_out,
                   "Write the trust anchor of its TLS servers to a file; a link is not followed")
      ->type_name("FILE");
  command->add_flag("--until-stdin-closes", flags->until_stdin_closes, "End also when stdin is closed");
  command->footer(kEmulatorExamples);
  command->callback([flags, &invocation] {
    invocation.action = [flags, &invocation] { return RunEmulator(*flags, invocation); };
  });
}

}  // namespace msiv2::cli
