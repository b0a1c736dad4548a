#include "msiv2/secret.h"

#include "model/wipe_bytes.h"

namespace msiv2 {

void SecureWipe(std::string& text) noexcept {
  text.resize(text.capacity());  // never reallocates: the unused tail may hold secret bytes too
  WipeBytes(text.data(), text.size());
  text.clear();
}

// Short text stays behind in the buffer of the string that it is taken from: that is wiped. An empty
// SecretString needs no wiping, because whatever empties one wipes it.

SecretString::SecretString(std::string text) {
  if (!text.empty()) text_.swap(text);
  SecureWipe(text);
}

SecretString::SecretString(SecretString&& other) noexcept {
  if (other.empty()) return;
  text_.swap(other.text_);
  SecureWipe(other.text_);
}

SecretString& SecretString::operator=(const SecretString& other) {
  if (this == &other) return *this;
  if (!empty()) SecureWipe(text_);
  text_ = other.text_;
  return *this;
}

SecretString& SecretString::operator=(SecretString&& other) noexcept {
  if (this == &other) return *this;
  if (!empty()) SecureWipe(text_);
  if (other.empty()) return *this;
  text_.swap(other.text_);
  SecureWipe(other.text_);
  return *this;
}

SecretString::~SecretString() {
  if (!empty()) SecureWipe(text_);
}

bool operator==(const SecretString& a, const SecretString& b) noexcept {
  if (a.size() != b.size()) return false;
  unsigned char difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference = static_cast<unsigned char>(difference | (a.text_[i] ^ b.text_[i]));
  }
  return difference == 0;
}

}  // namespace msiv2
