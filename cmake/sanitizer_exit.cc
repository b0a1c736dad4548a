// OpenSSL's random generators are in its locked arena, which LeakSanitizer does not scan. OpenSSL frees them
// only after LeakSanitizer has run. Freeing them at exit, before that, leaves only true leaks to report.
#include <openssl/crypto.h>

#include <cstdlib>

namespace {
[[maybe_unused]] const int registered = std::atexit(OPENSSL_cleanup);
}
