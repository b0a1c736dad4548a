#include "crypto/errors.h"

#include <openssl/err.h>

#include "base/foreign_text.h"

namespace msiv2::crypto {

std::string TakeErrors() {
  const unsigned long code = ERR_peek_last_error();
  ERR_clear_error();
  if (code == 0) return "no detail from OpenSSL";
  char text[256];
  ERR_error_string_n(code, text, sizeof text);
  return ForeignText(text);
}

ErrorQueueScope::ErrorQueueScope() noexcept { ERR_set_mark(); }

ErrorQueueScope::~ErrorQueueScope() { ERR_pop_to_mark(); }

}  // namespace msiv2::crypto
