#include "x509/pem.h"

#include "base/base64.h"
#include "msiv2/binding.h"

namespace msiv2 {
namespace x509 {
namespace {

constexpr std::size_t kLineLength = 64;  // RFC 7468 section 2

std::string Pem(const std::string& label, ByteView der) {
  const std::string base64 = Base64Encode(der);
  std::string pem = "-----BEGIN " + label + "-----\n";
  for (std::size_t start = 0; start < base64.size(); start += kLineLength) {
    pem.append(base64, start, kLineLength);
    pem += '\n';
  }
  return pem + "-----END " + label + "-----\n";
}

}  // namespace

std::string CertificatePem(ByteView der) { return Pem("CERTIFICATE", der); }

std::string CsrPem(ByteView der) { return Pem("CERTIFICATE REQUEST", der); }

}  // namespace x509

std::string BindingCertificate::leaf_pem() const { return x509::CertificatePem(leaf_der()); }

}  // namespace msiv2
