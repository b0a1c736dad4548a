// msiv2_refresh ROUNDS COUNT [PROGRAM [ARGUMENT...]]: what a forced bearer token costs over a kept
// connection, in the form of App Service. It has two floors: the same request on a bare socket, and on bare
// libcurl.
//
// In each round each of the three fetches COUNT tokens in a function of its own. So callgrind can count the
// instructions (bench/instructions.sh). The program prints the median of each and its ratio to the socket.
//
// PROGRAM runs in each round as well, with the variables of App Service in its environment. So another
// library can be measured in the same run.
#include <spawn.h>
#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "bench/refresh_floor.h"
#include "bench/token_server.h"
#include "msiv2/client.h"

namespace msiv2::bench {

using Times = std::vector<double>;  // microseconds

namespace {

template <typename Fetch>
void Repeat(long count, Times& times, const Fetch& fetch) {
  for (long i = 0; i < count; ++i) {
    const auto started = std::chrono::steady_clock::now();
    if (fetch() != 1600) {
      std::fputs("refresh: no token\n", stderr);
      std::exit(1);
    }
    times.push_back(
        std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - started).count());
  }
}

double Median(Times times) {
  const auto middle = times.begin() + static_cast<Times::difference_type>(times.size() / 2);
  std::nth_element(times.begin(), middle, times.end());
  return *middle;
}

ManagedIdentityClient NewClient(std::uint16_t port) {
  ClientOptions options;
  options.source = IdentitySource::kAppService;
  options.cache_scope = CacheScope::Private();
  const std::string endpoint = "http://127.0.0.1:" + std::to_string(port) + "/msi/token";
  ::setenv("IDENTITY_ENDPOINT", endpoint.c_str(), 1);
  ::setenv("IDENTITY_HEADER", "secret", 1);
  ::setenv("BENCH_PORT", std::to_string(port).c_str(), 1);
  return ManagedIdentityClient::Create(std::move(options)).value();
}

void RunBeside(char** command) {
  pid_t child = 0;
  if (::posix_spawnp(&child, command[0], nullptr, nullptr, command, environ) != 0) return;
  ::waitpid(child, nullptr, 0);
}

}  // namespace

[[gnu::noinline]] void Refreshes(ManagedIdentityClient& client, const TokenRequest& request, long count,
                                 Times& times) {
  Repeat(count, times, [&] { return client.AcquireToken(request).value().token->secret.size(); });
}

[[gnu::noinline]] void SocketFetches(SocketFloor& floor, long count, Times& times) {
  Repeat(count, times, [&] { return floor.Fetch().size(); });
}

[[gnu::noinline]] void CurlFetches(CurlFloor& floor, long count, Times& times) {
  Repeat(count, times, [&] { return floor.Fetch().size(); });
}

}  // namespace msiv2::bench

int main(int argc, char** argv) {
  using namespace msiv2;
  const long rounds = argc >= 3 ? std::atol(argv[1]) : 0;
  const long count = argc >= 3 ? std::atol(argv[2]) : 0;
  if (rounds < 1 || count < 1) {
    std::fputs("Usage: msiv2_refresh ROUNDS COUNT [PROGRAM [ARGUMENT...]]\n", stderr);
    return 2;
  }
  const auto server = bench::TokenServer::Start();
  if (!server) return 1;
  bench::SocketFloor socket(server->port());
  bench::CurlFloor curl(server->port());
  auto client = bench::NewClient(server->port());
  const TokenRequest request{.resource = "https://management.azure.com", .force_refresh = true};
  for (int i = 0; i < 3; ++i) {  // opens the connections, and starts the thread of the refresh
    if (!client.AcquireToken(request) || curl.Fetch().empty()) return 1;
  }

  bench::Times of_socket;
  bench::Times of_curl;
  bench::Times of_client;
  for (long round = 0; round < rounds; ++round) {
    bench::SocketFetches(socket, count, of_socket);
    bench::CurlFetches(curl, count, of_curl);
    bench::Refreshes(client, request, count, of_client);
    if (argc > 3) bench::RunBeside(argv + 3);
  }
  const double floor = bench::Median(of_socket);
  const double libcurl = bench::Median(of_curl);
  const double ours = bench::Median(of_client);
  std::printf("socket  %7.1f us\n", floor);
  std::printf("libcurl %7.1f us  %.2f x socket\n", libcurl, libcurl / floor);
  std::printf("msiv2   %7.1f us  %.2f x socket\n", ours, ours / floor);
}
