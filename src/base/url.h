// URLs: the few strict rules this protocol needs, nothing general.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace msiv2 {

/// Origin is scheme, host and port of a URL. `host` is lower case, an IPv6 address without brackets.
struct Origin {
  std::string scheme;
  std::string host;
  std::uint16_t port = 0;
  bool port_given = false;

  /// ToString returns `scheme://host[:port]`; the port is left out where it is the scheme's default.
  std::string ToString() const;
  friend bool operator==(const Origin& a, const Origin& b) {
    return a.scheme == b.scheme && a.host == b.host && a.port == b.port;
  }
};

/// ParsedUrl is an origin with the text that followed it.
struct ParsedUrl {
  Origin origin;
  std::string rest;  ///< path, query and fragment as written; may be empty
};

/// ParseUrl reads an absolute http or https URL. Nothing for: another or no scheme, userinfo, a
/// backslash, white space or control characters, an empty or odd host, a colon without a port, a port
/// outside 1 to 65535.
std::optional<ParsedUrl> ParseUrl(std::string_view text);

/// PrintableOrigin returns the origin of a URL for a message: no userinfo, path or query, which may hold a
/// secret. Empty where the text does not tell for certain where its userinfo ends, or is no http or https
/// URL.
std::string PrintableOrigin(std::string_view url);

/// IsLoopbackHost: `localhost`, 127.0.0.0/8 or ::1. `host` as in Origin.
bool IsLoopbackHost(std::string_view host) noexcept;
/// IsLinkLocalHost: 169.254.0.0/16 or fe80::/10.
bool IsLinkLocalHost(std::string_view host) noexcept;
/// IsContainerBridgeHost: 172.16.0.0/12, the private block (RFC 1918) in which container hosts number their
/// bridges.
bool IsContainerBridgeHost(std::string_view host) noexcept;
/// IsIpLiteral: an IPv4 or IPv6 address, also in the short and numeric forms that resolvers accept.
bool IsIpLiteral(std::string_view host) noexcept;

/// HostMatches tells whether `host` is `pattern`, or lies under it when the pattern is `*.suffix` (whole
/// labels; the apex matches too). Ignores case.
bool HostMatches(std::string_view host, std::string_view pattern) noexcept;

/// PercentEncode encodes everything but unreserved characters (RFC 3986 section 2.3).
std::string PercentEncode(std::string_view text);
/// FormEncode returns `a=b&c=d`, percent-encoded: a query or a form body.
std::string FormEncode(const std::vector<std::pair<std::string, std::string>>& fields);

/// FormViews are the fields of a form that may hold secrets: views, so that no copy is made.
using FormViews = std::vector<std::pair<std::string_view, std::string_view>>;
/// FormEncodeViews returns what FormEncode does, and leaves no copy of the fields behind.
std::string FormEncodeViews(const FormViews& fields);

}  // namespace msiv2
