#include "tests/process/token_memory/given_back.h"

#include <dlfcn.h>
#include <malloc.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "tests/process/token_memory/jwt_scan.h"

namespace msiv2 {

using Counter = std::atomic<std::size_t>;

// Not inlined, so that a debugger can break here.
__attribute__((noinline)) void NoteJwtGivenBack(Counter& counter) { ++counter; }

namespace {

Counter blocks, requests_of_libcurl;

void LookAndWipe(void* memory) {
  const std::string_view block(static_cast<const char*>(memory), malloc_usable_size(memory));
  if (!HoldsJwt(block)) return;
  NoteJwtGivenBack(block.find("\r\nHost: ") == std::string_view::npos ? blocks : requests_of_libcurl);
  OPENSSL_cleanse(memory, block.size());
}

}  // namespace

JwtsGivenBack CountJwtsGivenBack() noexcept { return {blocks, requests_of_libcurl}; }

}  // namespace msiv2

extern "C" {

// Replace those of the C library: the linker prefers the program's own.
void free(void* memory) noexcept {
  static const auto next = reinterpret_cast<void (*)(void*)>(dlsym(RTLD_NEXT, "free"));
  if (memory == nullptr) return;
  msiv2::LookAndWipe(memory);
  next(memory);
}

// A block that is moved is checked like any freed block.
void* realloc(void* memory, std::size_t size) noexcept {
  void* const other = std::malloc(size);
  if (other == nullptr || memory == nullptr) return other;
  std::memcpy(other, memory, std::min(size, malloc_usable_size(memory)));
  free(memory);
  return other;
}
}
