// What OpenSSL keeps for each thread.
#pragma once

#include <openssl/crypto.h>

namespace msiv2::tls {

/// FreeWithThread has what OpenSSL keeps for the calling thread freed when the thread ends. A static OpenSSL
/// on Windows does not see threads end: their random number generators would stay in the secure heap, beside
/// the in-memory keys, until it is full and every handshake of the process fails. To be called before work
/// that needs random numbers.
inline void FreeWithThread() {
  struct State {
    ~State() { OPENSSL_thread_stop(); }
  };
  static thread_local const State state;
  static_cast<void>(state);
}

}  // namespace msiv2::tls
