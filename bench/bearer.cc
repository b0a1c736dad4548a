// msiv2_bearer ENDPOINT FIGURE...: measures bearer tokens of msiv2 (figures.h). ENDPOINT is a token server in
// the form of App Service.
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>

#include "bench/figures.h"
#include "msiv2/client.h"

namespace {

class Msiv2 {
 public:
  void NewClient() {
    msiv2::ClientOptions options;
    options.cache_scope = msiv2::CacheScope::Private();
    client_.reset();
    client_.emplace(msiv2::ManagedIdentityClient::Create(std::move(options)).value());
  }
  std::size_t Token() { return client_->AcquireToken(request_).value()->secret.size(); }
  std::size_t NetworkToken() { return client_->AcquireToken(forced_).value()->secret.size(); }

 private:
  std::optional<msiv2::ManagedIdentityClient> client_;
  const msiv2::TokenRequest request_{.resource = "https://management.azure.com"};
  const msiv2::TokenRequest forced_{.resource = "https://management.azure.com", .force_refresh = true};
};

}  // namespace

int main(int argc, char** argv) {
  const auto started = msiv2::bench::Clock::now();
  if (argc < 3) {
    std::fputs("Usage: msiv2_bearer ENDPOINT FIGURE...\n", stderr);
    return 2;
  }
  ::setenv("IDENTITY_ENDPOINT", argv[1], 1);
  ::setenv("IDENTITY_HEADER", "secret", 1);
  Msiv2 library;
  return msiv2::bench::PrintFigures(library, started, argc - 2, argv + 2);
}
