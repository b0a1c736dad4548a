// msiv2 demo: runs the whole flow on an emulator, and proves that a stolen token is useless.
#include <CLI/App.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/claims.h"
#include "cli/commands.h"
#include "cli/exit_codes.h"
#include "cli/explain.h"
#include "cli/output.h"
#include "cli/session.h"
#include "emulator/thief.h"
#include "msiv2/client.h"
#include "msiv2/resource_client.h"

namespace msiv2::cli {
namespace {

constexpr char kDemoExamples[] =
    "Examples:\n"
    "  msiv2 demo\n"
    "\n"
    "Needs no Azure, no rights and no network beyond loopback. Exit code 0 only when every part went as it "
    "must.";

constexpr char kIntroduction[] =
    "msiv2 turns this host's identity into a token that is bound to a key. Here IMDS, the attestation\n"
    "service, Entra and a resource are played by an emulator on loopback. Keys, certificates, TLS and\n"
    "signatures are real; only the KeyGuard protection of the key is played, so it says (emulated).\n";

/// Demo runs the parts in order and remembers whether each had the expected outcome.
class Demo {
 public:
  Demo(const Console& console, const EmulatorSession& session)
      : console_(console),
        out_(console.out),
        endpoints_(*session.endpoints),
        environment_(WithoutProxies(console.environment, session)) {}

  int Run() {
    out_ << kIntroduction;
    if (const int code = Acquire(); code != kOk) return code;
    ShowToken();
    if (const int code = CallResource(); code != kOk) return code;
    PlayThief();
    out_ << "\n"
         << (as_expected_ ? "Every part went as it must: the token is useless without the key.\n"
                          : "Something did not go as it must; see the lines marked WRONG.\n");
    return as_expected_ ? kOk : kOther;
  }

 private:
  void Title(const char* text) { out_ << "\n== " << text << "\n"; }

  void Check(bool good, const std::string& what) {
    out_ << (good ? "  ok     " : "  WRONG  ") << what << "\n";
    as_expected_ = as_expected_ && good;
  }

  int Acquire() {
    Title("The seven steps");
    ClientOptions options;
    emulator::Use(endpoints_, true, options);
    options.observer = std::make_shared<ExplainObserver>(out_, false);
    options.environment = environment_;
    auto client = ManagedIdentityClient::Create(std::move(options));
    if (!client) return EndWithError(client.error(), console_);
    const auto request = TokenRequest::AttestedPop(endpoints_.resource);
    auto token = client->AcquireToken(request, {std::nullopt, console_.cancellation});
    if (!token) return EndWithError(token.error(), console_);
    token_ = token->token;
    return kOk;
  }

  void ShowToken() {
    Title("What the token says (its claims only: the token itself is a secret)");
    const auto claims = Claims(token_->secret);
    if (claims) out_ << claims->dump(2, ' ', true, nlohmann::json::error_handler_t::replace) << "\n";
    Check(token_->type == TokenType::kMtlsPop, "the token's type is mtls_pop");
    Check(token_->attested, "the key was attested; its strength is " + token_->binding->strength_label());
    const std::string& thumbprint = token_->binding->x5t_s256();
    const std::string bound_to = claims ? claims->value("/cnf/x5t#S256"_json_pointer, std::string()) : "";
    Check(bound_to == thumbprint, "cnf x5t#S256 is the SHA-256 of the certificate: " + thumbprint);
  }

  int CallResource() {
    Title("The resource, called with the token over TLS with the certificate");
    ResourceClientOptions options;
    options.environment = environment_;
    emulator::Use(endpoints_, options);
    auto resource = ResourceClient::Create(std::move(options));
    if (!resource) return EndWithError(resource.error(), console_);
    ResourceRequest request;
    request.url = endpoints_.resource + "/hello";
    const auto answer = resource->Send(*token_, request, {std::nullopt, console_.cancellation});
    if (!answer) return EndWithError(answer.error(), console_);
    Check(answer->status == 200,
          "HTTP " + std::to_string(answer->status) + ": the right token on the right key");
    return kOk;
  }

  void PlayThief() {
    Title("The same token, stolen: sent by a client that does not have the key");
    const int status = emulator::CallWithoutCertificate(endpoints_, token_->secret);
    Check(status == 401, status == 0 ? "no answer" : "HTTP " + std::to_string(status) + ": refused");
  }

  const Console& console_;
  std::ostream& out_;
  const emulator::Endpoints& endpoints_;
  const EnvironmentReader environment_;
  std::shared_ptr<const AccessToken> token_;
  bool as_expected_ = true;
};

int RunDemo(const Invocation& invocation) {
  const std::string flag = invocation.emulator.empty() ? kBuiltInEmulator : invocation.emulator;
  const auto session = OpenEmulator(flag);
  if (!session) {
    return EndWithError(session.error(), invocation.console);
  }
  return Demo(invocation.console, *session).Run();
}

}  // namespace

void AddDemoCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* command =
      AddCommand(app, invocation, "demo", "Show the whole flow, and that a stolen token is useless");
  if (command == nullptr) return;
  command->footer(kDemoExamples);
  command->callback([&invocation] { invocation.action = [&invocation] { return RunDemo(invocation); }; });
}

}  // namespace msiv2::cli
