#include "emulator/sources.h"

#include <algorithm>
#include <utility>

#include "emulator/certificate_authority.h"
#include "emulator/certificate_facts.h"
#include "emulator/identities.h"
#include "emulator/workload_server.h"

namespace msiv2::emulator {

std::vector<std::string> SourceNames() {
  return {"app-service",    "app-service-2017",    "arc",     "cloud-shell", "imds", "machine-learning",
          "service-fabric", "service-fabric-http", "workload"};
}

SourceOptions SourceServers::Options(HttpServerOptions http, std::string secret) const {
  return {std::move(http),          surroundings_.entra_url,      surroundings_.tenant_id,
          surroundings_.identities, surroundings_.token_lifetime, surroundings_.signer,
          std::move(secret)};
}

/// Run starts a server and returns its URL.
Result<std::string> SourceServers::Run(SourceProtocol protocol, SourceOptions options) {
  auto started = StartSourceServer(std::move(protocol), std::move(options));
  if (!started) return started.error();
  servers_.push_back(*std::move(started));
  return servers_.back()->url();
}

Result<void> SourceServers::Start(const std::string& name) {
  if (environment_.contains(name)) return {};
  auto variables = Play(name);
  if (!variables) return variables.error();
  environment_[name] = *std::move(variables);
  return {};
}

Result<EnvironmentVariables> SourceServers::Play(const std::string& name) {
  const auto plain = [this](SourceProtocol protocol, const std::string& secret) {
    return Run(std::move(protocol), Options(surroundings_.http(), secret));
  };
  const std::string secret = NewSecret();
  if (name == "imds")
    return EnvironmentVariables{{"AZURE_POD_IDENTITY_AUTHORITY_HOST", surroundings_.imds_url}};
  if (name == "arc") return PlayArc();
  if (name == "service-fabric") return PlayServiceFabric();
  if (name == "service-fabric-http") return PlayServiceFabricInHttp();
  if (name == "workload") return PlayWorkload();
  if (name == "app-service") {
    const auto url = plain(AppServiceProtocol(), secret);
    if (!url) return url.error();
    return EnvironmentVariables{{"IDENTITY_ENDPOINT", *url + "/msi/token"}, {"IDENTITY_HEADER", secret}};
  }
  if (name == "app-service-2017") {
    const auto url = plain(AppService2017Protocol(), secret);
    if (!url) return url.error();
    // The site's name tells a client that this is not Machine Learning, which sets the other two as well.
    return EnvironmentVariables{{"MSI_ENDPOINT", *url + "/msi/token"},
                                {"MSI_SECRET", secret},
                                {"WEBSITE_SITE_NAME", "emulated-site"}};
  }
  if (name == "cloud-shell") {
    const auto url = plain(CloudShellProtocol(), {});
    if (!url) return url.error();
    return EnvironmentVariables{{"MSI_ENDPOINT", *url + "/oauth2/token"}};
  }
  if (name == "machine-learning") {
    const auto url = plain(MachineLearningProtocol(), secret);
    if (!url) return url.error();
    EnvironmentVariables variables = {{"MSI_ENDPOINT", *url + "/msi/token"}, {"MSI_SECRET", secret}};
    const auto system = FindIdentity(surroundings_.identities(), {});
    if (system) variables["DEFAULT_IDENTITY_CLIENT_ID"] = system->client_id;
    return variables;
  }
  std::string known;
  for (const std::string& each : SourceNames()) known += " " + each;
  return Error(ErrorCode::kInvalidRequest, "no source is called '" + name + "'; known are" + known);
}

Result<EnvironmentVariables> SourceServers::PlayArc() {
  auto challenges = ArcChallenges::Open(surroundings_.arc_folder);
  if (!challenges) return challenges.error();
  challenges_ = *std::move(challenges);
  const auto url = Run(ArcProtocol(*challenges_), Options(surroundings_.http(), {}));
  if (!url) return url.error();
  return EnvironmentVariables{{"IDENTITY_ENDPOINT", *url + "/metadata/identity/oauth2/token"},
                              {"IMDS_ENDPOINT", *url}};
}

Result<EnvironmentVariables> SourceServers::PlayServiceFabric() {
  const std::string secret = NewSecret();
  IssuedCertificate own = CertificateAuthority::NewSelfSigned("emulated Service Fabric cluster");
  const std::string thumbprint = Sha1Thumbprint(own.certificate.get());
  HttpServerOptions http = surroundings_.http();
  http.tls = TlsOptions{std::move(own.key), std::move(own.certificate), std::nullopt};
  const auto url = Run(ServiceFabricProtocol(), Options(std::move(http), secret));
  if (!url) return url.error();
  return EnvironmentVariables{{"IDENTITY_ENDPOINT", *url + "/metadata/identity/oauth2/token"},
                              {"IDENTITY_HEADER", secret},
                              {"IDENTITY_SERVER_THUMBPRINT", thumbprint}};
}

// As in managed clusters and containers: no TLS, so there is no thumbprint.
Result<EnvironmentVariables> SourceServers::PlayServiceFabricInHttp() {
  const std::string secret = NewSecret();
  const auto url = Run(ServiceFabricProtocol(), Options(surroundings_.http(), secret));
  if (!url) return url.error();
  return EnvironmentVariables{{"IDENTITY_ENDPOINT", *url + "/metadata/identity/oauth2/token"},
                              {"IDENTITY_HEADER", secret}};
}

Result<EnvironmentVariables> SourceServers::PlayWorkload() {
  federated_ = std::make_unique<FederatedToken>();
  auto written = RotateFederatedToken();
  if (!written) return written.error();
  auto started = StartWorkloadServer({surroundings_.https(), surroundings_.entra_url, surroundings_.tenant_id,
                                      surroundings_.identities, surroundings_.token_lifetime,
                                      surroundings_.signer, federated_.get()});
  if (!started) return started.error();
  servers_.push_back(*std::move(started));
  // A pod gets a user-assigned identity. A host without one uses its first identity.
  const auto identities = surroundings_.identities();
  const auto given = std::find_if(identities.begin(), identities.end(),
                                  [](const EmulatedIdentity& each) { return !each.system_assigned; });
  return EnvironmentVariables{
      {"AZURE_AUTHORITY_HOST", servers_.back()->url() + "/"},
      {"AZURE_CLIENT_ID", (given == identities.end() ? identities.front() : *given).client_id},
      {"AZURE_FEDERATED_TOKEN_FILE", federated_->path()},
      {"AZURE_TENANT_ID", surroundings_.tenant_id}};
}

Result<void> SourceServers::RotateFederatedToken() {
  if (!federated_) return Error(ErrorCode::kInvalidRequest, "the source workload does not run");
  return federated_->Rotate(surroundings_.http().now());
}

}  // namespace msiv2::emulator
