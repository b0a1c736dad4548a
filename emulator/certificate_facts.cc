#include "emulator/certificate_facts.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "emulator/base64.h"
#include "emulator/openssl_handles.h"

namespace msiv2::emulator {
namespace {

char Lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

}  // namespace

std::string Thumbprint(X509* certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  Require(X509_digest(certificate, EVP_sha256(), digest.data(), &size) == 1, "a certificate's SHA-256");
  return EncodeBase64Url(std::string_view(reinterpret_cast<const char*>(digest.data()), size));
}

std::string Sha1Thumbprint(X509* certificate) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  Require(X509_digest(certificate, EVP_sha1(), digest.data(), &size) == 1, "a certificate's SHA-1");
  std::string hex;
  for (unsigned int i = 0; i < size; ++i) {
    hex += kHex[digest[i] >> 4U];
    hex += kHex[digest[i] & 0x0FU];
  }
  return hex;
}

std::string CommonName(X509* certificate) {
  X509_NAME* subject = X509_get_subject_name(certificate);
  const int index = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (index < 0) return {};
  const ASN1_STRING* value = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, index));
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(value)),
          static_cast<std::size_t>(ASN1_STRING_length(value))};
}

bool SameIdentifier(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return Lower(x) == Lower(y); });
}

}  // namespace msiv2::emulator
