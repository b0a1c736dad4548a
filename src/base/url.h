// URLs: only the strict rules that this protocol needs, not a general parser.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace msiv2 {

/// Origin is the scheme, host and port of a URL. `host` is in lower case. An IPv6 address has no brackets.
struct Origin {
  std::string scheme;
  std::string host;
  std::uint16_t port = 0;
  bool port_given = false;

  /// ToString returns `scheme://host[:port]`. The port is omitted if it is the scheme's default.
  std::string ToString() const;
  friend bool operator==(const Origin& a, const Origin& b) {
    return a.scheme == b.scheme && a.host == b.host && a.port == b.port;
  }
};

/// ParsedUrl is an origin and the text that follows it.
struct ParsedUrl {
  Origin origin;
  std::string rest;  ///< path, query and fragment as written; may be empty
};

/// ParseUrl parses an absolute http or https URL. It returns nullopt for another or no scheme, userinfo, a
/// backslash, and white space, control and non-ASCII characters. It also returns nullopt for an empty or
/// invalid host, a colon without a port, and a port outside 1 to 65535.
std::optional<ParsedUrl> ParseUrl(std::string_view text);

/// PrintableOrigin returns the origin of a URL for a message. It omits userinfo, path and query, which may
/// hold a secret. The result is empty if the end of the userinfo is not certain, or if `url` is not an http
/// or https URL.
std::string PrintableOrigin(std::string_view url);

/// IsLoopbackHost returns true for `localhost`, 127.0.0.0/8 and ::1. `host` is as in Origin.
bool IsLoopbackHost(std::string_view host) noexcept;
/// IsLinkLocalHost returns true for 169.254.0.0/16 and fe80::/10.
bool IsLinkLocalHost(std::string_view host) noexcept;
/// IsDottedQuadUnder returns true for four decimal labels up to 255 whose text begins with `prefix`, for
/// example "127.".
bool IsDottedQuadUnder(std::string_view host, std::string_view prefix) noexcept;
/// IsIpLiteral returns true for an IPv4 or IPv6 address, including the short and numeric forms that resolvers
/// accept.
bool IsIpLiteral(std::string_view host) noexcept;

/// HostMatches returns true if `host` is `pattern`. If `pattern` is `*.suffix`, it returns true for `suffix`
/// and for every host under it, by whole labels. Case is ignored.
bool HostMatches(std::string_view host, std::string_view pattern) noexcept;

/// PercentEncode encodes everything but unreserved characters (RFC 3986 section 2.3).
std::string PercentEncode(std::string_view text);
/// FormEncode returns `a=b&c=d`, percent-encoded, for a query or a form body.
std::string FormEncode(const std::vector<std::pair<std::string, std::string>>& fields);

/// FormViews are the fields of a form that may hold secrets. They are views, so that no copy is made.
using FormViews = std::vector<std::pair<std::string_view, std::string_view>>;
/// FormEncodeViews does what FormEncode does, and leaves no copy of the fields behind.
std::string FormEncodeViews(const FormViews& fields);

}  // namespace msiv2
