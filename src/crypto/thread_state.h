// OpenSSL's state for each thread.
#pragma once

#include <openssl/crypto.h>

namespace msiv2::crypto {

/// FreeWithThread frees OpenSSL's state for the calling thread when the thread ends. A static OpenSSL on
/// Windows does not notice when threads end. Their random number generators would stay in the secure heap,
/// next to the in-memory keys. Once the heap is full, every handshake of the process would fail. Call this
/// before work that needs random numbers.
inline void FreeWithThread() {
  struct State {
    ~State() { OPENSSL_thread_stop(); }
  };
  static thread_local const State state;
  static_cast<void>(state);
}

}  // namespace msiv2::crypto
