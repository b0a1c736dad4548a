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

/// ImdsVersion says which MSI version the IMDS of this host offers.
enum class ImdsVersion {
  kUnknown,  ///< not known: IMDS gave no clear answer, or was not asked
  kV2,       ///< an IMDS with MSI v2
  kV1,       ///< an IMDS with MSI v1 only
  kOther,    ///< the identity is not from IMDS: App Service, Service Fabric, Machine Learning, Cloud Shell,
             ///< Azure Arc or Kubernetes workload identity
};

/// Name returns "unknown", "imds_v2", "imds_v1" or "other". The view is static.
std::string_view Name(ImdsVersion version) noexcept;

/// HostSecurity is the `securityProfile.securityType` of the host's compute metadata.
enum class HostSecurity { kUnknown, kStandard, kTrustedLaunch, kConfidentialVm };

/// Name returns "unknown", "standard", "trusted_launch" or "confidential_vm". The view is static.
std::string_view Name(HostSecurity security) noexcept;

/// CapabilityReason says why proof of possession does not work, or is weaker than it could be.
struct CapabilityReason {
  ErrorCode code;    ///< the error that a request would return; Name(code) is its wire name
  std::string text;  ///< the cause, one or two sentences, no secret
  std::string cure;  ///< what to do about it
  std::vector<NamedOption> named_in_text{};  ///< where `text` names options
  std::vector<NamedOption> named_in_cure{};  ///< where `cure` names options
};

/// Capabilities is what a host can do, as far as is known without creating a key.
struct Capabilities {
  ImdsVersion imds_version = ImdsVersion::kUnknown;
  HostSecurity host_security = HostSecurity::kUnknown;

  /// The strongest key that this host could bind tokens to if nothing else prevented it. It is the best
  /// strength of the client's key providers that the facts about the host do not rule out. kNone if
  /// `imds_version` is kOther.
  KeyStrength could_bind = KeyStrength::kNone;
  /// Whether `could_bind` is real. A KeyGuard key of a provider that is not built in can only be emulated.
  KeyOrigin origin = KeyOrigin::kPlatform;

  /// True if a request for an mtls_pop token can succeed now, with the strength below.
  bool pop_available = false;
  /// The highest strength that a bound token of this host can have now. kNone if and only if `pop_available`
  /// is false. It is the highest value that `TokenRequest::minimum_strength` can ask for.
  KeyStrength strength = KeyStrength::kNone;

  /// Where bearer tokens (MSI v1) come from. It is nullopt if this host has no managed identity. That is so
  /// if all of these hold:
  /// - no source is found;
  /// - no setting names the address of IMDS;
  /// - at that address the connection fails, or another service refuses.
  std::optional<IdentitySource> bearer_source;
  /// Whether that source is there:
  /// - kFound: IMDS answered, or this host names a source that was not asked;
  /// - kPossible: IMDS gave no clear answer, or was neither asked nor named;
  /// - kAbsent: there is no source, or variables of `bearer_source` are missing, so no token
  /// is available there.
  SourceState identity_here = SourceState::kPossible;

  /// Why `pop_available` is false or `could_bind` is below KeyGuard, most specific first. Empty if there is
  /// nothing to report.
  std::vector<CapabilityReason> reasons;
};

}  // namespace msiv2
