#include "bench/soak/usage_of_run.h"

#include <algorithm>

namespace msiv2::soak {
namespace {

constexpr std::uint64_t kHandlesAllowed = 64;  // those of the libraries and of renewals
constexpr std::uint64_t kHandlesLeaked = 8;    // what OpenSSL or the C library may keep open for good

}  // namespace

std::uint64_t MostHandles(int threads, int identities) {
  // An identity has two certificates. With each of them, a thread may keep a connection to Entra and one to
  // the resource. For each connection, libcurl has two more handles, by which it is woken.
  const auto connections = static_cast<std::uint64_t>(threads) * static_cast<std::uint64_t>(identities) * 4;
  return kHandlesAllowed + connections * 3;
}

std::optional<std::string> TooManyHandles(const UsageOfRun& client, int threads, int identities) {
  if (!client.at_start || !client.at_end || !client.closed) return std::nullopt;
  const std::uint64_t before = client.at_start->handles;
  if (client.at_end->handles > before + MostHandles(threads, identities)) {
    return "the handles of the client process grew to " + std::to_string(client.at_end->handles);
  }
  if (client.closed->handles > before + kHandlesLeaked) {
    return "handles of the client process are left open: " + std::to_string(client.closed->handles);
  }
  return std::nullopt;
}

}  // namespace msiv2::soak
