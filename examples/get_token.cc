// Get a bound token and print what it is. Never print the token itself.
//
//   get_token RESOURCE [TRUST_ANCHORS_FILE]
#include <iostream>

#include "msiv2/client.h"

int main(int argc, char** argv) {
  msiv2::ClientOptions options;
  if (argc > 2) options.tls.trust_anchors_file = argv[2];
  auto client = msiv2::ManagedIdentityClient::Create(options);
  if (!client) {
    std::cerr << client.error().ToString() << "\n";
    return 1;
  }

  // On a host with KeyGuard: TokenRequest::AttestedPop.
  const auto request = msiv2::TokenRequest::UnattestedPop(argc > 1 ? argv[1] : "https://vault.azure.net");
  const auto token = client->AcquireToken(request);
  if (!token) {
    std::cerr << token.error().ToString() << "\n";
    return 1;
  }
  std::cout << Name((*token)->type) << " bound to " << (*token)->binding->x5t_s256() << ", key "
            << (*token)->binding->strength_label() << "\n";
  return 0;
}
