// The floor: the bare work of a cold acquisition on raw OpenSSL and libcurl, with no checks, no policy and
// no error handling beyond stopping.
#pragma once

#include <string>

#include "emulator/emulator.h"

namespace msiv2::bench {

/// Floor does the bare work against one emulator: two HTTP exchanges, one TLS handshake with a client
/// certificate, one POST. Its certificate and key are created once, outside the measurement.
class Floor {
 public:
  explicit Floor(const emulator::Endpoints& endpoints);
  /// GenerateKey creates an RSA-2048 key and discards it.
  static void GenerateKey();
  /// Acquire does the two exchanges, the handshake and the POST. It returns the length of the token answer.
  std::size_t Acquire() const;

 private:
  emulator::Endpoints endpoints_;
  std::string key_pem_;
  std::string certificate_pem_;
  std::string credential_body_;
};

}  // namespace msiv2::bench
