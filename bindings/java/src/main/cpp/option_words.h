// What Java programs call the options of the library: the methods of builders that set them.
#ifndef MSIV2_JAVA_OPTION_WORDS_H_
#define MSIV2_JAVA_OPTION_WORDS_H_

#include <cstdint>

#include "bindings/c/msiv2.h"

namespace msiv2_jni {

/// JavaWordOf returns the method that sets the option `about` (an msiv2_about), for example
/// "allowUnattested", or
/// "" if Java has none. Static.
inline const char* JavaWordOf(std::int32_t about) {
  switch (about) {
    case MSIV2_ABOUT_RESOURCE:
      return "resource";
    case MSIV2_ABOUT_MTLS_POP:
      return "mtlsProofOfPossession";
    case MSIV2_ABOUT_ATTESTATION:
      return "withAttestationSupport";
    case MSIV2_ABOUT_ALLOW_UNATTESTED:
      return "allowUnattested";
    case MSIV2_ABOUT_OVER_MTLS:
      return "requestOverMtls";
    case MSIV2_ABOUT_MINIMUM_STRENGTH:
      return "minimumStrength";
    case MSIV2_ABOUT_CLAIMS:
      return "claims";
    case MSIV2_ABOUT_REJECTED_TOKEN_SHA256:
      return "rejectedTokenSha256";
    case MSIV2_ABOUT_IMDS_BASE_URL:
      return "imdsBaseUrl";
    case MSIV2_ABOUT_ALLOW_INSECURE_IMDS_BASE:
      return "allowInsecureImdsBaseUrl";
    case MSIV2_ABOUT_ALLOW_WORKLOAD_IDENTITY:
      return "allowWorkloadIdentity";
    case MSIV2_ABOUT_TRUST_ANCHORS_PEM:
      return "trustAnchorsPem";
    case MSIV2_ABOUT_TRUST_ANCHORS_FILE:
      return "trustAnchorsFile";
    case MSIV2_ABOUT_ATTESTATION_LIBRARY:
      return "attestationLibrary";
    default:
      return "";
  }
}

}  // namespace msiv2_jni

#endif  // MSIV2_JAVA_OPTION_WORDS_H_
