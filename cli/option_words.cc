#include "cli/option_words.h"

namespace msiv2::cli {

std::string_view FlagOf(Option option) noexcept {
  switch (option) {
    case Option::kResource:
      return "--resource";
    case Option::kMtlsProofOfPossession:
      return "--mtls-pop";
    case Option::kWithAttestationSupport:
      return "--attestation";
    case Option::kAllowUnattested:
      return "--allow-unattested";
    case Option::kRequestOverMtls:
      return "--request-over-mtls";
    case Option::kMinimumStrength:
      return "--minimum-strength";
    case Option::kClaims:
      return "--claims";
    case Option::kImdsBaseUrl:
      return "--imds-base";
    case Option::kAllowWorkloadIdentity:
      return "--workload-identity";
    case Option::kTrustAnchorsFile:
      return "--trust-anchors";
    case Option::kRejectedTokenSha256:
    case Option::kAllowInsecureImdsBase:
    case Option::kTrustAnchorsPem:
    case Option::kMaxPendingCalls:
    case Option::kAttestationLibrary:
      break;
  }
  return "";
}

std::string InFlags(std::string_view text, const std::vector<NamedOption>& named) {
  return Reword(text, named, FlagOf);
}

}  // namespace msiv2::cli
