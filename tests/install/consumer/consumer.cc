// A program of another project: it uses the installed headers and library, and nothing of the source tree.
#include <iostream>
#include <string_view>

#include "msiv2/client.h"
#include "msiv2/version.h"

int main() {
  if (std::string_view(msiv2::Version()) != MSIV2_VERSION) {
    std::cerr << "the headers are of " << MSIV2_VERSION << ", the library of " << msiv2::Version() << "\n";
    return 1;
  }
  auto client = msiv2::ManagedIdentityClient::Create({});
  if (!client) {
    std::cerr << client.error().ToString() << "\n";
    return 1;
  }
  msiv2::TokenRequest request;
  request.resource = "https://vault.azure.net";
  request.with_attestation_support = true;  // without proof of possession: refused before any I/O
  const auto token = client->AcquireToken(request);
  if (token) return 1;
  std::cout << msiv2::Name(token.error().code) << "\n";
  try {  // the exception's type must be the same on both sides of a shared library
    (void)token.value();
  } catch (const msiv2::ClientException& exception) {
    return exception.error().code == token.error().code ? 0 : 1;
  }
  return 1;
}
