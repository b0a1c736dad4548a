#include "tls/openssl/openssl_error.h"

#include <openssl/err.h>

#include "base/foreign_text.h"

namespace msiv2::tls {

std::string TakeOpensslErrors() {
  const unsigned long code = ERR_peek_last_error();
  ERR_clear_error();
  if (code == 0) return "no detail from OpenSSL";
  char text[256];
  ERR_error_string_n(code, text, sizeof text);
  return ForeignText(text);
}

}  // namespace msiv2::tls
