// What a host says about its managed identity: a snapshot, read once for a decision.
#pragma once

#include <string>

#include "base/known_secrets.h"
#include "msiv2/options.h"
#include "msiv2/secret.h"
#include "msiv2/source.h"

namespace msiv2::v1 {

/// Surroundings are the variables and files that the sources are detected by. A variable that is not set is
/// empty.
struct Surroundings {
  std::string identity_endpoint;           // IDENTITY_ENDPOINT
  SecretString identity_header;            // IDENTITY_HEADER
  std::string identity_server_thumbprint;  // IDENTITY_SERVER_THUMBPRINT
  std::string imds_endpoint;               // IMDS_ENDPOINT
  std::string msi_endpoint;                // MSI_ENDPOINT
  SecretString msi_secret;                 // MSI_SECRET
  std::string default_identity_client_id;  // DEFAULT_IDENTITY_CLIENT_ID
  std::string website_site_name;           // WEBSITE_SITE_NAME
  std::string federated_token_file;        // AZURE_FEDERATED_TOKEN_FILE
  std::string client_id;                   // AZURE_CLIENT_ID
  std::string tenant_id;                   // AZURE_TENANT_ID
  std::string authority_host;              // AZURE_AUTHORITY_HOST
  std::string imds_base;                   // of the options, else AZURE_POD_IDENTITY_AUTHORITY_HOST
  std::string arc_agent_file;              // where the agent of Azure Arc would be
  bool arc_agent_installed = false;
  std::string arc_key_folder;                          // where its challenge files would be
  SourceState azure_machine = SourceState::kPossible;  // what the firmware says
};

/// ReadSurroundings reads the variables, and looks whether the agent of Azure Arc is installed.
/// `azure_machine` is left at kPossible.
Surroundings ReadSurroundings(const ClientOptions& options, const EnvironmentReader& environment);

/// AddSecretsOf adds the secrets that the variables hold, of whatever source they are.
void AddSecretsOf(const Surroundings& host, KnownSecrets& secrets);

/// AzureMachine tells whether the firmware says that this is a machine of Azure: kPossible where it cannot be
/// asked. One small file is read.
SourceState AzureMachine();

/// JudgeAssetTag reads the chassis asset tag: that of Azure's machines is kFound, of Amazon's kAbsent;
/// another one, or none, says nothing.
SourceState JudgeAssetTag(std::string_view tag);

}  // namespace msiv2::v1
