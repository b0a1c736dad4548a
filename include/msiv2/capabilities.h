// What this host can do: which source its identity comes from, and whether proof of possession works.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "msiv2/error.h"
#include "msiv2/key.h"
#include "msiv2/source.h"

namespace msiv2 {

/// ManagedIdentitySource is where the tokens of this host's managed identity come from.
enum class ManagedIdentitySource {
  kUnknown,  ///< not known: IMDS gave no clear answer, or was not asked
  kImdsV2,   ///< an IMDS with MSI v2
  kImdsV1,   ///< an IMDS with MSI v1 only
  kOther,    ///< not IMDS: App Service, Service Fabric, Machine Learning, Cloud Shell or Azure Arc
};

/// Name returns "unknown", "imds_v2", "imds_v1" or "other". The view is static.
std::string_view Name(ManagedIdentitySource source) noexcept;

/// HostSecurity is the `securityProfile.securityType` of the host's compute metadata.
enum class HostSecurity { kUnknown, kStandard, kTrustedLaunch, kConfidentialVm };

/// Name returns "unknown", "standard", "trusted_launch" or "confidential_vm". The view is static.
std::string_view Name(HostSecurity security) noexcept;

/// CapabilityReason says why proof of possession does not work, or is weaker than it could be.
struct CapabilityReason {
  ErrorCode code;    ///< the error that a request would return; Name(code) is its wire name
  std::string text;  ///< the cause, one or two sentences, no secret
  std::string cure;  ///< what to do about it
};

/// Capabilities is what a host can do, as far as is known without creating a key.
struct Capabilities {
  ManagedIdentitySource source = ManagedIdentitySource::kUnknown;
  HostSecurity host_security = HostSecurity::kUnknown;

  /// The strongest key that this host could bind tokens to if nothing else prevented it. It is the best tier
  /// of the client's key providers that the facts about the host do not rule out. kNone if the source is
  /// kOther.
  KeyTier could_bind = KeyTier::kNone;
  /// Whether `could_bind` is real. A KeyGuard key of a provider that is not built in can only be emulated.
  KeyOrigin origin = KeyOrigin::kPlatform;

  /// True if a request for an mtls_pop token can succeed now, with the strength below.
  bool pop_available = false;
  /// The highest strength that a bound token of this host can have now. kNone if and only if `pop_available`
  /// is false. It is the highest value that `TokenRequest::minimum_strength` can ask for.
  KeyTier strength = KeyTier::kNone;

  /// Where bearer tokens (MSI v1) come from. nullopt if this host has no managed identity: no source is
  /// found, no setting names the address of IMDS, and at that address the connection fails or another service
  /// refuses.
  std::optional<MsiSource> bearer_source;
  /// Whether that source is there. kFound if IMDS answered, or if this host names another source, which is
  /// not asked. kPossible if IMDS gave no clear answer, or was neither asked nor named. kAbsent if there is
  /// no source.
  SourceState identity_here = SourceState::kPossible;

  /// Why `pop_available` is false or `could_bind` is below KeyGuard, most specific first. Empty if there is
  /// nothing to report.
  std::vector<CapabilityReason> reasons;
};

}  // namespace msiv2
