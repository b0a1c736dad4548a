#include "http/proxy.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/ascii.h"

namespace msiv2 {
namespace {

constexpr std::array<const char*, 4> kForHttps = {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"};
constexpr std::array<const char*, 3> kForHttp = {"http_proxy", "all_proxy", "ALL_PROXY"};
constexpr std::array<const char*, 6> kAll = {"http_proxy",  "HTTP_PROXY", "https_proxy",
                                             "HTTPS_PROXY", "all_proxy",  "ALL_PROXY"};
constexpr std::array<std::string_view, 5> kSchemes = {"http", "socks4", "socks4a", "socks5", "socks5h"};
constexpr std::uint16_t kDefaultPort = 1080;

// Returns the first of `variables` that is not blank, with its value.
template <typename Variables>
std::optional<std::pair<std::string, SecretString>> FirstSet(const Variables& variables,
                                                             const EnvironmentReader& environment) {
  for (const char* name : variables) {
    auto value = environment(name);
    if (value && !Trim(*value).empty()) return std::pair{std::string(name), SecretString(*std::move(value))};
  }
  return std::nullopt;
}

// Decodes as libcurl does: a '%' without two hex digits stays as it is. What is decoded may be a password, of
// which no copy is left unwiped.
SecretString PercentDecode(std::string_view text) {
  const auto digit = [](char c) { return IsDigit(c) ? c - '0' : ToLower(c) - 'a' + 10; };
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape =
        text[i] == '%' && i + 2 < text.size() && IsHexDigit(text[i + 1]) && IsHexDigit(text[i + 2]);
    decoded += escape ? static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2])) : text[i];
    if (escape) i += 2;
  }
  return SecretString(std::move(decoded));
}

// The parts of a value by position, without any check.
struct Parts {
  std::string scheme = "http";
  std::string_view userinfo;
  std::string_view host;         // and port
  std::string_view behind_host;  // a path, or the rest of a password
};

Parts Take(std::string_view value) {
  Parts parts;
  const auto scheme_end = value.find("://");
  if (scheme_end != std::string_view::npos) {
    parts.scheme = ToLower(value.substr(0, scheme_end));
    value.remove_prefix(scheme_end + 3);
  }
  const auto end = std::min(value.find_first_of("/?#"), value.size());
  parts.behind_host = value.substr(end);
  parts.host = value.substr(0, end);
  const auto at = parts.host.rfind('@');
  if (at == std::string_view::npos) return parts;
  parts.userinfo = parts.host.substr(0, at);
  parts.host.remove_prefix(at + 1);
  return parts;
}

// Returns why the parts cannot be used as a proxy. The result is empty if they can.
std::string ProblemOf(const Parts& parts, const std::optional<ParsedUrl>& host) {
  if (parts.scheme == "https") return "names a proxy that is reached over TLS, which is not supported";
  if (std::find(kSchemes.begin(), kSchemes.end(), parts.scheme) == kSchemes.end()) {
    return "names a proxy with a scheme that is not supported; http is";
  }
  const bool blank = std::any_of(parts.userinfo.begin(), parts.userinfo.end(), IsBlank);
  if (blank || parts.behind_host.find('@') != std::string_view::npos) {
    return "does not show where its password ends: write `/`, `?`, `#` and blanks in it percent-encoded";
  }
  if (!host) return "does not name a proxy by host and port";
  const SecretString decoded = PercentDecode(parts.userinfo);
  const std::string_view user_and_password = decoded.Reveal();
  if (std::any_of(user_and_password.begin(), user_and_password.end(), IsControl))
    return "holds a control character in user or password";
  return {};
}

// Adds the parts of a password that a URL parser may take for a port, a path or a fragment, and quote.
void AddPieces(std::string_view text, KnownSecrets& secrets) {
  for (std::string& piece : Split(text, "/?#@:&=;,'\"\\ \t\r\n")) {
    secrets.Add(piece);
    SecureWipe(piece);
  }
}

void AddCredential(std::string_view text, KnownSecrets& secrets) {
  const SecretString decoded = PercentDecode(text);
  for (const std::string_view form : {text, decoded.Reveal()}) {
    secrets.Add(form);
    AddPieces(form, secrets);
  }
}

}  // namespace

Proxy ReadProxy(std::string_view variable, std::string_view value) {
  Proxy proxy;
  proxy.variable = variable;
  const Parts parts = Take(Trim(value));
  const auto host = ParseUrl("http://" + std::string(parts.host));
  proxy.problem = ProblemOf(parts, host);
  proxy.over_tls = parts.scheme == "https";
  if (!proxy.problem.empty()) return proxy;
  const bool v6 = host->origin.host.find(':') != std::string::npos;
  const std::string name = v6 ? "[" + host->origin.host + "]" : host->origin.host;
  const auto port = host->origin.port_given ? host->origin.port : kDefaultPort;
  proxy.origin = parts.scheme + "://" + name + ":" + std::to_string(port);
  const auto colon = parts.userinfo.find(':');
  proxy.user = PercentDecode(parts.userinfo.substr(0, colon));
  if (colon != std::string_view::npos) proxy.password = PercentDecode(parts.userinfo.substr(colon + 1));
  return proxy;
}

std::optional<Proxy> ChooseProxy(const Origin& target, const EnvironmentReader& environment) {
  const auto found =
      target.scheme == "https" ? FirstSet(kForHttps, environment) : FirstSet(kForHttp, environment);
  if (!found) return std::nullopt;
  constexpr std::array<const char*, 2> kExceptions = {"no_proxy", "NO_PROXY"};
  const auto exceptions = FirstSet(kExceptions, environment);
  if (exceptions && IsExcepted(target.host, exceptions->second.Reveal())) return std::nullopt;
  return ReadProxy(found->first, found->second.Reveal());
}

std::string ProxyVariable(const EnvironmentReader& environment) {
  auto found = FirstSet(kForHttps, environment);
  return found ? std::move(found->first) : std::string();
}

void AddSecretsOf(const Proxy& proxy, KnownSecrets& secrets) {
  secrets.AddWord(proxy.user.Reveal());
  AddCredential(proxy.password.Reveal(), secrets);
}

void AddProxySecrets(const EnvironmentReader& environment, KnownSecrets& secrets) {
  for (const char* name : kAll) {
    const auto found = FirstSet(std::array{name}, environment);
    if (!found) continue;
    const std::string_view value = Trim(found->second.Reveal());
    const bool readable = ReadProxy(name, value).problem.empty();
    if (readable && Take(value).userinfo.empty()) continue;  // host and port are not secret
    secrets.AddWhole(value);
    // Read to the last '@', because a password may hold any character that ends a host.
    const auto scheme = value.find("://");
    std::string_view userinfo = scheme == std::string_view::npos ? value : value.substr(scheme + 3);
    const auto at = userinfo.rfind('@');
    if (at == std::string_view::npos) continue;
    userinfo = userinfo.substr(0, at);
    secrets.Add(userinfo);
    secrets.Add(PercentDecode(userinfo).Reveal());
    const auto colon = userinfo.find(':');
    secrets.AddWord(userinfo.substr(0, colon));
    secrets.AddWord(PercentDecode(userinfo.substr(0, colon)).Reveal());
    if (colon != std::string_view::npos) AddCredential(userinfo.substr(colon + 1), secrets);
  }
}

}  // namespace msiv2
