// OpenSSL's random generators lie in its locked arena, which LeakSanitizer does not scan, and OpenSSL frees
// them only after LeakSanitizer has looked. Freeing them at exit, before that, leaves it the true leaks
// alone.
#include <openssl/crypto.h>

#include <cstdlib>

namespace {
[[maybe_unused]] const int registered = std::atexit(OPENSSL_cleanup);
}
