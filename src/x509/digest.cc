#include "x509/digest.h"

#include <openssl/evp.h>

#include <cstdlib>

#include "base/base64.h"
#include "x509/openssl_handles.h"

namespace msiv2::x509 {

Sha256Digest Sha256(ByteView bytes) {
  ErrorQueueScope errors;
  Sha256Digest digest;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr) != 1)
    std::abort();
  return digest;
}

std::string Sha256Hex(ByteView bytes) {
  constexpr char kHexDigits[] = "0123456789abcdef";
  std::string hex;
  for (const std::uint8_t byte : Sha256(bytes)) {
    hex += kHexDigits[byte >> 4];
    hex += kHexDigits[byte & 0x0f];
  }
  return hex;
}

std::string X5tS256(ByteView der) { return Base64UrlEncode(Sha256(der)); }

}  // namespace msiv2::x509
