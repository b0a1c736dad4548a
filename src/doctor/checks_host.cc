#include <algorithm>
#include <string>
#include <utility>

#include "base/environment.h"
#include "doctor/checks.h"
#include "imds/probe.h"

namespace msiv2::doctor {
namespace {

std::string ListProviders(const std::vector<ProviderDescription>& providers) {
  std::string list;
  for (const ProviderDescription& provider : providers) {
    if (!list.empty()) list += ", ";
    list += std::string(Name(provider.best)) + " by " + provider.name;
    if (provider.Origin() == KeyOrigin::kEmulated) list += " (emulated)";
  }
  return list.empty() ? "none" : list;
}

std::optional<bool> HostIsolates(const Facts& facts) {
  if (!facts.compute || !*facts.compute) return std::nullopt;
  return imds::IsolatesKeys(imds::ParseComputeResponse(**facts.compute));
}

// Returns the positions of the entries that never match, for the end of a sentence. The entries themselves
// are not shown.
std::string UnusableEntries(const std::vector<std::string>& hosts) {
  std::string places;
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    if (CanMatchAHost(hosts[i])) continue;
    places += (places.empty() ? "" : ", ") + std::to_string(i + 1);
  }
  return places.empty() ? places : "; entries that no host can match: " + places;
}

std::string TextOf(const StoredKey& key) {
  switch (key.state) {
    case StoredKeyState::kUsable:
      return "a stored key that signs";
    case StoredKeyState::kMissing:
      return "no stored key yet";
    case StoredKeyState::kUnusable:
      return "a stored key that cannot be used: " + key.reason;
    case StoredKeyState::kUnknown:
      break;
  }
  return "the stored key could not be looked at: " + key.reason;
}

}  // namespace

Finding CheckEnvironment(const Facts& facts) {
  if (!facts.other_source) return Ok("environment", "nothing names another source of the identity than IMDS");
  return FromError("environment", Severity::kFailure, *facts.other_source);
}

Finding CheckBearerSource(const Facts& facts) {
  const BearerFacts& bearer = facts.bearer;
  if (bearer.error) return FromError("bearer_source", Severity::kFailure, *bearer.error);
  if (bearer.is_imds && HasNoImds(facts)) {
    std::string text = "this host names no source of managed identities, and has no IMDS";
    if (!bearer.warning.empty()) text += "; " + bearer.warning;
    return FromError("bearer_source", Severity::kFailure,
                     Error(ErrorCode::kAllSourcesUnavailable, std::move(text)));
  }
  if (!bearer.warning.empty()) {
    return {"bearer_source", Severity::kWarning, "source_variables", bearer.warning,
            "Set all variables of the source that you mean, or unset them."};
  }
  if (bearer.is_imds) {
    if (auto down = MsiV1DoesNotAnswer("bearer_source", facts)) return *std::move(down);
  }
  return Ok("bearer_source", "bearer tokens (MSI v1) come from " + bearer.source + ": " + bearer.why);
}

Finding CheckKillSwitch(const Facts& facts) {
  const std::string name = kKillSwitchVariable;
  switch (facts.kill_switch) {
    case SwitchState::kOn:
      return FromError("kill_switch", Severity::kFailure,
                       Error(ErrorCode::kImdsV2Disabled, name + " is set: MSI v2 is switched off"));
    case SwitchState::kUnknown:
      return {"kill_switch", Severity::kWarning, "kill_switch_unrecognised",
              name + " is neither 1 nor true nor 0 nor false, so MSI v2 stays on",
              "Set it to 1 to switch MSI v2 off; else set it to 0, or unset it."};
    case SwitchState::kOff:
      break;
  }
  return Ok("kill_switch", name + " does not switch MSI v2 off");
}

Finding CheckStoreSwitch(const Facts& facts) {
  const std::string name = kStoreSwitchVariable;
  switch (facts.store_switch) {
    case SwitchState::kOn:
      return Ok("store_switch", name + " keeps certificates out of the personal certificate store");
    case SwitchState::kUnknown:
      return {
          "store_switch", Severity::kWarning, "store_switch_unrecognised",
          name +
              " is neither 1 nor true nor 0 nor false, so it keeps no certificate out of the personal store",
          "Set it to 1 to keep certificates in memory only; else set it to 0, or unset it."};
    case SwitchState::kOff:
      break;
  }
  return Ok("store_switch", name + " is off");
}

Finding CheckProxy(const Facts& facts) {
  if (facts.proxy.variable.empty())
    return Ok("proxy", "no proxy is set; IMDS would never be asked through one");
  if (!facts.proxy.problem.empty() && !facts.proxy.over_tls) {
    return {"proxy", Severity::kFailure, "proxy_unusable", facts.proxy.variable + " " + facts.proxy.problem,
            std::string(Describe(ErrorCode::kProxyFailed).cure)};
  }
  if (facts.proxy.over_tls) {
    return {"proxy", Severity::kFailure, "proxy_over_tls",
            facts.proxy.variable +
                " names a proxy that is itself reached by https, which is refused: it would see "
                "the client certificate",
            "Name the proxy by http; the connections through it are TLS all the same."};
  }
  return {"proxy", Severity::kWarning, "proxy_in_use",
          facts.proxy.variable +
              " is set: connections to the token, attestation and resource endpoints go through "
              "the proxy " +
              facts.proxy.origin +
              (facts.proxy.has_exceptions ? ", but for the exceptions of NO_PROXY" : "") + "; IMDS does not",
          "See that the proxy tunnels these hosts and does not open their TLS, or except them in NO_PROXY."};
}

Finding CheckAllowedHosts(const Facts& facts) {
  const auto& hosts = facts.rules.allowed_hosts;
  if (!hosts) return Ok("allowed_hosts", "no list is set: the built-in rules hold");
  const std::string unusable = UnusableEntries(*hosts);
  const auto usable = std::count_if(hosts->begin(), hosts->end(), CanMatchAHost);
  if (usable == 0) {
    return {
        "allowed_hosts", Severity::kFailure, "allowed_hosts_empty",
        std::string("the list of allowed hosts is set and names none, so every endpoint is refused (") +
            kAllowedHostsVariable + ", or the client's option)" + unusable,
        "Unset it, or name the hosts of the token and attestation endpoints: a host name or *.suffix each."};
  }
  const std::string text =
      "a closed list of " + std::to_string(usable) + (usable == 1 ? " host is set" : " hosts is set");
  if (unusable.empty()) return Ok("allowed_hosts", text);
  return {"allowed_hosts", Severity::kWarning, "allowed_hosts_unusable", text + unusable,
          "Write a host name or *.suffix: no scheme, port, path, white space or other *."};
}

Finding CheckKeys(const Facts& facts) {
  const bool emulator = facts.rules.imds_base_is_loopback;
  const ProviderDescription* best = BestUsable(facts.providers, emulator, HostIsolates(facts));
  const std::string list = "key providers: " + ListProviders(facts.providers);
  if (best != nullptr && best->best == KeyStrength::kKeyGuard) {
    return Ok("keys", list + "; no key was made to find out");
  }
  return {"keys", emulator ? Severity::kWarning : Severity::kFailure,
          std::string(Name(ErrorCode::kKeyguardUnavailable)),
          list + "; " + KeyGuardGap(facts.providers, best) +
              "; IMDS issues certificates for attested KeyGuard keys only today",
          kKeyGuardCure};
}

Finding CheckStoredKeys(const Facts& facts) {
  if (facts.stored_keys.empty()) {
    return Ok("stored_keys", "no key provider of this client keeps a key under a name");
  }
  std::string text;
  for (const StoredKeyFact& fact : facts.stored_keys) {
    if (!text.empty()) text += "; ";
    text += fact.provider + ": " + TextOf(fact.key);
  }
  // The key of a weaker provider is not requested while the strongest provider can return one.
  const StoredKeyFact& first = facts.stored_keys.front();
  const bool strongest = !facts.providers.empty() && facts.providers.front().name == first.provider;
  const bool usable =
      first.key.state == StoredKeyState::kUsable || first.key.state == StoredKeyState::kMissing;
  if (usable || !strongest) return Ok("stored_keys", text);
  return {"stored_keys", Severity::kWarning, "stored_key_not_usable", text,
          "A key that is stale (of an earlier boot) or unfit is replaced by the next request. Where a "
          "keystore cannot be "
          "opened, this host lacks it: VBS is off or there is no TPM."};
}

Finding CheckKeyMemory(const Facts& facts) {
  if (!facts.key_memory) {
    return Skipped("key_memory",
                   "the client brings its own key providers, and what protects their keys is not known here");
  }
  const auto shortfall = ShortfallOf(*facts.key_memory);
  if (!shortfall) return Ok("key_memory", "in-memory keys are locked and left out of core dumps");
  return {"key_memory", Severity::kWarning, std::string(shortfall->cause), std::string(shortfall->text),
          std::string(shortfall->cure)};
}

}  // namespace msiv2::doctor
