// msiv2 csr: prints the CSR of step 3, human-readable and for the openssl tool.
#include <CLI/App.hpp>
#include <memory>
#include <ostream>

#include "cli/commands.h"
#include "cli/exit_codes.h"
#include "cli/output.h"
#include "cli/session.h"
#include "msiv2/tools/diagnostics.h"

namespace msiv2::cli {
namespace {

constexpr char kCsrExamples[] =
    "Examples:\n"
    "  msiv2 csr --client-id GUID --tenant-id GUID --vm-id GUID | openssl req -verify -noout -text\n"
    "  msiv2 --emulator csr --der > request.der && openssl asn1parse -inform DER -in request.der\n"
    "\n"
    "The key is new, in memory, and gone when the command ends. No certificate can be issued for it later.";

struct CsrFlags {
  CsrInput ids;
  bool der = false;
  bool pem = false;
};

// Returns a key that exists in this process only: a diagnostic command must not leave a key in a keystore.
Result<std::shared_ptr<const SigningKey>> FreshKey() {
  for (const auto& provider : BuiltInKeyProviders()) {
    if (provider->BestStrength() == KeyStrength::kSoftware) return provider->GetOrCreateKey();
  }
  return Error(ErrorCode::kKeyCreationFailed, "this build has no in-memory key provider");
}

void FillFromEmulator(CsrInput& ids, const emulator::Endpoints& endpoints) {
  if (ids.client_id.empty()) ids.client_id = endpoints.client_id;
  if (ids.tenant_id.empty()) ids.tenant_id = endpoints.tenant_id;
  if (ids.vm_id.empty() && ids.vmss_id.empty()) ids.vm_id = emulator::EmulatorOptions().vm_id;
}

std::string MissingFlag(const CsrInput& ids) {
  if (ids.client_id.empty()) return "--client-id is required";
  if (ids.tenant_id.empty()) return "--tenant-id is required";
  if (ids.vm_id.empty() && ids.vmss_id.empty()) return "--vm-id is required (or --vmss-id)";
  return {};
}

Result<std::vector<std::uint8_t>> BuildCsr(const CsrInput& ids) {
  const auto key = FreshKey();
  if (!key) return key.error();
  return BuildCsrDer(ids, **key);
}

int RunCsr(CsrFlags flags, const Invocation& invocation) {
  const Console& console = invocation.console;
  if (flags.der && console.out_is_terminal) {
    console.err << "msiv2 csr: DER is binary and the output is a terminal; redirect it, or use --pem\n";
    return kUsage;
  }
  const auto session = OpenEmulator(invocation.emulator);
  if (!session) return EndWithError(session.error(), console);
  if (session->endpoints) FillFromEmulator(flags.ids, *session->endpoints);
  const std::string missing = MissingFlag(flags.ids);
  if (!missing.empty()) {
    console.err << "msiv2 csr: " << missing << "; --emulator gives the emulator's own ids\n";
    return kUsage;
  }
  const auto csr = BuildCsr(flags.ids);
  if (!csr) return EndWithError(csr.error(), console);
  if (flags.der) {
    console.out.write(reinterpret_cast<const char*>(csr->data()), static_cast<std::streamsize>(csr->size()));
  } else {
    console.out << CsrPem(*csr);
  }
  return kOk;
}

}  // namespace

void AddCsrCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* command =
      AddCommand(app, invocation, "csr", "Print the certificate request of step 3, with a fresh key");
  if (command == nullptr) return;
  const auto flags = std::make_shared<CsrFlags>();
  command->add_option("--client-id", flags->ids.client_id, "Client id of the identity: CN")
      ->type_name("GUID");
  command->add_option("--tenant-id", flags->ids.tenant_id, "Tenant id: DC")->type_name("GUID");
  command->add_option("--vm-id", flags->ids.vm_id, "Id of the machine: the CUID attribute")
      ->type_name("GUID");
  command->add_option("--vmss-id", flags->ids.vmss_id, "Id of the scale set, where there is one")
      ->type_name("GUID");
  CLI::Option* der = command->add_flag("--der", flags->der, "Print DER; not to a terminal");
  command->add_flag("--pem", flags->pem, "Print PEM; the default")->excludes(der);
  command->footer(kCsrExamples);
  command->callback([flags, &invocation] {
    invocation.action = [flags, &invocation] { return RunCsr(*flags, invocation); };
  });
}

}  // namespace msiv2::cli
