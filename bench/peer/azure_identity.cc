// msiv2_bearer_peer ENDPOINT FIGURE...: measures bearer tokens of azure-identity-cpp by the code that
// measures msiv2 (figures.h).
#include <azure/core/context.hpp>
#include <azure/identity/managed_identity_credential.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "bench/figures.h"

namespace {

using Azure::Core::Context;
using Azure::Core::Credentials::TokenRequestContext;
using Azure::Identity::ManagedIdentityCredential;

class AzureIdentity {
 public:
  AzureIdentity() {
    request_.Scopes = {"https://management.azure.com/.default"};
    forced_ = request_;
    forced_.MinimumExpiration = std::chrono::hours(100000);  // longer than any token: the cache never answers
  }
  void NewClient() { credential_ = std::make_unique<ManagedIdentityCredential>(); }
  [[gnu::always_inline]] std::size_t Token() {
    return credential_->GetToken(request_, Context()).Token.size();
  }
  std::size_t NetworkToken() { return credential_->GetToken(forced_, Context()).Token.size(); }

 private:
  TokenRequestContext request_;
  TokenRequestContext forced_;
  std::unique_ptr<ManagedIdentityCredential> credential_;
};

}  // namespace

int main(int argc, char** argv) {
  const auto started = msiv2::bench::Clock::now();
  if (argc < 3) {
    std::fputs("Usage: msiv2_bearer_peer ENDPOINT FIGURE...\n", stderr);
    return 2;
  }
  ::setenv("IDENTITY_ENDPOINT", argv[1], 1);
  ::setenv("IDENTITY_HEADER", "secret", 1);
  AzureIdentity library;
  return msiv2::bench::PrintFigures(library, started, argc - 2, argv + 2);
}
