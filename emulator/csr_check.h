// The emulated IMDS checks a CSR as strictly as the real IMDS does.
#pragma once

#include <string>
#include <string_view>

#include "emulator/openssl_handles.h"

namespace msiv2::emulator {

/// CsrExpectation is what the platform metadata told the caller.
struct CsrExpectation {
  std::string tenant_id;
  std::string client_id;
  std::string vm_id;    ///< empty: not a member of the host's cuId
  std::string vmss_id;  ///< likewise
};

/// CsrVerdict holds the CSR's public key, or why the CSR is refused.
struct CsrVerdict {
  KeyHandle key;        ///< null when refused
  std::string refusal;  ///< one sentence; empty when accepted
};

/// CheckCsr checks a PKCS#10 request (RFC 2986) in DER against the rules of MSI v2:
///   - version 0;
///   - subject exactly DC (IA5String, tenant) then CN (PrintableString, client);
///   - an RSA-2048 key with NULL parameters;
///   - one attribute 1.3.6.1.4.1.311.90.2.10 with one UTF8String, the compact cuId JSON of this host;
///   - RSASSA-PSS with SHA-256, MGF1-SHA-256, salt 32 and the exact identifier of the spec, without NULL
///     parameters and without a trailer field;
///   - a signature that verifies.
CsrVerdict CheckCsr(std::string_view der, const CsrExpectation& expected);

/// CuIdJson returns the compact JSON `{"vmId":...,"vmssId":...}` without empty members.
std::string CuIdJson(const std::string& vm_id, const std::string& vmss_id);

}  // namespace msiv2::emulator
