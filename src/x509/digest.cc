#include "x509/digest.h"

#include <openssl/evp.h>

#include <cstdlib>

#include "base/base64.h"
#include "base/hex.h"
#include "x509/openssl_handles.h"

namespace msiv2::x509 {

Sha256Digest Sha256(ByteView bytes) {
  ErrorQueueScope errors;
  Sha256Digest digest;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr) != 1)
    std::abort();
  return digest;
}

std::string Sha256Hex(ByteView bytes) { return HexEncode(Sha256(bytes)); }

std::string X5tS256(ByteView der) { return Base64UrlEncode(Sha256(der)); }

}  // namespace msiv2::x509
