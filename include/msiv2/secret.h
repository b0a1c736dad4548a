// SecretString: text that must not be disclosed.
#pragma once

#include <string>
#include <string_view>

#include "msiv2/cxx20.h"

namespace msiv2 {

/// SecretString holds a token or an attestation JWT. It has no stream operator and no implicit
/// conversion, compares in constant time, and overwrites its memory when it is destroyed or assigned.
///
/// Threads: like std::string. Copies are allowed and each wipes itself.
class SecretString {
 public:
  SecretString() = default;
  explicit SecretString(std::string text);
  SecretString(const SecretString& other) = default;
  SecretString(SecretString&& other) noexcept;
  SecretString& operator=(const SecretString& other);
  SecretString& operator=(SecretString&& other) noexcept;
  ~SecretString();

  /// Reveal returns the text. Every use of a secret goes through this name, so `grep Reveal` finds them all.
  /// The view lives until this object is changed or destroyed.
  std::string_view Reveal() const noexcept { return text_; }

  bool empty() const noexcept { return text_.empty(); }
  std::size_t size() const noexcept { return text_.size(); }

  /// operator== compares in time that depends on the lengths only.
  friend bool operator==(const SecretString& a, const SecretString& b) noexcept;

 private:
  std::string text_;
};

/// SecureWipe overwrites `text` with writes that the compiler cannot remove, then empties it.
void SecureWipe(std::string& text) noexcept;

}  // namespace msiv2
