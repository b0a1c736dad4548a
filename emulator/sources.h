// The emulated MSI v1 sources, one file each: their protocols, and the servers that play them.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "emulator/arc_challenges.h"
#include "emulator/emulator.h"
#include "emulator/federated_token.h"
#include "emulator/http_server.h"
#include "emulator/source_server.h"

namespace msiv2::emulator {

/// AppServiceProtocol is App Service 2019-08-01: header X-IDENTITY-HEADER, every kind of identity.
SourceProtocol AppServiceProtocol();
/// AppService2017Protocol is App Service 2017-09-01: header secret, client ids as `clientid`, old dates.
SourceProtocol AppService2017Protocol();
/// MachineLearningProtocol is Azure Machine Learning: header secret, client ids as `clientid`.
SourceProtocol MachineLearningProtocol();
/// CloudShellProtocol is Cloud Shell: a POST form, no identity can be named.
SourceProtocol CloudShellProtocol();
/// ArcProtocol is Azure Arc: the caller must read a file first. `challenges` outlives the server.
SourceProtocol ArcProtocol(ArcChallenges& challenges);
/// ServiceFabricProtocol is Service Fabric: header Secret, object ids as `principalId`. The host caches
/// tokens until the caller names the hash of one that it wants to replace.
SourceProtocol ServiceFabricProtocol();

/// SourceSurroundings are what the sources need from the emulator. The functions outlive the servers.
struct SourceSurroundings {
  std::function<HttpServerOptions()> http;
  std::function<HttpServerOptions()> https;  ///< with a certificate of the emulator's authority
  std::function<std::vector<EmulatedIdentity>()> identities;
  std::string entra_url;
  std::string tenant_id;
  std::chrono::seconds token_lifetime{0};
  const JwtSigner* signer = nullptr;
  std::string imds_url;
  std::string arc_folder;  ///< empty: a new private folder
};

/// SourceServers runs the requested sources until it is destroyed, which also removes their files.
class SourceServers {
 public:
  explicit SourceServers(SourceSurroundings surroundings) : surroundings_(std::move(surroundings)) {}

  /// Start starts the source called `name`. Starting it again has no effect. Errors: `invalid_request`.
  Result<void> Start(const std::string& name);

  /// environment returns the variables that point a program at a source, by the source's name.
  const std::map<std::string, EnvironmentVariables>& environment() const noexcept { return environment_; }

  /// RotateFederatedToken writes another token to the workload's file. Errors: `invalid_request` if the
  /// source `workload` does not run, or its file cannot be written.
  Result<void> RotateFederatedToken();

 private:
  SourceOptions Options(HttpServerOptions http, std::string secret) const;
  Result<std::string> Run(SourceProtocol protocol, SourceOptions options);
  Result<EnvironmentVariables> Play(const std::string& name);
  Result<EnvironmentVariables> PlayArc();
  Result<EnvironmentVariables> PlayServiceFabric();
  Result<EnvironmentVariables> PlayServiceFabricInHttp();
  Result<EnvironmentVariables> PlayWorkload();

  SourceSurroundings surroundings_;
  std::map<std::string, EnvironmentVariables> environment_;
  std::unique_ptr<ArcChallenges> challenges_;
  std::unique_ptr<FederatedToken> federated_;
  std::vector<std::unique_ptr<HttpServer>> servers_;
};

}  // namespace msiv2::emulator
