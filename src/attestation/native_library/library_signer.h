// Decides whether the signer of a file is Microsoft, from facts that the system supplies.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace msiv2::attestation {

/// SignerFacts holds what the system reports of the certificate that signed a file. The signature itself is
/// valid.
struct SignerFacts {
  std::u16string organisation;          ///< O of the subject, complete; empty: none
  std::u16string common_name;           ///< CN of the subject, complete; empty: none
  bool is_for_code_signing = false;     ///< the extended key usages include code signing
  bool ends_in_microsoft_root = false;  ///< the chain passes the policy for Microsoft's own roots
};

/// WhyNotMicrosoft returns a human-readable reason why the signer does not count as Microsoft, or nullopt if
/// it does. The organisation alone is not enough. Microsoft has certificates of that organisation for
/// software of others ("Microsoft 3rd Party Application Component") and for uses other than code signing.
std::optional<std::string_view> WhyNotMicrosoft(const SignerFacts& signer);

}  // namespace msiv2::attestation
