#include "x509/thumbprint.h"

#include "base/base64.h"
#include "crypto/digest.h"

namespace msiv2::x509 {

std::string X5tS256(ByteView der) { return Base64UrlEncode(crypto::Sha256(der)); }

}  // namespace msiv2::x509
