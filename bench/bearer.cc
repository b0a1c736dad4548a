// msiv2_bearer ENDPOINT [HOW] FIGURE...: measures bearer tokens of msiv2 (figures.h). ENDPOINT is a token
// server in the form of App Service. HOW is one of these:
//
//   in-turn          every second token is for another resource
//   one-scope        all clients are of one cache scope, each for a resource of its own
//   libcurl-started  libcurl has been started when the time of `first` begins
#include <curl/curl.h>

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
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
  [[gnu::always_inline]] std::size_t Token() { return client_->AcquireToken(request_)->token->secret.size(); }
  std::size_t NetworkToken() { return Length(forced_); }

 protected:
  std::size_t Length(const msiv2::TokenRequest& request) {
    const auto result = client_->AcquireToken(request);
    return result ? result->token->secret.size() : 0;
  }

 private:
  std::optional<msiv2::ManagedIdentityClient> client_;
  const msiv2::TokenRequest request_{.resource = "https://management.azure.com"};
  const msiv2::TokenRequest forced_{.resource = "https://management.azure.com", .force_refresh = true};
};

/// InTurn fetches tokens of two resources. Only the newest token of a cache is found without a search.
class InTurn : public Msiv2 {
 public:
  [[gnu::always_inline]] std::size_t Token() {
    thread_local bool second = false;
    second = !second;
    return second ? Length(other_) : Msiv2::Token();
  }

 private:
  const msiv2::TokenRequest other_{.resource = "https://storage.azure.com"};
};

/// OneScope makes clients as most programs do: they share connections and caches.
class OneScope {
 public:
  void NewClient() {
    client_.reset();
    client_.emplace(msiv2::ManagedIdentityClient::Create({}).value());
    request_.resource = "https://storage" + std::to_string(++clients_) + ".azure.com";
  }
  std::size_t Token() { return client_->AcquireToken(request_)->token->secret.size(); }
  std::size_t NetworkToken() { return 0; }  // not measured

 private:
  std::optional<msiv2::ManagedIdentityClient> client_;
  msiv2::TokenRequest request_;
  int clients_ = 0;
};

template <typename Library>
int Print(msiv2::bench::Clock::time_point started, int argc, char** arguments) {
  Library library;
  return msiv2::bench::PrintFigures(library, started, argc, arguments);
}

}  // namespace

int main(int argc, char** argv) {
  auto started = msiv2::bench::Clock::now();
  if (argc < 3) {
    std::fputs("Usage: msiv2_bearer ENDPOINT [in-turn | one-scope | libcurl-started] FIGURE...\n", stderr);
    return 2;
  }
  ::setenv("IDENTITY_ENDPOINT", argv[1], 1);
  ::setenv("IDENTITY_HEADER", "secret", 1);
  const std::string_view how = argv[2];
  if (how == "in-turn") return Print<InTurn>(started, argc - 3, argv + 3);
  if (how == "one-scope") return Print<OneScope>(started, argc - 3, argv + 3);
  if (how == "libcurl-started") {
    curl_global_init(CURL_GLOBAL_DEFAULT);
    started = msiv2::bench::Clock::now();
    return Print<Msiv2>(started, argc - 3, argv + 3);
  }
  return Print<Msiv2>(started, argc - 2, argv + 2);
}
