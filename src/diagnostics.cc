#include "msiv2/diagnostics.h"

#include "x509/csr.h"
#include "x509/pem.h"

namespace msiv2 {

Result<std::vector<std::uint8_t>> BuildCsrDer(const CsrInput& input, const SigningKey& key) {
  return x509::BuildCsr({input.client_id, input.tenant_id, CuId{input.vm_id, input.vmss_id}}, key);
}

std::string CsrPem(const std::vector<std::uint8_t>& der) { return x509::CsrPem(der); }

}  // namespace msiv2
