// msiv2_bound IMDS CA_FILE KEY_FILE FIGURE...: measures bound tokens of msiv2 (figures.h) against the
// emulator of msiv2_host. The key is read before the first measurement.
#include <cstdio>
#include <optional>
#include <string>
#include <utility>

#include "bench/figures.h"
#include "bench/fixed_key.h"
#include "msiv2/client.h"

namespace {

class Bound {
 public:
  explicit Bound(msiv2::ClientOptions options) : options_(std::move(options)) {}

  void NewClient() {
    options_.cache_scope = msiv2::CacheScope::Private();
    client_.reset();
    client_.emplace(msiv2::ManagedIdentityClient::Create(options_).value());
  }
  [[gnu::always_inline]] std::size_t Token() { return client_->AcquireToken(request_)->token->secret.size(); }
  std::size_t NetworkToken() { return Length(forced_); }

 private:
  std::size_t Length(const msiv2::TokenRequest& request) {
    const auto result = client_->AcquireToken(request);
    return result ? result->token->secret.size() : 0;
  }
  static msiv2::TokenRequest Request(bool force_refresh) {
    auto request = msiv2::TokenRequest::UnattestedPop("https://vault.azure.net");
    request.force_refresh = force_refresh;
    return request;
  }
  msiv2::ClientOptions options_;
  std::optional<msiv2::ManagedIdentityClient> client_;
  const msiv2::TokenRequest request_ = Request(false);
  const msiv2::TokenRequest forced_ = Request(true);
};

}  // namespace

int main(int argc, char** argv) {
  const auto started = msiv2::bench::Clock::now();
  if (argc < 5) {
    std::fputs("Usage: msiv2_bound IMDS CA_FILE KEY_FILE FIGURE...\n", stderr);
    return 2;
  }
  msiv2::ClientOptions options;
  options.imds_base_url = argv[1];
  options.tls.trust_anchors_file = argv[2];
  options.key_providers = {msiv2::bench::MakeFixedKeyProvider(argv[3])};
  Bound library(std::move(options));
  return msiv2::bench::PrintFigures(library, started, argc - 4, argv + 4);
}
