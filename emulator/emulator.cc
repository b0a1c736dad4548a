#include "emulator/emulator.h"

#include <atomic>
#include <future>
#include <mutex>
#include <utility>

#include "emulator/attestation_server.h"
#include "emulator/certificate_authority.h"
#include "emulator/control_server.h"
#include "emulator/credential_issuer.h"
#include "emulator/entra_server.h"
#include "emulator/faults.h"
#include "emulator/identities.h"
#include "emulator/imds_server.h"
#include "emulator/jwt_signer.h"
#include "emulator/request_log.h"
#include "emulator/resource_server.h"
#include "emulator/sources.h"

namespace msiv2::emulator {

using std::chrono::system_clock;

/// Impl owns the parts. The servers come last, so that they stop before what they use is destroyed.
class Emulator::Impl {
 public:
  explicit Impl(EmulatorOptions options)
      : options_(std::move(options)),
        issuer_(authority_, options_.certificate_lifetime, options_.certificate_age) {
    identities_ = options_.identities.empty() ? DefaultIdentities() : options_.identities;
  }

  Result<void> Start() {
    auto checked = CheckOptions();
    if (!checked) return checked;
    for (const std::string& rule : options_.faults) {
      auto added = AddFault(rule);
      if (!added) return added;
    }
    // Two keys in parallel: each takes a quarter of a second to create, and every test waits for them.
    auto attestation_signer = std::async(std::launch::async, [] { return std::make_unique<JwtSigner>(); });
    entra_signer_ = std::make_unique<JwtSigner>();
    attestation_signer_ = attestation_signer.get();
    std::lock_guard lock(endpoints_mutex_);  // the control server must not show incomplete endpoints
    for (const auto start : {&Impl::StartAttestation, &Impl::StartEntra, &Impl::StartResource,
                             &Impl::StartImds, &Impl::StartSources, &Impl::StartControl}) {
      auto started = (this->*start)();
      if (!started) return started;
    }
    DescribeEndpoints();
    return {};
  }

  const Endpoints& endpoints() const noexcept { return endpoints_; }

  Result<void> AddFault(std::string_view rule) { return faults_.Add(rule); }
  void ClearFaults() { faults_.Clear(); }

  void SetClockOffset(std::chrono::seconds offset) { clock_offset_ = offset.count(); }
  Result<void> SetIdentities(std::vector<EmulatedIdentity> identities) {
    if (identities.empty()) return Error(ErrorCode::kInvalidRequest, "the emulated host has no identity");
    auto checked = CheckIdentities(identities);
    if (!checked) return checked;
    std::lock_guard lock(identities_mutex_);
    identities_ = std::move(identities);
    return {};
  }

  Result<void> RotateFederatedToken() { return sources_->RotateFederatedToken(); }
  void RevokeCertificates() { authority_.RevokeAll(); }
  RequestLog& log() noexcept { return log_; }
  std::size_t hanging() const { return faults_.Waiting(); }

 private:
  Result<void> CheckOptions() const {
    if (options_.vm_id.empty() && options_.vmss_id.empty()) {
      return Error(ErrorCode::kInvalidRequest, "the emulated host needs a vm_id or a vmss_id");
    }
    if (options_.tenant_id.empty()) return Error(ErrorCode::kInvalidRequest, "tenant_id is empty");
    return CheckIdentities(identities_);
  }

  static Result<void> CheckIdentities(const std::vector<EmulatedIdentity>& identities) {
    for (const EmulatedIdentity& identity : identities) {
      if (identity.client_id.empty()) {
        return Error(ErrorCode::kInvalidRequest, "an emulated identity has no client_id");
      }
    }
    return {};
  }

  std::vector<EmulatedIdentity> Identities() const {
    std::lock_guard lock(identities_mutex_);
    return identities_;
  }

  HttpServerOptions Http(std::uint16_t port) {
    HttpServerOptions http;
    http.port = port;
    http.faults = &faults_;
    http.record = [this](RequestLogEntry entry) { log_.Add(std::move(entry)); };
    http.now = [this] { return system_clock::now() + std::chrono::seconds(clock_offset_.load()); };
    return http;
  }

  HttpServerOptions Https(std::uint16_t port, std::optional<AskForCertificate> ask) {
    HttpServerOptions http = Http(port);
    IssuedCertificate issued = authority_.IssueServerCertificate();
    http.tls = TlsOptions{std::move(issued.key), std::move(issued.certificate), ask};
    return http;
  }

  /// Keep stores a server that has started.
  static Result<void> Keep(Result<std::unique_ptr<HttpServer>> started, std::unique_ptr<HttpServer>& place) {
    if (!started) return started.error();
    place = std::move(*started);
    return {};
  }

  Result<void> StartAttestation() {
    return Keep(
        StartAttestationServer({Https(options_.attestation_port, std::nullopt), attestation_signer_.get()}),
        attestation_);
  }

  Result<void> StartEntra() {
    EntraServerOptions entra;
    entra.http = Https(options_.entra_port, options_.entra_asks);
    entra.authority = &authority_;
    entra.signer = entra_signer_.get();
    entra.tenant_id = options_.tenant_id;
    entra.token_lifetime = options_.token_lifetime;
    entra.object_id_of = [this](const std::string& client_id) {
      const auto identity = FindIdentity(Identities(), {client_id, {}, {}});
      return identity ? identity->object_id : std::string();
    };
    entra.was_attested = [this](X509* certificate) { return issuer_.WasAttested(certificate); };
    return Keep(StartEntraServer(std::move(entra)), entra_);
  }

  Result<void> StartResource() {
    ResourceServerOptions resource;
    resource.http = Https(options_.resource_port, options_.resource_asks);
    resource.signer = entra_signer_.get();
    resource.wants_tokenboundauth = options_.resource_wants_tokenboundauth;
    return Keep(StartResourceServer(std::move(resource)), resource_);
  }

  Result<void> StartImds() {
    ImdsServerOptions imds;
    imds.http = Http(options_.imds_port);
    imds.tenant_id = options_.tenant_id;
    imds.vm_id = options_.vm_id;
    imds.vmss_id = options_.vmss_id;
    imds.identities = [this] { return Identities(); };
    imds.attestation_endpoint = attestation_->url();
    imds.entra_endpoint = entra_->url();
    imds.require_attestation = options_.require_attestation;
    imds.v1_only = options_.v1_only;
    imds.token_lifetime = options_.token_lifetime;
    imds.issuer = &issuer_;
    imds.attestation_signer = attestation_signer_.get();
    imds.token_signer = entra_signer_.get();
    return Keep(StartImdsServer(std::move(imds)), imds_);
  }

  Result<void> StartSources() {
    SourceSurroundings surroundings;
    surroundings.http = [this] { return Http(0); };
    surroundings.https = [this] { return Https(0, std::nullopt); };
    surroundings.identities = [this] { return Identities(); };
    surroundings.entra_url = entra_->url();
    surroundings.tenant_id = options_.tenant_id;
    surroundings.token_lifetime = options_.token_lifetime;
    surroundings.signer = entra_signer_.get();
    surroundings.imds_url = imds_->url();
    surroundings.arc_folder = options_.arc_folder;
    sources_ = std::make_unique<SourceServers>(std::move(surroundings));
    for (const std::string& name : options_.sources) {
      auto started = sources_->Start(name);
      if (!started) return started;
    }
    return {};
  }

  Result<void> StartControl() {
    ControlHooks hooks;
    hooks.endpoints_json = [this] {
      std::lock_guard lock(endpoints_mutex_);
      return EndpointsJson(endpoints_);
    };
    hooks.log = [this] { return log_.Entries(); };
    hooks.clear_log = [this] { log_.Clear(); };
    hooks.faults = [this] { return faults_.Rules(); };
    hooks.add_fault = [this](std::string_view rule) { return AddFault(rule); };
    hooks.clear_faults = [this] { ClearFaults(); };
    hooks.rotate_federated_token = [this] { return RotateFederatedToken(); };
    hooks.hanging = [this] { return hanging(); };
    hooks.revoke = [this] { RevokeCertificates(); };
    return Keep(StartControlServer(options_.control_port, std::move(hooks)), control_);
  }

  void DescribeEndpoints() {
    const auto system = FindIdentity(Identities(), {});
    endpoints_ = {imds_->url(),
                  attestation_->url(),
                  entra_->url(),
                  resource_->url(),
                  control_->url(),
                  authority_.Pem(),
                  system ? system->client_id : std::string(),
                  options_.tenant_id,
                  sources_->environment()};
  }

  EmulatorOptions options_;
  mutable std::mutex identities_mutex_;
  std::vector<EmulatedIdentity> identities_;
  std::atomic<std::chrono::seconds::rep> clock_offset_{options_.clock_offset.count()};
  FaultScript faults_;
  RequestLog log_;
  CertificateAuthority authority_;
  CredentialIssuer issuer_;
  std::unique_ptr<JwtSigner> entra_signer_;
  std::unique_ptr<JwtSigner> attestation_signer_;
  std::mutex endpoints_mutex_;
  Endpoints endpoints_;  ///< not changed after Start
  std::unique_ptr<SourceServers> sources_;
  std::unique_ptr<HttpServer> attestation_, entra_, resource_, imds_, control_;
};

Result<std::unique_ptr<Emulator>> Emulator::Start(EmulatorOptions options) {
  try {
    auto impl = std::make_unique<Impl>(std::move(options));
    auto started = impl->Start();
    if (!started) return started.error();
    return std::unique_ptr<Emulator>(new Emulator(std::move(impl)));
  } catch (const std::exception& failure) {  // OpenSSL, threads or memory
    return Error(ErrorCode::kInvalidRequest, std::string("the emulator cannot start: ") + failure.what());
  }
}

Result<void> CheckFault(std::string_view rule) { return FaultScript().Add(rule); }

Emulator::Emulator(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Emulator::~Emulator() = default;

const Endpoints& Emulator::endpoints() const noexcept { return impl_->endpoints(); }
Result<void> Emulator::AddFault(std::string_view rule) { return impl_->AddFault(rule); }
void Emulator::ClearFaults() { impl_->ClearFaults(); }
void Emulator::SetClockOffset(std::chrono::seconds offset) { impl_->SetClockOffset(offset); }
Result<void> Emulator::SetIdentities(std::vector<EmulatedIdentity> identities) {
  return impl_->SetIdentities(std::move(identities));
}

Result<void> Emulator::RotateFederatedToken() { return impl_->RotateFederatedToken(); }
void Emulator::RevokeCertificates() { impl_->RevokeCertificates(); }
std::vector<RequestLogEntry> Emulator::Log() const { return impl_->log().Entries(); }
void Emulator::ClearLog() { impl_->log().Clear(); }
std::vector<RequestLogEntry> Emulator::TakeLog() { return impl_->log().Take(); }

std::size_t Emulator::Hanging() const { return impl_->hanging(); }

}  // namespace msiv2::emulator
