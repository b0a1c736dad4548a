#include "tls/openssl/pem_text.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include "crypto/errors.h"

namespace msiv2::tls {

crypto::Handle<BIO> ReadPemText(std::string_view text) {
  return crypto::Handle<BIO>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

bool LastErrorIsEndOfPem() {
  const unsigned long code = ERR_peek_last_error();
  return ERR_GET_LIB(code) == ERR_LIB_PEM && ERR_GET_REASON(code) == PEM_R_NO_START_LINE;
}

std::string DamageOfPem(std::string_view text) {
  const std::string cause = crypto::TakeErrors();
  const crypto::Handle<BIO> reader = ReadPemText(text);
  int number = 1;
  while (crypto::Handle<X509>(PEM_read_bio_X509_AUX(reader.get(), nullptr, nullptr, nullptr)) != nullptr) {
    ++number;
  }
  const bool is_certificate = !LastErrorIsEndOfPem();
  ERR_clear_error();
  const std::string entry = is_certificate ? "certificate " + std::to_string(number) : "another entry";
  return entry + " is damaged: " + cause;
}

}  // namespace msiv2::tls
