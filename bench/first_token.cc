// msiv2_first_token IMDS: acquires one bearer token and exits.
#include <cstdio>

#include "msiv2/client.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("Usage: msiv2_first_token ORIGIN_OF_IMDS\n", stderr);
    return 2;
  }
  msiv2::ClientOptions options;
  options.imds_base_url = argv[1];
  options.source = msiv2::IdentitySource::kImds;
  auto client = msiv2::ManagedIdentityClient::Create(std::move(options));
  return client && client->AcquireToken({.resource = "https://vault.azure.net"}) ? 0 : 1;
}
