// See what happens while a token is acquired: one line per event on stderr, as JSON for a log collector.
//
//   log_events RESOURCE [TRUST_ANCHORS_FILE]
#include <iostream>

#include "msiv2/client.h"
#include "msiv2/observers/log.h"

int main(int argc, char** argv) {
  msiv2::LogOptions log;
  log.format = msiv2::LogFormat::kJson;  // level kInfo: no client, tenant or thumbprint

  msiv2::ClientOptions options;
  options.observer = std::make_shared<msiv2::LogObserver>(std::clog, log);
  if (argc > 2) options.tls.trust_anchors_file = argv[2];
  auto client = msiv2::ManagedIdentityClient::Create(options);
  if (!client) {
    std::cerr << client.error().ToString() << "\n";
    return 1;
  }

  // On a host with KeyGuard: TokenRequest::AttestedPop.
  const auto request = msiv2::TokenRequest::UnattestedPop(argc > 1 ? argv[1] : "https://vault.azure.net");
  return client->AcquireToken(request) ? 0 : 1;  // a failure has been logged already
}
