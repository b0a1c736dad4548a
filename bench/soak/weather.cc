#include "bench/soak/weather.h"

#include <array>

namespace msiv2::soak {
namespace {

constexpr int kCalmPercent = 60;
constexpr int kRevocationPercent = 10;
constexpr int kMostRules = 4;
constexpr int kMostTimes = 20;  // the most requests that one rule affects

// In the form of docs/howto/emulator_faults.md. Left out are faults that the client cannot detect, and faults
// for which the emulator creates a new RSA key.
constexpr std::array<std::string_view, 70> kRules = {
    "imds.getplatformmetadata status=404",
    "imds.getplatformmetadata status=410",
    "imds.getplatformmetadata status=429 retry-after=2",
    "imds.getplatformmetadata status=500",
    "imds.getplatformmetadata status=500 header=no-server",
    "imds.getplatformmetadata status=503 retry-after=date:2",
    "imds.getplatformmetadata hang",
    "imds.getplatformmetadata hang=body",
    "imds.getplatformmetadata reset",
    "imds.getplatformmetadata body=malformed",
    "imds.getplatformmetadata body=truncated",
    "imds.getplatformmetadata body=oversized",
    "imds.getplatformmetadata body=nul",
    "imds.getplatformmetadata delay=50ms",
    "imds.getplatformmetadata header=no-server",
    "imds.getplatformmetadata answer=foreign-server",
    "imds.getplatformmetadata answer=no-client-id",
    "imds.getplatformmetadata answer=not-an-object",
    "imds.issuecredential status=400",
    "imds.issuecredential status=408",
    "imds.issuecredential status=429",
    "imds.issuecredential status=500",
    "imds.issuecredential status=503",
    "imds.issuecredential hang",
    "imds.issuecredential reset",
    "imds.issuecredential body=empty",
    "imds.issuecredential body=twice",
    "imds.issuecredential answer=backdated-certificate",
    "imds.issuecredential answer=uncached-certificate",
    "imds.issuecredential delay=50ms",
    "imds.issuecredential answer=no-certificate",
    "imds.issuecredential answer=garbage-certificate",
    "imds.issuecredential answer=wrong-cn",
    "imds.issuecredential answer=wrong-eku",
    "imds.issuecredential answer=expired-certificate",
    "imds.issuecredential answer=future-certificate",
    "imds.issuecredential answer=ending-certificate",
    "imds.issuecredential answer=other-tenant-id",
    "imds.issuecredential answer=dead-endpoint",
    "imds.issuecredential answer=no-bypass-cache",
    "attestation.attest status=500",
    "attestation.attest hang",
    "attestation.attest reset",
    "attestation.attest answer=stale-token",
    "attestation.attest answer=malformed-token",
    "entra.token status=400",
    "entra.token status=429 retry-after=1",
    "entra.token status=500",
    "entra.token status=503",
    "entra.token hang",
    "entra.token hang=handshake",
    "entra.token reset",
    "entra.token reset=after-certificate",
    "entra.token alert=42",
    "entra.token alert=44",
    "entra.token alert=116",
    "entra.token body=malformed",
    "entra.token answer=aadsts-1000612",
    "entra.token answer=aadsts-7000215",
    "entra.token answer=invalid-client",
    "entra.token answer=bearer",
    "entra.token answer=wrong-cnf",
    "entra.token answer=no-cnf",
    "entra.token answer=refresh-in",
    "entra.token answer=expired",
    "entra.token answer=twofold-cnf",
    "resource.call status=503",
    "resource.call hang",
    "resource.call alert=44",
    "*.* status=503",
};

}  // namespace

std::span<const std::string_view> Weather::Rules() { return kRules; }

std::string Weather::DrawRule() {
  // One rule in ten is a claims challenge, with one of a few recurring values.
  const std::string rule =
      Draw(10) == 0 ? "resource.call answer=claims:acrs:c" + std::to_string(Draw(5))
                    : std::string(kRules.at(static_cast<std::size_t>(Draw(static_cast<int>(kRules.size())))));
  return rule + " count=" + std::to_string(1 + Draw(kMostTimes));
}

std::chrono::milliseconds Weather::Change() {
  emulator_.ClearFaults();
  ++spells_;
  const std::chrono::milliseconds length(200 + Draw(1300));
  calm_ = Draw(100) < kCalmPercent;
  if (calm_) return length;
  if (Draw(100) < kRevocationPercent) {
    emulator_.RevokeCertificates();
    ++revocations_;
  }
  const int rules = 1 + Draw(kMostRules);
  for (int i = 0; i < rules; ++i) emulator_.AddFault(DrawRule());
  return length;
}

}  // namespace msiv2::soak
