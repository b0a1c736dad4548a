#include "base/url.h"

#include <algorithm>
#include <charconv>

#include "base/ascii.h"

namespace msiv2 {
namespace {

bool IsHostCharacter(char c) noexcept {
  return IsDigit(c) || (ToLower(c) >= 'a' && ToLower(c) <= 'z') || c == '-' || c == '.' || c == '_';
}

bool IsHostName(std::string_view host) noexcept {
  if (host.empty() || host.size() > 253 || host.front() == '.' || host.front() == '-') return false;
  if (host.find("..") != std::string_view::npos) return false;
  return std::all_of(host.begin(), host.end(), IsHostCharacter);
}

bool IsIpv6Text(std::string_view host) noexcept {
  return host.size() >= 2 && host.find(':') != std::string_view::npos &&
         std::all_of(host.begin(), host.end(), [](char c) { return IsHexDigit(c) || c == ':' || c == '.'; });
}

std::optional<std::uint16_t> ParsePort(std::string_view text) noexcept {
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port == 0 || port > 65535)
    return std::nullopt;
  return static_cast<std::uint16_t>(port);
}

// The parts of `host`, `host:port`, `[v6]` or `[v6]:port`. `port` is nullopt if there is no colon.
struct Authority {
  std::string_view host;
  std::optional<std::string_view> port;
};

std::optional<Authority> SplitAuthority(std::string_view authority) noexcept {
  if (!authority.starts_with('[')) {
    const auto colon = authority.find(':');
    Authority parts{authority.substr(0, colon), std::nullopt};
    if (!IsHostName(parts.host)) return std::nullopt;
    if (colon != std::string_view::npos) parts.port = authority.substr(colon + 1);
    return parts;
  }
  const auto close = authority.find(']');
  if (close == std::string_view::npos || !IsIpv6Text(authority.substr(1, close - 1))) return std::nullopt;
  Authority parts{authority.substr(1, close - 1), std::nullopt};
  const std::string_view after = authority.substr(close + 1);
  if (after.empty()) return parts;
  if (!after.starts_with(':')) return std::nullopt;
  parts.port = after.substr(1);
  return parts;
}

// Returns where the path, the query or the fragment begins, or the end. Every request parses URLs, and
// find_first_of takes several times as long.
std::size_t AuthorityLength(std::string_view text) noexcept {
  const auto* const end =
      std::find_if(text.begin(), text.end(), [](char c) { return c == '/' || c == '?' || c == '#'; });
  return static_cast<std::size_t>(end - text.begin());
}

std::uint16_t DefaultPort(std::string_view scheme) noexcept { return scheme == "https" ? 443 : 80; }

// RFC 3986 section 2.3.
bool IsUnreserved(char c) noexcept { return IsHostCharacter(c) || c == '~'; }

void AppendEncoded(std::string& encoded, std::string_view text) {
  constexpr char kHex[] = "0123456789ABCDEF";
  while (!text.empty()) {
    const auto* const reserved = std::find_if_not(text.begin(), text.end(), IsUnreserved);
    const auto plain = static_cast<std::size_t>(reserved - text.begin());
    encoded.append(text.substr(0, plain));
    if (reserved == text.end()) return;
    const auto byte = static_cast<unsigned char>(*reserved);
    const char escape[] = {'%', kHex[byte >> 4], kHex[byte & 0x0f]};
    encoded.append(escape, sizeof escape);
    text.remove_prefix(plain + 1);
  }
}

}  // namespace

std::string Origin::ToString() const {
  const bool v6 = host.find(':') != std::string::npos;
  std::string text = scheme + "://";
  text.append(v6 ? "[" : "").append(host).append(v6 ? "]" : "");
  if (port != DefaultPort(scheme)) text.append(":").append(std::to_string(port));
  return text;
}

std::optional<ParsedUrl> ParseUrl(std::string_view text) {
  const bool odd = !IsVisible(text) || text.find('\\') != std::string_view::npos;
  const auto scheme_end = text.find(':');
  if (odd || scheme_end == std::string_view::npos || text.substr(scheme_end, 3) != "://") return std::nullopt;
  ParsedUrl url;
  url.origin.scheme = ToLower(text.substr(0, scheme_end));
  if (url.origin.scheme != "http" && url.origin.scheme != "https") return std::nullopt;
  text.remove_prefix(scheme_end + 3);
  const auto authority_length = AuthorityLength(text);
  url.rest = text.substr(authority_length);
  const auto authority =
      SplitAuthority(text.substr(0, authority_length));  // fails for userinfo: '@' cannot be in a host
  if (!authority) return std::nullopt;
  url.origin.host = ToLower(authority->host);
  url.origin.port = DefaultPort(url.origin.scheme);
  if (authority->port) {
    const auto port = ParsePort(*authority->port);
    if (!port) return std::nullopt;
    url.origin.port = *port;
    url.origin.port_given = true;
  }
  return url;
}

std::string PrintableOrigin(std::string_view url) {
  const auto scheme_end = url.find("://");
  if (scheme_end == std::string_view::npos) return {};
  const auto start = scheme_end + 3;
  const auto end = start + AuthorityLength(url.substr(start));
  const auto at = url.rfind('@');
  const bool userinfo = at != std::string_view::npos && at >= start;
  if (userinfo && at > end) return {};  // perhaps a password with one of these characters
  const auto host = userinfo ? at + 1 : start;
  const auto bare = ParseUrl(std::string(url.substr(0, start)).append(url.substr(host, end - host)));
  return bare ? bare->origin.ToString() : std::string();
}

bool IsIpLiteral(std::string_view host) noexcept {
  if (host.find(':') != std::string_view::npos) return true;
  // inet_aton also accepts 127.1, 2130706433 and 0x7f.1. So a last label that starts with a digit is an
  // address, because no top-level domain starts with one.
  const auto dot = host.find_last_of('.');
  const std::string_view last = dot == std::string_view::npos ? host : host.substr(dot + 1);
  if (last.empty()) return dot != std::string_view::npos && IsIpLiteral(host.substr(0, dot));
  return IsDigit(last.front());
}

bool IsDottedQuadUnder(std::string_view host, std::string_view prefix) noexcept {
  if (!host.starts_with(prefix)) return false;
  int labels = 1;
  int digits = 0;
  int value = 0;
  for (const char c : host) {
    if (c == '.') {
      if (digits == 0) return false;
      ++labels;
      digits = value = 0;
    } else {
      value = IsDigit(c) ? value * 10 + (c - '0') : 256;
      if (++digits > 3 || value > 255) return false;
    }
  }
  return labels == 4 && digits > 0;
}

bool IsLoopbackHost(std::string_view host) noexcept {
  return host == "localhost" || host == "::1" || IsDottedQuadUnder(host, "127.");
}

bool IsLinkLocalHost(std::string_view host) noexcept {
  return IsDottedQuadUnder(host, "169.254.") ||
         (host.size() > 4 && host.starts_with("fe") && host.find(':') == 4 &&
          (host[2] == '8' || host[2] == '9' || host[2] == 'a' || host[2] == 'b'));
}

bool HostMatches(std::string_view host, std::string_view pattern) noexcept {
  if (!pattern.starts_with("*.")) return EqualsIgnoreCase(host, pattern);
  const std::string_view suffix = pattern.substr(2);
  if (suffix.empty()) return false;
  if (EqualsIgnoreCase(host, suffix)) return true;
  return host.size() > suffix.size() + 1 && host[host.size() - suffix.size() - 1] == '.' &&
         EqualsIgnoreCase(host.substr(host.size() - suffix.size()), suffix);
}

std::string PercentEncode(std::string_view text) {
  std::string encoded;
  encoded.reserve(text.size());
  AppendEncoded(encoded, text);
  return encoded;
}

std::string FormEncode(const std::vector<std::pair<std::string, std::string>>& fields) {
  return FormEncodeViews({fields.begin(), fields.end()});
}

std::string FormEncodeViews(const FormViews& fields) {
  std::size_t most = 0;
  for (const auto& [name, value] : fields) most += 2 + 3 * (name.size() + value.size());
  std::string form;
  form.reserve(most);  // growing would leave copies behind
  for (const auto& [name, value] : fields) {
    if (!form.empty()) form += '&';
    AppendEncoded(form, name);
    form += '=';
    AppendEncoded(form, value);
  }
  return form;
}

}  // namespace msiv2
