// Endpoints that IMDS returns: no crash, and an accepted endpoint is an https origin that the rules allow.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/foreign_time.h"
#include "http/http_date.h"
#include "http/retry_after.h"
#include "imds/endpoint.h"

namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

// Checks any accepted endpoint: it is https, and its text is an origin that parses to itself.
void CheckOrigin(const msiv2::Origin& origin) {
  Require(origin.scheme == "https");
  Require(!origin.host.empty() && origin.port != 0);
  const auto again = msiv2::ParseUrl(origin.ToString());
  Require(again && again->origin == origin && again->rest.empty());
}

void CheckProduction(std::string_view text) {
  const auto token = msiv2::CheckTokenEndpoint(text, {});
  if (token) {
    CheckOrigin(*token);
    Require(token->port == 443 && !msiv2::IsIpLiteral(token->host) && !msiv2::IsLoopbackHost(token->host));
    Require(token->host.find('.') != std::string::npos);
    for (const char* local : {"*.localhost", "*.localdomain", "*.internal", "*.local", "*.home.arpa"}) {
      Require(!msiv2::HostMatches(token->host, local));
    }
  }
  const auto attestation = msiv2::CheckAttestationEndpoint(text, {});
  if (attestation) {
    CheckOrigin(*attestation);
    Require(attestation->port == 443);
    Require(msiv2::HostMatches(attestation->host, "*.attest.azure.net") ||
            msiv2::HostMatches(attestation->host, "*.attest.azure.us") ||
            msiv2::HostMatches(attestation->host, "*.attest.azure.cn"));
  }
}

void CheckEmulator(std::string_view text) {
  const msiv2::EndpointRules rules{true, std::nullopt};
  for (const auto& origin :
       {msiv2::CheckTokenEndpoint(text, rules), msiv2::CheckAttestationEndpoint(text, rules)}) {
    if (origin) CheckOrigin(*origin);
  }
}

void CheckAllowList(std::string_view text) {
  const msiv2::EndpointRules closed{true, std::vector<std::string>{}};
  Require(!msiv2::CheckTokenEndpoint(text, closed));
  Require(!msiv2::CheckAttestationEndpoint(text, closed));
  const msiv2::EndpointRules listed{false, std::vector<std::string>{"*.corp.example"}};
  const auto origin = msiv2::CheckTokenEndpoint(text, listed);
  if (!origin) return;
  CheckOrigin(*origin);
  Require(msiv2::HostMatches(origin->host, "*.corp.example"));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  CheckProduction(text);
  CheckEmulator(text);
  CheckAllowList(text);
  const auto entries = msiv2::ParseAllowedHosts(text);
  Require(entries.has_value());  // a set NO_PROXY has entries, even if it names no host
  for (const std::string& entry : *entries) Require(!entry.empty());
  if (const auto date = msiv2::ParseHttpDate(text)) {
    Require(*date >= msiv2::kEarliestForeignTime && *date <= msiv2::kLatestForeignTime);
  }
  const auto delay = msiv2::ParseRetryAfter(text, std::chrono::system_clock::time_point{});
  Require(!delay || (delay->count() >= 0 && *delay <= std::chrono::hours(24)));
  return 0;
}
