// msiv2_hits COUNT: runs that many hits and that many floor operations. Each of the two runs in its own
// function, so that callgrind can count their instructions. bench/instructions.sh runs it.
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "emulator/emulator.h"
#include "msiv2/client.h"

namespace msiv2::bench {
namespace {

using Tokens = std::unordered_map<std::string, std::shared_ptr<const AccessToken>>;

// A hit of MSI v2 compares the environment: it has this size, whatever runs this program.
void UseEnvironmentOfUsualSize() {
  static std::array<std::string, 40> variables;
  static std::array<char*, 41> environment;
  for (std::size_t i = 0; i < variables.size(); ++i) {
    variables[i] = "VARIABLE_" + std::to_string(i) + "=/some/path/" + std::to_string(i);
    environment[i] = variables[i].data();
  }
  environ = environment.data();
}

}  // namespace

[[gnu::noinline]] std::size_t Hits(ManagedIdentityClient& client, const TokenRequest& request, long count) {
  std::size_t length = 0;
  for (long i = 0; i < count; ++i) length += client.AcquireToken(request)->token->secret.size();
  return length;
}

// The floor: copying a shared_ptr from a plain hash map under a mutex.
[[gnu::noinline]] std::size_t FloorHits(const Tokens& tokens, std::mutex& mutex, const std::string& key,
                                        long count) {
  std::size_t length = 0;
  for (long i = 0; i < count; ++i) {
    std::shared_ptr<const AccessToken> token;
    {
      std::lock_guard lock(mutex);
      token = tokens.at(key);
    }
    length += token->secret.size();
  }
  return length;
}

}  // namespace msiv2::bench

int main(int argc, char** argv) {
  using namespace msiv2;
  bench::UseEnvironmentOfUsualSize();
  const long count = argc == 2 ? std::atol(argv[1]) : 0;
  if (count < 1) {
    std::fputs("Usage: msiv2_hits COUNT\n", stderr);
    return 2;
  }
  const auto emulator = emulator::Emulator::Start().value();
  ClientOptions options;
  emulator::Use(emulator->endpoints(), /*emulated_keyguard=*/false, options);
  options.cache_scope = CacheScope::Private();
  auto client = ManagedIdentityClient::Create(std::move(options)).value();
  const auto request = TokenRequest::UnattestedPop("https://vault.azure.net");
  const auto token = client.AcquireToken(request).value().token;
  client.AcquireToken(request).value();  // the first hit adds the answer to the client's index

  const bench::Tokens tokens{{request.resource, token}};
  std::mutex mutex;
  const bool same =
      bench::Hits(client, request, count) == bench::FloorHits(tokens, mutex, request.resource, count);
  return same ? 0 : 1;
}
