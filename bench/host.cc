// msiv2_host FOLDER KEY_FILE: the emulator that the programs of bench/report ask, in a process of its own.
// Writes its trust anchor to FOLDER, and what msiv2_bound_floor needs. Prints one line of JSON with the
// address of IMDS, and ends with its standard input.
#include <openssl/evp.h>

#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "bench/fixed_key.h"
#include "emulator/emulator.h"
#include "msiv2/client.h"
#include "msiv2/tools/diagnostics.h"

namespace msiv2::bench {
namespace {

std::string Base64(const std::vector<std::uint8_t>& bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes.data(),
                                     static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

void Write(const std::string& path, const std::string& text) { std::ofstream(path) << text; }

// Acquires a bound token, so that the emulator issues a certificate for the key.
void PrepareFloor(const emulator::Endpoints& endpoints, const std::string& key_file,
                  const std::string& folder) {
  ClientOptions options;
  emulator::Use(endpoints, /*emulated_keyguard=*/false, options);
  const auto provider = MakeFixedKeyProvider(key_file);
  options.key_providers = {provider};
  auto client = ManagedIdentityClient::Create(std::move(options)).value();
  const auto token = client.AcquireToken(TokenRequest::UnattestedPop("https://vault.azure.net")).value();
  const CsrInput input{.client_id = endpoints.client_id,
                       .tenant_id = endpoints.tenant_id,
                       .vm_id = emulator::EmulatorOptions().vm_id};
  Write(folder + "/certificate.pem", token->binding->leaf_pem());
  Write(folder + "/credential.json",
        R"({"csr":")" + Base64(BuildCsrDer(input, *provider->GetOrCreateKey().value()).value()) + "\"}");
  Write(folder + "/token_url", endpoints.entra + "/" + endpoints.tenant_id + "/oauth2/v2.0/token");
  Write(folder + "/token_form", "client_id=" + endpoints.client_id +
                                    "&grant_type=client_credentials&scope=https%3A%2F%2Fvault.azure.net%2F."
                                    "default&token_type=mtls_pop");
}

}  // namespace
}  // namespace msiv2::bench

int main(int argc, char** argv) {
  using namespace msiv2;
  if (argc != 3) {
    std::fputs("Usage: msiv2_host FOLDER KEY_FILE\n", stderr);
    return 2;
  }
  const std::string folder = argv[1];
  const auto emulator = emulator::Emulator::Start().value();
  bench::Write(folder + "/ca.pem", emulator->endpoints().ca_pem);
  bench::PrepareFloor(emulator->endpoints(), argv[2], folder);
  std::printf(R"({"imds": "%s"})"
              "\n",
              emulator->endpoints().imds.c_str());
  std::fflush(stdout);
  while (std::getchar() != EOF) continue;
  return 0;
}
