#include "attestation/native_library/library_signer.h"

namespace msiv2::attestation {

std::optional<std::string_view> WhyNotMicrosoft(const SignerFacts& signer) {
  constexpr std::u16string_view kMicrosoft = u"Microsoft Corporation";
  if (signer.organisation != kMicrosoft) return "the signature is valid, but the signer is not Microsoft";
  if (signer.common_name != kMicrosoft) {
    return "the signer is of Microsoft, but not the one that signs Microsoft's own libraries";
  }
  if (!signer.is_for_code_signing)
    return "the signer says Microsoft, but its certificate is not for programs";
  if (!signer.ends_in_microsoft_root) {
    return "the signer says Microsoft, but its certificates do not end in a root of Microsoft";
  }
  return std::nullopt;
}

}  // namespace msiv2::attestation
