// Proxies: which one the environment names for a URL, and what of it may be shown.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/known_secrets.h"
#include "base/url.h"
#include "msiv2/options.h"
#include "msiv2/secret.h"

namespace msiv2 {

/// Proxy is what a variable of the environment says of a proxy. The credentials never stand in a URL: what a
/// library quotes of the proxy can then not hold them.
struct Proxy {
  std::string variable;  ///< which one named it, for example "HTTPS_PROXY"
  std::string origin;    ///< `scheme://host:port`; empty where it cannot be used
  SecretString user;     ///< as it is, not percent-encoded; may be empty
  SecretString password;
  std::string problem;    ///< why it cannot be used, in words that hold nothing of the value; else empty
  bool over_tls = false;  ///< the problem: it is itself reached over TLS
};

/// ChooseProxy returns the proxy for a request to `target`; nothing for a direct connection.
///
/// For https: `https_proxy`, `HTTPS_PROXY`, `all_proxy`, `ALL_PROXY`; for http: `http_proxy` (of this one the
/// lower case only, since a web server sets the other from a header; Windows does not tell them apart),
/// `all_proxy`, `ALL_PROXY`. The first
/// that is not blank counts, unless `no_proxy`, else `NO_PROXY`, excepts the host. Without a scheme it is
/// http, without a port 1080.
std::optional<Proxy> ChooseProxy(const Origin& target, const EnvironmentReader& environment);

/// ProxyVariable returns the name of the variable that names the proxy for https; empty where none does.
std::string ProxyVariable(const EnvironmentReader& environment);

/// ReadProxy reads the value of `variable`. In user and password, `/`, `?`, `#` and blanks must be
/// percent-encoded; a value whose password cannot be told from its host is a problem.
Proxy ReadProxy(std::string_view variable, std::string_view value);

/// IsExcepted returns true if the list of `no_proxy` names `host`: `*`; a name, which stands for the names
/// below it too; an address or a block of them (10.0.0.0/8, fe80::/10). Entries are parted by commas or
/// blanks. `host` as in Origin.
bool IsExcepted(std::string_view host, std::string_view no_proxy);

/// AddSecretsOf adds the credentials of `proxy`.
void AddSecretsOf(const Proxy& proxy, KnownSecrets& secrets);

/// AddProxySecrets adds what the proxy variables hold and must not be seen: user, password, both together,
/// and values that cannot be read, each also percent-decoded and in the parts that a reader of URLs may
/// quote.
void AddProxySecrets(const EnvironmentReader& environment, KnownSecrets& secrets);

}  // namespace msiv2
