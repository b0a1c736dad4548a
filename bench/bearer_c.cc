// msiv2_bearer_c ENDPOINT FIGURE...: msiv2_bearer through the C interface. Each call frees its token.
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "bench/figures.h"
#include "bindings/c/msiv2.h"

namespace {

[[noreturn]] void Stop(const msiv2_error* error) {
  std::fprintf(stderr, "bearer_c: %s\n", msiv2_error_text(error, MSIV2_ERROR_LINE));
  std::exit(1);
}

class CInterface {
 public:
  CInterface() : request_(NewRequest(0)), forced_(NewRequest(1)) {}
  CInterface(const CInterface&) = delete;
  CInterface& operator=(const CInterface&) = delete;
  ~CInterface() {
    msiv2_client_free(client_);
    msiv2_request_free(request_);
    msiv2_request_free(forced_);
  }

  void NewClient() {
    msiv2_error* error = nullptr;
    msiv2_options* options = nullptr;
    msiv2_client_free(client_);
    if (msiv2_options_new(&options, &error) != MSIV2_OK ||
        msiv2_options_set_number(options, MSIV2_OPTION_PRIVATE_CACHE, 1, &error) != MSIV2_OK ||
        msiv2_client_new(options, &client_, &error) != MSIV2_OK) {
      Stop(error);
    }
    msiv2_options_free(options);
  }
  [[gnu::always_inline]] std::size_t Token() { return Acquire(request_); }
  std::size_t NetworkToken() { return Acquire(forced_); }

 private:
  static msiv2_request* NewRequest(int forced) {
    msiv2_error* error = nullptr;
    msiv2_request* request = nullptr;
    if (msiv2_request_new("https://management.azure.com", &request, &error) != MSIV2_OK ||
        msiv2_request_set_number(request, MSIV2_REQUEST_FORCE_REFRESH, forced, &error) != MSIV2_OK) {
      Stop(error);
    }
    return request;
  }
  std::size_t Acquire(const msiv2_request* request) {
    msiv2_token* token = nullptr;
    msiv2_error* error = nullptr;
    if (msiv2_client_acquire(client_, request, 0, nullptr, &token, &error) != MSIV2_OK) Stop(error);
    msiv2_token_free(token);
    return 1;  // a token has no length here
  }

  msiv2_client* client_ = nullptr;
  msiv2_request* request_;
  msiv2_request* forced_;
};

}  // namespace

int main(int argc, char** argv) {
  const auto started = msiv2::bench::Clock::now();
  if (argc < 3) {
    std::fputs("Usage: msiv2_bearer_c ENDPOINT FIGURE...\n", stderr);
    return 2;
  }
  ::setenv("IDENTITY_ENDPOINT", argv[1], 1);
  ::setenv("IDENTITY_HEADER", "secret", 1);
  CInterface library;
  return msiv2::bench::PrintFigures(library, started, argc - 2, argv + 2);
}
