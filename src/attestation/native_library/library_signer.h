// Whether the signer of a file is Microsoft: the decision alone, from facts that the system found.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace msiv2::attestation {

/// SignerFacts are what the system says of the certificate that signed a file. The signature itself is valid.
struct SignerFacts {
  std::u16string organisation;          ///< O of the subject, whole; empty: none
  std::u16string common_name;           ///< CN of the subject, whole; empty: none
  bool is_for_code_signing = false;     ///< its extended key usages name code signing
  bool ends_in_microsoft_root = false;  ///< the chain passes the policy for Microsoft's own roots
};

/// WhyNotMicrosoft returns why the signer does not count as Microsoft, in words for people; nothing where it
/// does. The organisation alone does not do: Microsoft has certificates of that organisation for what others
/// wrote ("Microsoft 3rd Party Application Component") and for other uses than programs.
std::optional<std::string_view> WhyNotMicrosoft(const SignerFacts& signer);

}  // namespace msiv2::attestation
