// Call a protected resource with a bound token, over TLS with its certificate. Errors as exceptions.
//
//   call_resource URL RESOURCE [TRUST_ANCHORS_FILE]
#include <iostream>

#include "msiv2/client.h"
#include "msiv2/resource_client.h"

int main(int argc, char** argv) try {
  if (argc < 3) throw std::invalid_argument("usage: call_resource URL RESOURCE [TRUST_ANCHORS_FILE]");
  msiv2::TlsOptions tls;
  if (argc > 3) tls.trust_anchors_file = argv[3];
  msiv2::ClientOptions options;
  options.tls = tls;
  auto client = msiv2::ManagedIdentityClient::Create(options).value();

  const auto request = msiv2::TokenRequest::UnattestedPop(argv[2]);
  const msiv2::TokenResult token = client.AcquireToken(request).value();

  msiv2::ResourceClientOptions resource_options;
  resource_options.tls = tls;
  auto resource = msiv2::ResourceClient::Create(resource_options).value();
  msiv2::ResourceRequest call;
  call.url = argv[1];
  const msiv2::HttpResponse answer = resource.Send(*token, call).value();
  std::cout << answer.status << "\n" << answer.body << "\n";
  return 0;
} catch (const std::exception& error) {  // MsiV2Exception, ClientException and ServiceException among them
  std::cerr << error.what() << "\n";
  return 1;
}
