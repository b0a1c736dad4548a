// What a host says about its managed identity, read once for a decision.
#pragma once

#include <string>

#include "base/known_secrets.h"
#include "msiv2/options.h"
#include "msiv2/secret.h"
#include "msiv2/source.h"

namespace msiv2::v1 {

/// HostEnvironment holds the variables and files by which the sources are detected. A variable that is not
/// set is empty.
struct HostEnvironment {
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
  std::string arc_key_folder;              // where its challenge files would be
  SourceState azure_machine = SourceState::kPossible;  // what the firmware says
};

/// ReadHostEnvironment reads the variables. `azure_machine` is left at kPossible.
HostEnvironment ReadHostEnvironment(const ClientOptions& options, const EnvironmentReader& environment);

/// HasArcAgent looks whether the agent of Azure Arc is installed. On most hosts a variable names the source,
/// and the file does not matter.
bool HasArcAgent(const HostEnvironment& host);

/// AddSecretsOf adds the secrets that the variables hold, whatever source they belong to.
void AddSecretsOf(const HostEnvironment& host, KnownSecrets& secrets);

/// Firmware is what the chassis asset tag says of this machine.
struct Firmware {
  SourceState azure_machine = SourceState::kPossible;  ///< by JudgeAssetTag
  bool readable = true;  ///< false: every machine has a tag, and it could not be read (Windows)
};

/// FirmwareOfHost returns what the firmware says. It is read once in a process.
const Firmware& FirmwareOfHost();
/// ReadFirmware reads the firmware: a small file, or a table of Windows.
Firmware ReadFirmware();

/// JudgeAssetTag judges the chassis asset tag: kFound for that of Azure's machines, kAbsent for that of
/// Amazon's. Any other tag, or none, gives kPossible.
SourceState JudgeAssetTag(std::string_view tag);

}  // namespace msiv2::v1
