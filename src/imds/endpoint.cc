#include "imds/endpoint.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "base/foreign_text.h"

namespace msiv2 {
namespace {

constexpr std::array<std::string_view, 3> kAttestationSuffixes = {"*.attest.azure.net", "*.attest.azure.us",
                                                                  "*.attest.azure.cn"};
// Suffixes that hosts files, routers and clouds resolve to a nearby machine (RFC 6761, RFC 6762, RFC 8375,
// ICANN's `internal`).
constexpr std::array<std::string_view, 5> kLocalSuffixes = {"*.localhost", "*.localdomain", "*.internal",
                                                            "*.local", "*.home.arpa"};

std::string WithScheme(std::string_view text) {
  return text.find("://") == std::string_view::npos ? std::string("https://").append(text)
                                                    : std::string(text);
}

// An endpoint to check. An error names it, its step and the reason.
struct Check {
  Step step;
  std::string_view name;
  std::string_view text;
  bool from_imds = true;

  Error Refuse(const std::string& reason) const {
    return Error(ErrorCode::kEndpointNotAllowed, step, Subject() + " refused: " + reason);
  }

 private:
  std::string Subject() const {
    if (from_imds) return "IMDS named the " + std::string(name) + " '" + ForeignText(text) + "', which is";
    const std::string origin = PrintableOrigin(WithScheme(text));  // the user may have typed a password
    return "the given " + std::string(name) + (origin.empty() ? origin : " '" + origin + "'") + " is";
  }
};

template <std::size_t N>
bool MatchesAny(std::string_view host, const std::array<std::string_view, N>& patterns) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [host](std::string_view pattern) { return HostMatches(host, pattern); });
}

// `*.localhost` is loopback too (RFC 6761 section 6.3).
bool IsThisMachine(std::string_view host) { return IsLoopbackHost(host) || HostMatches(host, "*.localhost"); }

// Returns why no public service has this host, or nullopt if one can have it. The resolver looks up this
// name, and a local answer comes from a nearby machine. Then only the check of the name in TLS would stop the
// connection.
std::optional<std::string> WhyLocal(std::string_view host) {
  if (IsIpLiteral(host)) return "it is an IP address";
  if (IsThisMachine(host)) return "it is this machine";
  if (host.find('.') == std::string_view::npos) return "its host name is a single label, so a local one";
  if (MatchesAny(host, kLocalSuffixes)) return "its host name belongs to a local network";
  return std::nullopt;
}

std::string_view WithoutBrackets(std::string_view host) {
  const bool bracketed = host.starts_with('[') && host.ends_with(']');
  return bracketed ? host.substr(1, host.size() - 2) : host;
}

bool Listed(const std::vector<std::string>& allowed_hosts, std::string_view host) {
  return std::any_of(allowed_hosts.begin(), allowed_hosts.end(), [&](const std::string& entry) {
    return HostMatches(host, WithoutBrackets(Trim(entry)));
  });
}

// The checks that both endpoints share: a bare host or an https URL, and the allow-list.
Result<ParsedUrl> ParseEndpoint(const Check& check, const EndpointRules& rules) {
  auto parsed = ParseUrl(WithScheme(check.text));
  if (!parsed) return check.Refuse("it is not a plain https URL or host name");
  const Origin& origin = parsed->origin;
  if (origin.scheme != "https") return check.Refuse("it is not https");
  if (origin.host.ends_with('.')) return check.Refuse("its host name ends in a dot");
  if (rules.allowed_hosts && !Listed(*rules.allowed_hosts, origin.host)) {
    return check.Refuse("the allow-list is set and does not name its host");
  }
  return *std::move(parsed);
}

Result<Origin> TokenEndpoint(const Check& check, const EndpointRules& rules) {
  const auto url = ParseEndpoint(check, rules);
  if (!url) return url.error();
  const Origin& origin = url->origin;
  const bool emulator = rules.imds_base_is_loopback && IsThisMachine(origin.host);
  if (rules.allowed_hosts || emulator) return origin;
  if (const auto why = WhyLocal(origin.host)) return check.Refuse(*why);
  if (origin.port != 443) return check.Refuse("its port is not 443");
  return origin;
}

}  // namespace

Result<Origin> CheckTokenEndpoint(std::string_view text, const EndpointRules& rules) {
  return TokenEndpoint({Step::kCertificate, "token endpoint", text}, rules);
}

Result<Origin> CheckGivenTokenEndpoint(std::string_view text, const EndpointRules& rules) {
  return TokenEndpoint({Step::kCertificate, "token endpoint", text, /*from_imds=*/false}, rules);
}

Result<Origin> CheckAttestationEndpoint(std::string_view text, const EndpointRules& rules) {
  const Check check{Step::kAttestation, "attestation endpoint", text};
  const auto url = ParseEndpoint(check, rules);
  if (!url) return url.error();
  const Origin& origin = url->origin;
  if (url->rest.find_first_of("?#") != std::string::npos) return check.Refuse("it has a query or a fragment");
  if (rules.imds_base_is_loopback && IsThisMachine(origin.host)) return origin;
  if (!rules.allowed_hosts) {
    if (const auto why = WhyLocal(origin.host)) return check.Refuse(*why);
  }
  if (origin.port_given) return check.Refuse("it names a port");
  if (!rules.allowed_hosts && !MatchesAny(origin.host, kAttestationSuffixes)) {
    return check.Refuse("its host is not under a known attestation suffix");
  }
  return origin;
}

std::optional<std::vector<std::string>> ParseAllowedHosts(
    const std::optional<std::string>& environment_value) {
  if (!environment_value) return std::nullopt;
  return Split(*environment_value, ",;");
}

bool CanMatchAHost(std::string_view entry) {
  std::string_view host = WithoutBrackets(Trim(entry));
  if (host.starts_with("*.")) host.remove_prefix(2);
  const bool v6 = std::count(host.begin(), host.end(), ':') > 1;  // a single colon precedes a port
  const auto url = ParseUrl("https://" + (v6 ? "[" + std::string(host) + "]" : std::string(host)));
  return url && url->rest.empty() && !url->origin.port_given && !host.ends_with('.');
}

}  // namespace msiv2
