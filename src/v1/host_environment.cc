#include "v1/host_environment.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "base/ascii.h"
#include "base/environment.h"
#include "v1/arc_files.h"

namespace msiv2::v1 {
namespace {

// The chassis asset tag of every Azure virtual machine.
constexpr std::string_view kAzureAssetTag = "7783-7084-3265-9085-8269-3286-77";
constexpr std::string_view kAmazonAssetTag = "Amazon EC2";

}  // namespace

HostEnvironment ReadHostEnvironment(const ClientOptions& options, const EnvironmentReader& environment) {
  const auto read = [&](const char* name) { return environment(name).value_or(""); };
  HostEnvironment found;
  found.identity_endpoint = read("IDENTITY_ENDPOINT");
  found.identity_header = SecretString(read("IDENTITY_HEADER"));
  found.identity_server_thumbprint = read("IDENTITY_SERVER_THUMBPRINT");
  found.imds_endpoint = read("IMDS_ENDPOINT");
  found.msi_endpoint = read("MSI_ENDPOINT");
  found.msi_secret = SecretString(read("MSI_SECRET"));
  found.default_identity_client_id = read("DEFAULT_IDENTITY_CLIENT_ID");
  found.website_site_name = read("WEBSITE_SITE_NAME");
  found.federated_token_file = read("AZURE_FEDERATED_TOKEN_FILE");
  found.client_id = read("AZURE_CLIENT_ID");
  found.tenant_id = read("AZURE_TENANT_ID");
  found.authority_host = read("AZURE_AUTHORITY_HOST");
  found.imds_base = options.imds_base_url.empty() ? read(kImdsHostVariable) : options.imds_base_url;
  ArcFiles arc = ArcFilesOf(environment);
  found.arc_agent_file = std::move(arc.agent);
  found.arc_key_folder = std::move(arc.key_folder);
  return found;
}

bool HasArcAgent(const HostEnvironment& host) {
  std::error_code none;  // a file that cannot be examined counts as absent
  return !host.arc_agent_file.empty() && std::filesystem::exists(host.arc_agent_file, none);
}

void AddSecretsOf(const HostEnvironment& host, KnownSecrets& secrets) {
  secrets.Add(Trim(host.identity_header.Reveal()));
  secrets.Add(Trim(host.msi_secret.Reveal()));
}

const Firmware& FirmwareOfHost() {
  static const Firmware firmware = ReadFirmware();
  return firmware;
}

SourceState JudgeAssetTag(std::string_view tag) {
  tag = Trim(tag);
  if (tag == kAzureAssetTag) return SourceState::kFound;
  // Any other tag may come from a hypervisor, or from a person. A token may still be available there.
  return tag == kAmazonAssetTag ? SourceState::kAbsent : SourceState::kPossible;
}

}  // namespace msiv2::v1
