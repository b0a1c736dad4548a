#include "msiv2/secret.h"

#include <utility>

namespace msiv2 {

void SecureWipe(std::string& text) noexcept {
  text.resize(text.capacity());  // never reallocates: the unused tail may hold secret bytes too
  volatile char* bytes = text.data();
  for (std::size_t i = 0; i < text.size(); ++i) bytes[i] = 0;
  text.clear();
}

SecretString::SecretString(std::string text) : text_(text) { SecureWipe(text); }

SecretString::SecretString(SecretString&& other) noexcept {
  text_.swap(other.text_);  // short text stays behind in the other's own buffer: wipe it
  SecureWipe(other.text_);
}

SecretString& SecretString::operator=(const SecretString& other) {
  if (this == &other) return *this;
  SecureWipe(text_);
  text_ = other.text_;
  return *this;
}

SecretString& SecretString::operator=(SecretString&& other) noexcept {
  if (this == &other) return *this;
  SecureWipe(text_);
  text_.swap(other.text_);
  SecureWipe(other.text_);
  return *this;
}

SecretString::~SecretString() { SecureWipe(text_); }

bool operator==(const SecretString& a, const SecretString& b) noexcept {
  if (a.size() != b.size()) return false;
  unsigned char difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference = static_cast<unsigned char>(difference | (a.text_[i] ^ b.text_[i]));
  }
  return difference == 0;
}

}  // namespace msiv2
